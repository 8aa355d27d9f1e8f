"""A copy: where its comments came from, and what it cannot tell."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from commentarchive.importers.parsed import Remark
from commentarchive.importers.registry import named
from commentarchive.intake.report import by_reason
from commentarchive.models import Capture, CaptureState, Post
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


def _changed(capture: Capture) -> list[tuple[Post, str]]:
    """Return the articles that changed since the copy before, and how; two queries."""
    first = Capture.objects.filter(reading=capture.reading).order_by("pk").first()
    key = first.pk if first else capture.pk
    posts = Post.objects.public().titled().filter(manifests__capture=capture)
    several = posts.exclude(copies=[]).distinct().newest_first()[:NAMED]
    return [
        (post, in_words(copy["changes"]))
        for post in several
        for copy in post.copies
        if copy["copy"] == key and copy["earlier"] and copy["changes"]
    ]


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


@require_safe
def detail(request: HttpRequest, ref: str) -> HttpResponse:
    """Show a copy's digest, counts, repairs, problems and limits."""
    capture = get_object_or_404(
        Capture.objects.public().select_related("blog"), ref=ref
    )
    context = {
        "changed": _changed(capture),
        "capture": capture,
        "importer": named(capture.importer),
        "report": capture.progress,
        "problems": _grouped(capture.progress, "problems", "remarks"),
        "repairs": _grouped(capture.progress, "repairs"),
        "states": _states(capture.progress),
        "reading": capture.state == CaptureState.READING,
    }
    return render(request, "commentarchive/capture_detail.html", context)
