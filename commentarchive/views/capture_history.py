"""The copies of a discussion, and what changed between them; never a hidden word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, Min, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from commentarchive.captures.changes import CHANGES
from commentarchive.captures.copy_dates import in_words as dates_in_words
from commentarchive.captures.copy_dates import made_in_words
from commentarchive.captures.history import (
    ENTERED,
    all_copies,
    compare_each_with_previous,
)
from commentarchive.importers.registry import facts_of, named
from commentarchive.models import Capture, Comment, Manifest, Post
from commentarchive.models.times import on_source_clock
from commentarchive.storage.prepared import Prepared
from commentarchive.threads.capture_diff import CommentChange, Copy
from commentarchive.threads.notice_words import interval
from commentarchive.views.public_page import public_page

# How many comments a page links for each change; the number counts them all.
NAMED = 200


@dataclass(frozen=True, slots=True)
class CopyLine:
    """One copy of a discussion: what it is, and what it changed."""

    capture: Capture
    label: str
    # When it was made and read.
    dates: str
    comments: int | None
    is_whole: bool
    changes: str
    # Copies of the same day that may have been made before it or after it.
    beside: Sequence[Capture] = ()


@dataclass(frozen=True, slots=True)
class Absence:
    """A time in which exports lacked an article: the copies that hold and lack it."""

    seen: Capture
    missed: Capture
    # The copy that holds it again.
    back: Capture | None
    # Between which days it was gone, in words.
    when: str
    # Whether it is a comment service's, which has discussions and no articles.
    is_thread: bool


@dataclass(frozen=True, slots=True)
class ComparedCopies:
    """Two copies, and each kind of change: its words, how many, which comments."""

    earlier: Capture
    later: Capture
    # When each was made.
    made: tuple[str, str]
    is_whole: bool
    changes: list[tuple[str, int, list[Comment]]]


def copy_lines(post: Post) -> list[CopyLine]:
    """List the copies of an article in the order they were made; one query."""
    by_pk = {capture.pk: capture for capture in _copies(post.pk)}
    zone = post.blog.time_zone
    dates = {pk: _dates(each, zone) for pk, each in by_pk.items()}
    compared = {copy["copy"] for copy in post.copies}
    alone = [
        CopyLine(each, label_of(each), dates[each.pk], None, True, "")
        for each in by_pk.values()
        # What was entered by hand is compared with nothing.
        if not compared or (each.pk not in compared and each.importer in ENTERED)
    ]
    return alone + [
        CopyLine(
            by_pk[copy["copy"]],
            label_of(by_pk[copy["copy"]]),
            dates[copy["copy"]],
            copy["comments"],
            copy["is_whole"],
            in_words(copy["changes"]) if copy["earlier"] else "",
            [by_pk[pk] for pk in copy.get("beside", ()) if pk in by_pk],
        )
        for copy in post.copies
        if copy["copy"] in by_pk
    ]


@Prepared
def _copies(post_pk: int) -> QuerySet[Capture]:
    return (
        Capture.objects.filter(manifests__post=post_pk)
        .annotate(
            newest_at=Max("manifests__newest_at"),
            first_seen=Min("manifests__seen_at"),
            last_seen=Max("manifests__seen_at"),
        )
        .order_by("pk")
    )


def _dates(annotated: Any, zone: str) -> str:
    return dates_in_words(
        annotated,
        zone,
        seen_at=(annotated.first_seen, annotated.last_seen),
        newest_at=annotated.newest_at,
    )


def label_of(capture: Capture) -> str:
    """Return what a copy is of; of what was entered by hand, how that reached us."""
    return how_entered(capture).rstrip(".").lower() or named(capture.importer).label


def how_entered(capture: Capture | None) -> str:
    """Return how what was entered by hand reached us; "" for all other copies."""
    if capture is None or capture.importer not in ENTERED:
        return ""
    return " ".join(capture.progress.get("how", ()))


def absences_of(post: Post) -> list[Absence]:
    """List when later exports lacked an article; no query where none ever did."""
    if not post.absences:
        return []
    keys = {key for absence in post.absences for key in absence.values()}
    captures = Capture.objects.in_bulk(keys)
    # Each page of a web archive has a time of its own.
    held = Manifest.objects.filter(post=post, capture__in=keys)
    # Of one without a date, that of its newest comment.
    not_before = {
        each.capture_id: each.time.not_before
        for each in held.select_related("capture").defer("packed")
    }
    zone = post.blog.time_zone
    return [
        Absence(
            *(seen, missed, captures.get(absence["back"])),
            interval(
                on_source_clock(_before(not_before.get(seen.pk), missed), None, zone),
                on_source_clock(missed.moment, None, zone),
            ),
            facts_of(missed.importer).origin == "service",
        )
        for absence in post.absences
        if (seen := captures.get(absence["seen"]))
        and (missed := captures.get(absence["missed"]))
    ]


def _before(moment: datetime | None, missed: Capture) -> datetime | None:
    return moment if moment and moment <= missed.moment else None


def in_words(changes: dict[str, int]) -> str:
    """Return how many comments changed in which way, in words."""
    counted = [
        f"{changes[key]} {word}" for key, word in CHANGES.items() if changes.get(key)
    ]
    return ", ".join(counted) or "nothing changed"


@require_safe
@public_page
def detail(request: HttpRequest, ref: str) -> HttpResponse:
    """Show which comments changed from each copy of an article to the next."""
    post = get_object_or_404(Post.objects.reachable().titled(), ref=ref)
    pairs = [
        (earlier, later, _by_word(found))
        for line in all_copies(post.pk).values()
        for earlier, later, found in compare_each_with_previous(line)
        if earlier
    ]
    named = {
        pk
        for *_pair, changed in pairs
        for pks in changed.values()
        for pk in pks[:NAMED]
    }
    shown = Comment.objects.public().in_copies_of([post.pk])
    public = shown.select_related("post__blog").in_bulk(named)
    captures = Capture.objects.in_bulk(
        {copy.key for earlier, later, _changed in pairs for copy in (earlier, later)}
    )
    zone = post.blog.time_zone
    comparisons = [
        ComparedCopies(
            captures[earlier.key],
            captures[later.key],
            (_made(captures, earlier, zone), _made(captures, later, zone)),
            later.is_whole,
            [
                (word, len(pks), [public[pk] for pk in pks[:NAMED] if pk in public])
                for word, pks in changed.items()
            ],
        )
        for earlier, later, changed in pairs
    ]
    context = {
        "post": post,
        "copies": copy_lines(post),
        "absences": absences_of(post),
        "comparisons": comparisons,
    }
    return render(request, "commentarchive/post_copies.html", context)


def _made(captures: Mapping[int, Capture], copy: Copy, zone: str) -> str:
    return made_in_words(
        captures[copy.key],
        zone,
        seen_at=[copy.time.seen_at],
        newest_at=copy.time.newest_at,
    )


def _by_word(found: Mapping[int, CommentChange]) -> dict[str, list[int]]:
    """Group the changed comments by what a page calls their change."""
    changed = {
        word: [pk for pk, change in found.items() if change == key]
        for key, word in CHANGES.items()
    }
    return {word: pks for word, pks in changed.items() if pks}
