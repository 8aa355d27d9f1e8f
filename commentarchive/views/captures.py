"""A copy: where its comments came from, what it told otherwise and cannot tell."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Max, Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from commentarchive.captures.copy_dates import in_words
from commentarchive.models import (
    Capture,
    CaptureState,
    Comment,
    Manifest,
    Post,
    Testimony,
)
from commentarchive.models.times import PrintedTime, printed_time
from commentarchive.text.shown_names import shown_name
from commentarchive.threads.evidence import told_kind
from commentarchive.views.copy_reports import changed, compared, lacking, report_parts
from commentarchive.views.pagination import paginate
from commentarchive.views.public_page import public_page

# How many comments and articles of which it told otherwise stand on a page.
TESTIMONIES = 50


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


def _otherwise(testimony: Any, zone: str) -> Otherwise | None:
    """Return what a testimony tells otherwise than it stands now, of `with_subjects`.

    Not what readers do not see of titles and names.
    """
    subject = testimony.comment or testimony.post
    if subject is None:
        return None
    if isinstance(subject, Comment):
        moment = subject.posted_at
        name = getattr(subject.commenter, "name", None)
        hides_name = testimony.names_hidden or bool(name and name.commenter.hidden_name)
        hides_link = hides_name or bool(name and name.commenter.hidden_link)
        words = [
            (
                "name",
                "" if hides_name else shown_name(testimony.name),
                name.shown if name else "",
            ),
            (
                "link",
                "" if hides_link else shown_name(testimony.link or ""),
                shown_name(name.link) if name else "",
            ),
            ("answers comment", testimony.parent, subject.source_parent),
        ]
    else:
        moment = subject.published_at
        told = "" if subject.hidden_title else testimony.title
        words = [("title", told, subject.title)]
    worded = told_kind(subject.kind, subject.source_type)
    is_worded = " " in testimony.kind
    words.append(("kind", testimony.kind, worded if is_worded else subject.kind))
    found = [
        ToldOtherwise(fact, told, stands)
        for fact, told, stands in words
        if told and told != stands
    ]
    times = (testimony.posted_at, testimony.utc_offset)
    exactness = testimony.day_only
    if times[0] and (
        (times[0], exactness) != (moment, subject.day_only)
        or times[1] not in {None, subject.utc_offset}
    ):
        found.insert(
            0,
            ToldOtherwise(
                *("time", testimony.printed_at, subject.printed_at),
                printed_time(*times, zone, day_only=exactness),
                printed_time(
                    moment, subject.utc_offset, zone, day_only=subject.day_only
                ),
            ),
        )
    return Otherwise(subject, found) if found else None


@require_safe
@public_page
def detail(request: HttpRequest, ref: str) -> HttpResponse:
    """Show a copy's digest, counts, repairs, problems, limits, and its own word.

    What it told otherwise than it stands is shown of what readers see, and of no more.
    """
    capture = get_object_or_404(
        Capture.objects.public().select_related("blog"), ref=ref
    )
    posts = compared(capture, Post.objects.reachable())
    testimonies = Testimony.objects.filter(capture=capture).public().differing()
    page = paginate(request, testimonies.with_subjects().order_by("pk"), TESTIMONIES)
    zone = capture.blog.time_zone
    held = Manifest.objects.filter(capture=capture).aggregate(
        first=Min("seen_at"), last=Max("seen_at"), newest=Max("newest_at")
    )
    seen_at, newest_at = (held["first"], held["last"]), held["newest"]
    context = {
        "testimonies": page,
        "otherwise": [each for row in page if (each := _otherwise(row, zone))],
        "changed": changed(capture, posts),
        "lacking": lacking(capture, posts),
        "capture": capture,
        "read_at": printed_time(capture.taken_at, None, zone),
        "made_at": capture.made_at(zone),
        "dates": in_words(capture, zone, seen_at=seen_at, newest_at=newest_at),
        **report_parts(capture.progress, capture.importer),
        "is_complete": capture.state == CaptureState.COMPLETE,
        "reading": capture.state == CaptureState.READING,
    }
    return render(request, "commentarchive/capture_detail.html", context)
