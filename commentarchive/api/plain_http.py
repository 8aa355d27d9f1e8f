"""Programs that ask over plain http are refused, where the site is on https.

People are sent on to https by Django. A program that follows such an answer goes on
asking in clear, and nobody notices: it is told instead, so that its address is mended.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from commentarchive.api.problems import PAGE, ROOT, problem

SENTENCE = "Ask over https: this address does not answer plain http."
type View = Callable[[HttpRequest], HttpResponse]


def refuse_programs(get_response: View) -> View:
    """Refuse what is asked of the interface for programs over plain http."""

    def middleware(request: HttpRequest) -> HttpResponse:
        is_for_programs = request.path.startswith(ROOT) and request.path != PAGE
        is_plain = settings.SECURE_SSL_REDIRECT and not request.is_secure()
        if not (is_for_programs and is_plain):
            return get_response(request)
        return problem(403, SENTENCE, {"Access-Control-Allow-Origin": "*"})

    return middleware
