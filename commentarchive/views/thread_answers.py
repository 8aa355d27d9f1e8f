"""Pages in which a thread goes out as the bytes it is packed in, past the template."""

from collections.abc import Mapping, Sequence

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from commentarchive.threads.packing import Packed, gzip_body, pack, plain_body
from commentarchive.views.public_page import accepts_gzip

# Stands in a template where the thread goes; no article's text can hold it, since
# cleaned text has no comments.
_THREAD = b"<!-- thread -->"


def with_thread(
    request: HttpRequest,
    template: str,
    context: Mapping[str, object],
    pieces: Sequence[Packed],
) -> HttpResponse:
    """Return a page of a template with a thread, as gzip for whoever takes that."""
    page = render_to_string(template, dict(context), request)
    above, _mark, below = page.encode().partition(_THREAD)
    body = [pack(above), *pieces, pack(below)]
    if accepts_gzip(request):
        return HttpResponse(gzip_body(body), headers={"Content-Encoding": "gzip"})
    return HttpResponse(plain_body(body))
