"""The first day of which an archive has anything: what came before is not 0."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from commentarchive.models import Capture, Comment
from commentarchive.storage.prepared import Prepared
from moderation.models import Decision
from moderation.reports.scope import Scope


def first_day(scope: Scope) -> date | None:
    """Return the day of the first comment or decision that was on record, if any.

    By the blogs' own clocks. A query or two for each clock, of one row each.
    """
    zones: dict[str, list[int]] = {}
    for blog in scope.blogs:
        zones.setdefault(blog.time_zone, []).append(blog.pk)
    days = [
        moment.astimezone(ZoneInfo(zone)).date()
        for zone, blogs in zones.items()
        for moment in _firsts(scope, blogs)
        if moment is not None
    ]
    return min(days, default=None)


def _firsts(scope: Scope, blogs: list[int]) -> list[datetime | None]:
    """Return the times of the first comment and of the first decision of some blogs."""
    asked = scope.until, tuple(blogs)
    return [_first_comment.first(*asked), _first_decision.first(*asked)]


@Prepared
def _first_comment(
    until: int, blogs: tuple[int, ...]
) -> QuerySet[Comment, datetime | None]:
    read = Capture.objects.filter(entry_index__lt=until, blog__in=blogs)
    comments = Comment.objects.in_thread().filter(
        capture__in=read.values("pk"), posted_at__isnull=False
    )
    return comments.order_by("posted_at").values_list("posted_at", flat=True)[:1]


@Prepared
def _first_decision(
    until: int, blogs: tuple[int, ...]
) -> QuerySet[Decision, datetime | None]:
    decisions = Decision.objects.filter(
        post__blog__in=blogs, decided_at__isnull=False, entry_index__lt=until
    )
    return decisions.order_by("decided_at").values_list("decided_at", flat=True)[:1]
