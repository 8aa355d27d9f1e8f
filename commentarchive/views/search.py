"""Plain search: public comments and titles that hold every word, newest first."""

import re
from html import escape
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from commentarchive.models import Comment, Post
from commentarchive.views.pagination import paginate

RESULTS = 20
TITLES = 10
# Characters of context before the first word that was found, and in all.
BEFORE, LENGTH = 80, 300
MAX_QUERY = 200


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """Find comments and articles; says nothing of what is hidden."""
    query = request.GET.get("q", "").replace("\0", "").strip()[:MAX_QUERY]
    words = query.split()
    context: dict[str, object] = {"query": query, "page_query": urlencode({"q": query})}
    if words:
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
