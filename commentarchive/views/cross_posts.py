"""One article at its several places: what differs, and the joined discussion."""

from typing import NamedTuple

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from commentarchive.discussion.article_places import (
    ArticlePlaces,
    Place,
    places_of,
    plain_of,
)
from commentarchive.discussion.joined import joined_page
from commentarchive.feeds.atom import absolute
from commentarchive.models import BlogVisibility, CrossPost
from commentarchive.storage.prepared import Prepared
from commentarchive.text.alike import likeness
from commentarchive.text.word_differences import Piece, differences
from commentarchive.views.pagination import asked_page
from commentarchive.views.public_page import public_page

# All words of a hundred.
WHOLE = 100


class Compared(NamedTuple):
    """A copy beside the first of the places."""

    one: Place
    other: Place
    score: int
    # Empty where their words are the same.
    pieces: list[Piece]


@require_safe
@public_page
def detail(request: HttpRequest, ref: str) -> HttpResponse:
    """Show the places of an article, and a page of their comments in one time line."""
    tie = _ties.first(ref)
    if tie is None:
        raise Http404
    number = asked_page(request)
    found = places_of(tie)
    joined = None
    if not tie.is_withdrawn:
        joined = joined_page(found.archived, number)
    if joined is None and (number != 1 or not tie.is_withdrawn):
        message = "The discussion has no such page."
        raise Http404(message)
    is_first = number == 1
    context = {
        "tie": tie,
        "found": found,
        "title": _title(found),
        "compared": _compared(found) if is_first and not tie.is_withdrawn else [],
        "joined": joined,
        "number": number,
        "canonical": absolute(reverse("cross-post-detail", args=[found.first.ref])),
        "is_unlisted": any(
            place.post.blog.visibility == BlogVisibility.UNLISTED
            for place in found.archived
            if place.post
        ),
    }
    return render(request, "commentarchive/cross_post_detail.html", context)


@Prepared
def _ties(ref: str) -> QuerySet[CrossPost]:
    return CrossPost.objects.public().filter(ref=ref)


def _title(found: ArticlePlaces) -> str:
    post = found.archived[0].post
    return post.title if post else ""


def _compared(found: ArticlePlaces) -> list[Compared]:
    """Compare every archived copy with the first of the places that has a text."""
    told = [
        (place, plain) for place in found.archived if (plain := plain_of(place.post))
    ]
    if not told:
        return []
    first, text = told[0]
    return [
        Compared(
            first,
            place,
            score := likeness(text, plain),
            differences(text, plain) if score < WHOLE or text != plain else [],
        )
        for place, plain in told[1:]
    ]
