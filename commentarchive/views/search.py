"""Search in what is public: comments by their words, articles by their titles."""

import math
from http import HTTPStatus
from itertools import islice
from typing import NamedTuple
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.core.paginator import InvalidPage, Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from commentarchive.models import Comment, Post
from commentarchive.search.find import MOST, WEIGHED, find_comments, find_titles
from commentarchive.search.index import is_behind_for_readers
from commentarchive.search.look_up import LOOKED_AT, Hit
from commentarchive.search.query import (
    Query,
    QueryFault,
    parse,
    without_phrases,
    without_some,
)
from commentarchive.search.snippets import snippet
from commentarchive.storage.prepared import Prepared
from commentarchive.views.limits import Limit, visitor
from commentarchive.views.pagination import asked_page
from commentarchive.views.public_page import public_page
from commentarchive.views.query import choice

RESULTS = 20
TITLES = 5
# How many shorter searches are tried where one finds nothing.
SHORTER = 20
MAX_QUERY = 200
ORDERS = ("newest", "best")
# A search of a large archive costs as much as hundreds of its pages.
SEARCHES = Limit(100, 60)


class Shorter(NamedTuple):
    """A wider search, and how many comments it finds at least.

    Without `words`; where there are none, with the words of a phrase in any order.
    """

    words: list[str]
    question: str
    number: int
    is_all: bool


@require_safe
@public_page
def results(request: HttpRequest) -> HttpResponse:
    """Find comments and articles; says nothing of what is hidden."""
    typed = request.GET.get("q", "").strip()
    order = choice(request, "order", ORDERS, "newest")
    context: dict[str, object] = {"query": typed, "order": order}
    status = HTTPStatus.OK
    if not typed and asked_page(request) != 1:
        message = "A search for nothing has one page."
        raise Http404(message)
    if len(typed) > MAX_QUERY:
        message = f"A search can have {MAX_QUERY} characters at most."
        raise BadRequest(message)
    if typed:
        if wait := SEARCHES.take(visitor(request)):
            return _too_many(request, context, wait)
        try:
            context |= _found(request, parse(typed), typed, order)
        except QueryFault as fault:
            if asked_page(request) != 1:
                raise Http404(str(fault)) from fault
            context["hint"] = str(fault)
            status = HTTPStatus.BAD_REQUEST
    return render(request, "commentarchive/search.html", context, status=status)


def _too_many(
    request: HttpRequest, context: dict[str, object], wait: float
) -> HttpResponse:
    context["too_many"] = True
    status = HTTPStatus.TOO_MANY_REQUESTS
    answer = render(request, "commentarchive/search.html", context, status=status)
    answer["Retry-After"] = f"{math.ceil(wait)}"
    return answer


def _found(
    request: HttpRequest, query: Query, typed: str, order: str
) -> dict[str, object]:
    found = find_comments(query, best_first=order == "best")
    try:
        page = Paginator(found.hits, RESULTS).page(asked_page(request))
    except InvalidPage as error:
        raise Http404(str(error)) from error
    ordered = {"order": order} if order != ORDERS[0] else {}
    titles = _titles(query, page)
    return {
        "page": page,
        "shorter": []
        if found.hits or titles.get("posts")
        else _shorter(request, typed),
        "is_all": found.is_all,
        "looked_at": f"{LOOKED_AT:,}" if found.is_bounded else "",
        "most": MOST,
        "weighed": WEIGHED,
        "is_behind": is_behind_for_readers(),
        "hits": _shown(page, query),
        **titles,
        "page_query": urlencode({"q": typed, **ordered}),
        "other_query": urlencode(
            {"q": typed} if ordered else {"q": typed, "order": ORDERS[1]}
        ),
    }


def _shown(page: Page[Hit], query: Query) -> list[tuple[Comment, str]]:
    """Return the comments of a page as they stand now, with a piece of each."""
    keys = [hit.subject for hit in page]
    comments = {comment.pk: comment for comment in _among(tuple(keys))}
    return [
        (comment, snippet(comment.current_revision.text.plain, query.wanted))
        for key in keys
        if (comment := comments.get(key)) and comment.current_revision
    ]


@Prepared
def _among(keys: tuple[int, ...]) -> QuerySet[Comment]:
    # Of one thread from several sources, the article that leads is named.
    leaders = ("post__leader__current_revision__text", "post__leader__put_right")
    return Comment.objects.shown().read().select_related(*leaders).filter(pk__in=keys)


def _titles(query: Query, page: Page[Hit]) -> dict[str, object]:
    """Return the newest articles by their titles, on the first page of comments."""
    if page.number > 1:
        return {}
    found = find_titles(query, most=TITLES)
    keys = [hit.subject for hit in found.hits]
    posts = Post.objects.public().titled().in_bulk(keys) if keys else {}
    return {
        "posts": [posts[key] for key in keys if key in posts],
        "are_all_posts": found.is_all,
    }


def _shorter(request: HttpRequest, typed: str) -> list[Shorter]:
    """Return wider searches than one that finds nothing, as little wider as will do.

    First with the words of its phrases in any order, then without one or two of its
    words or phrases, last without one word of a phrase, the others in any order.

    Each try counts as a search of the visitor, but none is left out for that: the page
    may be kept for others.
    """
    left = SHORTER
    loose = without_phrases(typed)
    steps = [(typed, 1), (typed, 2)]
    if loose and len(loose) <= MAX_QUERY:
        steps = [(loose, 0), *steps, (loose, 1)]
    for wider, number in steps:
        found = []
        for words, shorter in islice(without_some(wider, number), left):
            left -= 1
            SEARCHES.take(visitor(request))
            each = find_comments(parse(shorter), best_first=False)
            if each.hits:
                question = urlencode({"q": shorter})
                found.append(Shorter(words, question, len(each.hits), each.is_all))
        if found:
            return found
    return []


@require_safe
def description(request: HttpRequest) -> HttpResponse:
    """Describe the search for browsers that offer it (OpenSearch 1.1)."""
    context = {
        "page": request.build_absolute_uri(reverse("search")),
        "icon": request.build_absolute_uri(static("img/icon.svg")),
    }
    return render(
        request,
        "commentarchive/opensearch.xml",
        context,
        content_type="application/opensearchdescription+xml",
    )
