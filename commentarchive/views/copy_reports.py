"""What a copy, or a dry run, has to report: parts of their pages."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q

from commentarchive.importers.parsed import Remark
from commentarchive.importers.registry import named
from commentarchive.intake.report import by_reason, how_it_was_read
from commentarchive.models import Capture, Manifest, Post
from commentarchive.models.post import PostQuerySet
from commentarchive.views.capture_history import in_words

# How many changed articles the page of a copy names.
NAMED = 100
# How many places of equal repairs or problems it names.
PLACES = 10
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


def compared(capture: Capture, posts: PostQuerySet) -> list[Post]:
    """List the articles of which it can be said what this copy changed; one query."""
    held = Manifest.objects.filter(capture=capture, post=OuterRef("pk"))
    is_held = ~Q(copies=[]) & Exists(held)
    own = posts.titled().filter(blog=capture.blog)
    return list(own.filter(is_held | ~Q(absences=[])).newest_first())


def changed(capture: Capture, posts: Sequence[Post]) -> list[tuple[Post, str]]:
    """Return the articles that changed since the copy before, and how; one query."""
    first = Capture.objects.filter(reading=capture.reading).order_by("pk").first()
    key = first.pk if first else capture.pk
    return [
        (post, in_words(copy["changes"]))
        for post in posts
        for copy in post.copies
        if copy["copy"] == key and copy["earlier"] and copy["changes"]
    ][:NAMED]


def lacking(capture: Capture, posts: Sequence[Post]) -> list[Post]:
    """Return the articles that are gone from a copy though an earlier one held them."""
    return [
        post
        for post in posts
        if any(absence["missed"] == capture.pk for absence in post.absences)
    ][:NAMED]


def states(report: dict[str, Any]) -> list[tuple[str, int]]:
    """Return how many comments had each state at the blog, in words."""
    counted = report.get("states", {})
    return [(STATES[state], number) for state, number in counted.items() if number]


def grouped(report: dict[str, Any], *lists: str) -> list[tuple[str, int, list[str]]]:
    """Return each thing that was noted: what, how often, and its first places."""
    remarks = [Remark(*each) for name in lists for each in report.get(name, ())]
    return [
        (reason, len(places), places[:PLACES])
        for reason, places in list(by_reason(remarks).items())[:NAMED]
    ]


def report_parts(report: dict[str, Any], importer: str) -> dict[str, Any]:
    """Return what the templates show of a report, as a copy's progress keeps it."""
    return {
        "importer": named(importer),
        "report": report,
        "problems": grouped(report, "problems", "remarks"),
        "repairs": grouped(report, "repairs"),
        "how": how_it_was_read(report.get("how", ()))[:NAMED],
        "states": states(report),
        "kinds": sorted(report.get("kinds", {}).items()),
        "days": [date.fromisoformat(day) for day in report.get("days", ()) if day],
    }
