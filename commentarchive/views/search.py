"""Plain search: public comments and titles that hold every word, newest first."""

import math
import re
from html import escape
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from commentarchive.models import Comment, Post
from commentarchive.views.limits import Limit, visitor
from commentarchive.views.pagination import asked_page, paginate
from commentarchive.views.public_page import public_page

RESULTS = 20
TITLES = 10
# Characters of context before the first word that was found, and in all.
BEFORE, LENGTH = 80, 300
MAX_QUERY = 200
# A search of a large archive costs as much as hundreds of its pages.
SEARCHES = Limit(100, 60)


@require_safe
@public_page
def results(request: HttpRequest) -> HttpResponse:
    """Find comments and articles; says nothing of what is hidden."""
    query = request.GET.get("q", "").strip()
    words = query.split()
    context: dict[str, object] = {"query": query, "page_query": urlencode({"q": query})}
    if not words and asked_page(request) != 1:
        message = "A search for nothing has one page."
        raise Http404(message)
    if len(query) > MAX_QUERY:
        message = f"A search can have {MAX_QUERY} characters at most."
        raise BadRequest(message)
    if words:
        if wait := SEARCHES.take(visitor(request)):
            context["too_many"] = True
            answer = render(request, "commentarchive/search.html", context, status=429)
            answer["Retry-After"] = f"{math.ceil(wait)}"
            return answer
        found = Comment.objects.shown().containing(words).newest_first().read()
        page = paginate(request, found, RESULTS)
        context |= {
            "page": page,
            "hits": [
                (comment, snippet(comment.current_revision.text.plain, words))
                for comment in page
                if comment.current_revision
            ],
            "posts": Post.objects.public().titled().titled_with(words)[:TITLES],
        }
    return render(request, "commentarchive/search.html", context)


def snippet(text: str, words: list[str]) -> SafeString:
    """Cut a text around the first word found, and mark each of them."""
    pattern = re.compile("|".join(map(re.escape, words)), re.IGNORECASE)
    first = pattern.search(text)
    start = max(0, first.start() - BEFORE) if first else 0
    cut = text[start : start + LENGTH]
    made, place = [], 0
    for match in pattern.finditer(cut):
        made += [escape(cut[place : match.start()]), f"<mark>{escape(match[0])}</mark>"]
        place = match.end()
    made.append(escape(cut[place:]))
    dots = ("… " if start else "", " …" if start + LENGTH < len(text) else "")
    return mark_safe(dots[0] + "".join(made) + dots[1])  # noqa: S308  # every part is escaped above
