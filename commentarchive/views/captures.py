"""A copy: where its comments came from, what it told otherwise and cannot tell."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from commentarchive.importers.parsed import Remark
from commentarchive.importers.registry import named
from commentarchive.intake.report import by_reason, how_it_was_read
from commentarchive.models import (
    Capture,
    CaptureState,
    Comment,
    Manifest,
    Post,
    Testimony,
)
from commentarchive.models.times import PrintedTime, printed_time
from commentarchive.views.capture_history import in_words
from commentarchive.views.pagination import paginate

# How many changed articles the page of a copy names.
NAMED = 100
# How many places of equal repairs or problems it names.
PLACES = 10
# How many comments and articles of which it told otherwise stand on a page.
TESTIMONIES = 50
# What a page calls each state that a source can give a comment.
STATES = {
    "live": "shown",
    "pending": "waiting",
    "spam": "spam",
    "trashed": "in the trash",
    "deleted": "deleted",
    "internal": "not for readers (a note, a contact form, a type not known here)",
    "unknown": "the source does not say",
}


def _compared(capture: Capture) -> list[Post]:
    """List the articles of which it can be said what this copy changed; one query."""
    held = Manifest.objects.filter(capture=capture, post=OuterRef("pk"))
    is_held = ~Q(copies=[]) & Exists(held)
    posts = Post.objects.public().titled().filter(blog=capture.blog)
    return list(posts.filter(is_held | ~Q(absences=[])).newest_first())


def _changed(capture: Capture, posts: Sequence[Post]) -> list[tuple[Post, str]]:
    """Return the articles that changed since the copy before, and how; one query."""
    first = Capture.objects.filter(reading=capture.reading).order_by("pk").first()
    key = first.pk if first else capture.pk
    return [
        (post, in_words(copy["changes"]))
        for post in posts
        for copy in post.copies
        if copy["copy"] == key and copy["earlier"] and copy["changes"]
    ][:NAMED]


def _lacking(capture: Capture, posts: Sequence[Post]) -> list[Post]:
    """Return the articles that are gone from a copy though an earlier one held them."""
    return [
        post
        for post in posts
        if any(absence["missed"] == capture.pk for absence in post.absences)
    ][:NAMED]


def _states(report: dict[str, Any]) -> list[tuple[str, int]]:
    """Return how many comments had each state at the blog, in words."""
    counted = report.get("states", {})
    return [(STATES[state], number) for state, number in counted.items() if number]


def _grouped(report: dict[str, Any], *lists: str) -> list[tuple[str, int, list[str]]]:
    """Return each thing that was noted: what, how often, and its first places."""
    remarks = [Remark(*each) for name in lists for each in report.get(name, ())]
    return [
        (reason, len(places), places[:PLACES])
        for reason, places in list(by_reason(remarks).items())[:NAMED]
    ]


@dataclass(frozen=True, slots=True)
class ToldOtherwise:
    """One fact as a copy told it, and as it stands: both as a page prints them."""

    fact: str
    told: str
    stands: str
    told_at: PrintedTime | None = None
    stands_at: PrintedTime | None = None


@dataclass(frozen=True, slots=True)
class Otherwise:
    """A comment or an article, and the facts that a copy told otherwise of it."""

    subject: Comment | Post
    facts: list[ToldOtherwise]

    @property
    def is_article(self) -> bool:
        """Whether it is an article."""
        return isinstance(self.subject, Post)


def _otherwise(testimony: Testimony, zone: str) -> Otherwise | None:
    """Return what a testimony tells otherwise than it stands now."""
    subject = testimony.comment or testimony.post
    if subject is None:
        return None
    if isinstance(subject, Comment):
        moment = subject.posted_at
        name = getattr(subject.commenter, "name", None)
        words = [
            ("name", testimony.name, name.name if name else ""),
            ("link", testimony.link, name.link if name else ""),
            ("answers comment", testimony.parent, subject.source_parent),
        ]
    else:
        moment = subject.published_at
        words = [("title", testimony.title, subject.title)]
    words.append(("kind", testimony.kind, subject.kind))
    found = [
        ToldOtherwise(fact, told, stands)
        for fact, told, stands in words
        if told and told != stands
    ]
    times = (testimony.posted_at, testimony.utc_offset)
    if times[0] and (times[0] != moment or times[1] not in {None, subject.utc_offset}):
        found.insert(
            0,
            ToldOtherwise(
                *("time", testimony.printed_at, subject.printed_at),
                printed_time(*times, zone),
                printed_time(moment, subject.utc_offset, zone),
            ),
        )
    return Otherwise(subject, found) if found else None


@require_safe
def detail(request: HttpRequest, ref: str) -> HttpResponse:
    """Show a copy's digest, counts, repairs, problems, limits, and its own word.

    What it told otherwise than it stands is shown of what readers see, and of no more.
    """
    capture = get_object_or_404(
        Capture.objects.public().select_related("blog"), ref=ref
    )
    posts = _compared(capture)
    testimonies = Testimony.objects.filter(capture=capture).public().differing()
    page = paginate(request, testimonies.with_subjects().order_by("pk"), TESTIMONIES)
    zone = capture.blog.time_zone
    context = {
        "testimonies": page,
        "otherwise": [each for row in page if (each := _otherwise(row, zone))],
        "changed": _changed(capture, posts),
        "lacking": _lacking(capture, posts),
        "capture": capture,
        "importer": named(capture.importer),
        "report": capture.progress,
        "problems": _grouped(capture.progress, "problems", "remarks"),
        "repairs": _grouped(capture.progress, "repairs"),
        "how": how_it_was_read(capture.progress.get("how", ()))[:NAMED],
        "states": _states(capture.progress),
        "reading": capture.state == CaptureState.READING,
    }
    return render(request, "commentarchive/capture_detail.html", context)
