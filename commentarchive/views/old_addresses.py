"""Old addresses: each leads to its archived place, and to what stood there when.

The same address is the TimeGate of RFC 7089, and has a TimeMap beside it.
"""

from datetime import UTC, datetime

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.encoding import iri_to_uri
from django.utils.http import parse_http_date
from django.views.decorators.http import require_safe

from commentarchive.captures.mementos import mementos_of, nearest
from commentarchive.discussion.old_addresses import (
    Found,
    blogs_at,
    find_place,
    named_elsewhere,
)
from commentarchive.feeds.atom import absolute
from commentarchive.models import Post
from commentarchive.text.old_addresses import ARTICLE, OldAddress, read_old_address
from commentarchive.views.memento_links import (
    LINK_FORMAT,
    lines_of_map,
    links,
    memento_address,
)
from commentarchive.views.public_page import public_page

_NO_DATE = (
    "“Accept-Datetime” has to be a date such as Tue, 01 May 2012 12:00:00 GMT "
    "(RFC 9110)."
)


@require_safe
@public_page
def form(request: HttpRequest) -> HttpResponse:
    """Ask for an old address, and lead to its place."""
    if address := request.GET.get("address", "").strip():
        return _place(request, address)
    if any(name in request.GET for name in ARTICLE):
        return _place(request, _whole(request, ""))
    return render(request, "commentarchive/old_address.html")


@require_safe
def place(request: HttpRequest, address: str) -> HttpResponse:
    """Redirect to the archived place of an address, or to the copy asked for."""
    return _place(request, _whole(request, address))


@require_safe
def time_map(request: HttpRequest, address: str) -> HttpResponse:
    """List the copies of the article at an address, by their dates."""
    old = read_old_address(_whole(request, address))
    post = _one_article(find_place(old)) if old else None
    mementos = mementos_of(post) if post else []
    if old is None or post is None or not mementos:
        return _not_found(request, old)
    lines = lines_of_map(_original(old, post), post, mementos)
    return HttpResponse(
        ",\n".join(lines) + "\n",
        content_type=LINK_FORMAT,
        headers={"Access-Control-Allow-Origin": "*"},
    )


def _place(request: HttpRequest, address: str) -> HttpResponse:
    at = _asked_moment(request)
    old = read_old_address(address)
    found = find_place(old) if old else Found()
    answer = _answer(request, old, found, at) if old else _not_found(request, None)
    patch_vary_headers(answer, ["Accept-Datetime"])
    return answer


def _answer(
    request: HttpRequest, old: OldAddress, found: Found, at: datetime | None
) -> HttpResponse:
    post = _one_article(found)
    mementos = mementos_of(post) if post else []
    answer: HttpResponse
    if post and mementos and at:
        answer = HttpResponseRedirect(
            absolute(memento_address(post, nearest(mementos, at)))
        )
    elif len(found.comments) == 1:
        answer = redirect(found.comments[0].in_thread_url)
    elif len(found.comments) > 1 or len(found.posts) > 1:
        context = {"old": old, "found": found}
        answer = render(request, "commentarchive/old_address.html", context, status=300)
    elif post and not found.lacks_comment:
        answer = redirect(post)
    elif found.blog:
        answer = redirect(found.blog)
    else:
        answer = _not_found(request, old, found)
    if post and mementos:
        answer["Link"] = ", ".join(links(_original(old, post), post, mementos))
    return answer


def _one_article(found: Found) -> Post | None:
    """Return the article that an address is of, unless it may be of several."""
    posts = {each.post_id for each in found.comments} or {p.pk for p in found.posts}
    if len(posts) != 1:
        return None
    return next(each for each in found.posts if each.pk in posts)


def _not_found(
    request: HttpRequest, old: OldAddress | None, found: Found | None = None
) -> HttpResponse:
    context: dict[str, object] = {"old": old, "found": found, "is_unknown": True}
    if old and not (found and found.posts):
        context |= {"blogs": blogs_at(old.host), "elsewhere": named_elsewhere(old)}
    return render(request, "commentarchive/old_address.html", context, status=404)


def _asked_moment(request: HttpRequest) -> datetime | None:
    text = request.headers.get("Accept-Datetime")
    if text is None:
        return None
    try:
        return datetime.fromtimestamp(parse_http_date(text.strip()), UTC)
    except ValueError as error:
        raise BadRequest(_NO_DATE) from error


def _whole(request: HttpRequest, address: str) -> str:
    query = request.META.get("QUERY_STRING", "")
    return f"{address}?{query}" if query else address


def _original(old: OldAddress, post: Post) -> str:
    if post.hidden_title:
        # The address may hold the words of the title.
        return absolute(post.get_absolute_url())
    # Names of resources have no fragments.
    return iri_to_uri(old.whole.partition("#")[0])
