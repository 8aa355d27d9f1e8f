"""The figures of a report: computed here, once, for every form it is shown in.

Comments are counted by when they were made, decisions by when they were decided.
What was decided in the period and recorded after its end is counted apart. Only what
the public may see is counted: comments and decisions of blogs that are not for staff
only.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth

from commentarchive.models import Blog, Comment, Gap, Grade, Tombstone, Visibility
from moderation.models import HIDING, Action, Decision
from moderation.reports.periods import Period, parse_period

NOT_PUBLISHED = (Visibility.BLOCKED, Visibility.SPAM, Visibility.TRASHED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """Comments made in the period, and where they stand now."""

    total: int
    published: int
    waiting: int
    not_published: int
    taken_down: int
    # Gone at its blog, deleted by its author, erased, or never seen.
    gone: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthRow:
    """One month's line of a report."""

    period: Period
    received: int
    approved: int
    not_published: int
    taken_down: int
    put_back: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Everything a report says."""

    period: Period
    blog: Blog | None
    zone: str
    received: Received
    decisions: int
    by_action: dict[str, int]
    by_rule: dict[str, int]
    by_grade: dict[str, int]
    by_month: list[MonthRow]
    # Comments that vanished or may be missing, by how that is known: no decisions.
    missing: dict[str, int]
    recorded_later: int
    undated: int
    # None where nothing was decided here.
    median_hours: float | None
    median_hours_imported: float | None
    hidden: int
    reversed: int

    @property
    def share_reversed(self) -> float | None:
        """Return the share of hidings that were undone later, in per cent."""
        return 100 * self.reversed / self.hidden if self.hidden else None


def figures(period: Period, blog: Blog | None = None) -> Figures:
    """Count one period: of one blog by its clock, or of all blogs by UTC."""
    zone = ZoneInfo(blog.time_zone if blog else "UTC")
    start, end = period.bounds(zone)
    comments = Comment.objects.public().filter(posted_at__gte=start, posted_at__lt=end)
    decisions = Decision.objects.public()
    if blog:
        comments = comments.filter(post__blog=blog)
        decisions = decisions.filter(post__blog=blog)
    undated = decisions.filter(
        decided_at=None, recorded_at__gte=start, recorded_at__lt=end
    ).count()
    made = list(
        decisions.filter(decided_at__gte=start, decided_at__lt=end)
        .select_related("clause", "comment__capture")
        .order_by("entry_index")
    )
    moments = comments.annotate(month=TruncMonth("posted_at", tzinfo=zone))
    by_month = dict(
        moments.values("month").annotate(n=Count("pk")).values_list("month", "n")
    )
    hiding = [
        decision
        for decision in made
        if decision.comment_id and decision.action in HIDING
    ]
    return Figures(
        period=period,
        blog=blog,
        zone=str(zone),
        received=_received(
            dict(
                comments.values("visibility")
                .annotate(n=Count("pk"))
                .values_list("visibility", "n")
            ),
            were_public=comments.filter(
                visibility__in=NOT_PUBLISHED,
                tombstones__is_open=True,
                tombstones__was_public=True,
            ).count(),
        ),
        decisions=len(made),
        by_action=_counted(Action(decision.action).label for decision in made),
        by_rule=_counted(
            f"Rule {decision.clause.number}: {decision.clause.title}"
            if decision.clause
            else "no rule"
            for decision in hiding
        ),
        by_grade=_counted(Grade(decision.grade).label for decision in made),
        by_month=[_month(month, zone, made, by_month) for month in period.months()],
        missing=_missing(start, end, blog),
        recorded_later=sum(decision.recorded_at >= end for decision in made),
        undated=undated,
        median_hours=_median(
            decision for decision in made if decision.grade == Grade.DECIDED
        ),
        median_hours_imported=_median(
            decision for decision in made if decision.grade == Grade.IMPORTED
        ),
        hidden=len(hiding),
        reversed=_reversed(hiding),
    )


def _received(states: dict[str, int], *, were_public: int) -> Received:
    """Count comments by present state; hidden ones that readers saw are taken down."""
    total = sum(states.values())
    published = states.get(Visibility.PUBLISHED, 0)
    waiting = states.get(Visibility.HELD, 0)
    not_published = sum(states.get(state, 0) for state in NOT_PUBLISHED) - were_public
    taken_down = were_public + sum(
        states.get(state, 0) for state in (Visibility.REMOVED, Visibility.WITHHELD)
    )
    return Received(
        total=total,
        published=published,
        waiting=waiting,
        not_published=not_published,
        taken_down=taken_down,
        gone=total - published - waiting - not_published - taken_down,
    )


def _missing(start: datetime, end: datetime, blog: Blog | None) -> dict[str, int]:
    """Count what vanished in the period, and what of its articles may be missing.

    What vanished counts by the copy that no longer held it; at least so many may be
    missing from articles of the period.
    """
    seen = Tombstone.objects.observed().filter(
        since_not_after__gte=start, since_not_after__lt=end
    )
    gaps = Gap.objects.public().filter(
        post__published_at__gte=start, post__published_at__lt=end
    )
    if blog:
        seen = seen.filter(comment__post__blog=blog)
        gaps = gaps.filter(post__blog=blog)
    found = {Grade.OBSERVED.label: seen.count()}
    numbers = gaps.order_by().values_list("grade").annotate(n=Sum("at_least"))
    found |= {str(Grade(grade).label): number for grade, number in numbers}
    return {str(label): number for label, number in found.items() if number}


def _counted(words: Iterable[str]) -> dict[str, int]:
    counts = Counter(words)
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _month(
    month: Period,
    zone: ZoneInfo,
    made: list[Decision],
    received: dict[datetime, int],
) -> MonthRow:
    start, end = month.bounds(zone)
    actions = Counter(
        decision.action
        for decision in made
        if decision.decided_at and start <= decision.decided_at < end
    )
    return MonthRow(
        period=month,
        received=sum(
            number for moment, number in received.items() if start <= moment < end
        ),
        approved=actions[Action.APPROVE],
        not_published=actions[Action.BLOCK],
        taken_down=actions[Action.REMOVE] + actions[Action.WITHHOLD],
        put_back=actions[Action.RESTORE],
    )


def _median(decisions: Iterable[Decision]) -> float | None:
    """Return the median hours from a comment's arrival to the first of these decisions.

    What is decided here could not be decided before its copy was read.
    """
    waits: dict[int, timedelta] = {}
    for decision in decisions:
        if decision.comment is None:
            continue
        arrived = decision.comment.posted_at
        if decision.grade == Grade.DECIDED and decision.comment.capture:
            taken = decision.comment.capture.taken_at
            arrived = max(arrived, taken) if arrived else taken
        if arrived and decision.decided_at and decision.decided_at >= arrived:
            waits.setdefault(decision.comment.pk, decision.decided_at - arrived)
    if not waits:
        return None
    return round(median(wait / timedelta(hours=1) for wait in waits.values()), 1)


def _reversed(hiding: list[Decision]) -> int:
    """Count hidings after which the comment was put back."""
    restored: dict[int, int] = {}
    found = Decision.objects.filter(
        comment__in={decision.comment_id for decision in hiding},
        to_visibility=Visibility.PUBLISHED,
    ).exclude(from_visibility=Visibility.PUBLISHED)
    for comment_id, index in found.values_list("comment_id", "entry_index"):
        restored[comment_id] = max(index, restored.get(comment_id, 0))
    return sum(
        restored.get(decision.comment_id or 0, -1) > decision.entry_index
        for decision in hiding
    )


def months_there_are() -> list[Period]:
    """List the months that have something to report, newest first (UTC)."""
    utc = ZoneInfo("UTC")
    months = {
        found
        for rows, column in (
            (Comment.objects.public(), "posted_at"),
            (Decision.objects.public(), "decided_at"),
        )
        for found in rows.exclude(**{column: None})
        .annotate(month=TruncMonth(column, tzinfo=utc))
        .values_list("month", flat=True)
        .distinct()
        .order_by()
    }
    names = sorted(
        {f"{month.year:04}-{month.month:02}" for month in months}, reverse=True
    )
    return [parse_period(name) for name in names]
