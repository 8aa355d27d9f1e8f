"""The public log as a feed, with the filters of its page."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.urls import reverse
from django.views.decorators.http import require_safe

from commentarchive.feeds.atom import CONTENT_TYPE, Feed, feed_id, write
from commentarchive.views.feeds import NOTHING_YET
from commentarchive.views.public_page import public_page
from moderation.cuts import read_cut
from moderation.log.feed import log_entries, newest
from moderation.log.query import LogFilter
from moderation.models import Decision


@require_safe
@public_page
def log(request: HttpRequest) -> HttpResponse:
    """Send the decisions that changed last; 400 for a filter that means nothing."""
    form = LogFilter(request.GET)
    if not form.is_valid():
        return HttpResponseBadRequest(
            form.errors.as_text(), content_type="text/plain; charset=utf-8"
        )
    text = request.GET.get("before")
    cut = read_cut(text) if text is not None else None
    if text is not None and cut is None:
        message = "No page of this feed begins there."
        raise Http404(message)
    page, after = newest(form.apply(Decision.objects.public()), cut)
    query = request.GET.copy()
    query.pop("before", None)
    filters = query.urlencode()
    of_log = f"?{filters}" if filters else ""
    joined = f"{request.path}?{filters}&" if filters else f"{request.path}?"
    feed = Feed(
        id=feed_id(f"moderation/log{of_log}"),
        title="Moderation log",
        page=reverse("moderation:log") + of_log,
        address=f"{joined}before={cut}" if cut else request.path + of_log,
        since=NOTHING_YET,
        older=f"{joined}before={after}" if after else "",
        newest=request.path + of_log,
        entries=log_entries(page),
    )
    return HttpResponse(
        write(feed),
        content_type=CONTENT_TYPE,
        headers={"Access-Control-Allow-Origin": "*", "X-Robots-Tag": "noindex"},
    )
