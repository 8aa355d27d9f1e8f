"""The figures of a report: computed here, once, for every form it is shown in.

Comments are counted by when they were made, decisions by when they were decided, each
on the clock of its own blog: what the blogs' reports say adds up to what the report of
all says. What was decided in the period and recorded after its end is counted apart.
Only what the public may see is counted: comments and decisions of blogs that are not
for staff only.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import (
    Case,
    Count,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
)
from django.db.models import When as Is

from commentarchive.models import Blog, Comment, Gap, Grade, Tombstone, Visibility
from commentarchive.models.comment import CommentQuerySet
from commentarchive.search.index import is_behind
from commentarchive.storage.remembered import while_record_stands
from moderation.clocks import Days, on_days, public_zones
from moderation.left_public import left_public
from moderation.models import HIDING, Action, Conflict, Decision
from moderation.models.decision import DecisionQuerySet
from moderation.reports.periods import Period, parse_period

# What is hidden by a decision, here or at the blog: "taken down" where readers had
# seen it, else "not published".
HIDDEN = (
    *(Visibility.BLOCKED, Visibility.SPAM, Visibility.TRASHED),
    *(Visibility.REMOVED, Visibility.WITHHELD),
)


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
    received: Received
    decisions: int
    by_action: dict[str, int]
    by_rule: dict[str, int]
    by_grade: dict[str, int]
    # Decisions taken in spite of a conflict of interest, by its kind.
    by_conflict: dict[str, int]
    by_month: list[MonthRow]
    # Comments that vanished or may be missing, by how that is known: no decisions.
    missing: dict[str, int]
    recorded_later: int
    undated: int
    # None where nothing was decided here.
    median_hours: float | None
    median_hours_imported: float | None
    # Comments that decisions of the period hid, and those of them put back later.
    hidden: int
    reversed: int
    # Public places that still say what decisions of the period hide; "at least" where
    # not all was looked at.
    left_public: int
    is_all_left: bool

    @property
    def share_reversed(self) -> float | None:
        """Return the share of hidden comments that were put back, in per cent."""
        return 100 * self.reversed / self.hidden if self.hidden else None


def figures(period: Period, blog: Blog | None = None) -> Figures:
    """Return the figures of one period, of one blog or of all."""
    subject = f"figures of {period.name}, {blog.ref if blog else 'all'}"
    found = while_record_stands(subject, lambda: _work_out(period, blog))
    # What an import brought is looked at after its entry.
    left, is_all = while_record_stands(
        f"{subject}, left public, {is_behind()}", lambda: _left(period, blog)
    )
    return replace(found, blog=blog, left_public=left, is_all_left=is_all)


def _work_out(period: Period, blog: Blog | None) -> Figures:
    zones = [blog.time_zone] if blog else public_zones()
    days = period.days
    comments, decisions = Comment.objects.public(), Decision.objects.public()
    if blog:
        comments = comments.filter(post__blog=blog)
        decisions = decisions.filter(post__blog=blog)
    received = comments.filter(on_days("posted_at", days, zones))
    made = decisions.filter(on_days("decided_at", days, zones))
    undated = decisions.filter(on_days("recorded_at", days, zones), decided_at=None)
    late = made.filter(on_days("recorded_at", Days(period.after, None), zones))
    hiding = made.filter(comment__isnull=False, action__in=HIDING)
    by_action = _counted(made, "action", lambda action: Action(action).label)
    return Figures(
        period=period,
        blog=None,
        received=_received(received),
        decisions=sum(by_action.values()),
        by_action=by_action,
        by_rule=_by_rule(hiding),
        by_grade=_counted(made, "grade", lambda grade: Grade(grade).label),
        by_conflict=_counted(
            made.exclude(override=""), "override", lambda kind: Conflict(kind).label
        ),
        by_month=_by_month(period, zones, received, made.filter(comment__isnull=False)),
        missing=_missing(days, zones, blog),
        recorded_later=late.count(),
        undated=undated.count(),
        median_hours=_median_hours(made.filter(grade=Grade.DECIDED)),
        median_hours_imported=_median_hours(made.filter(grade=Grade.IMPORTED)),
        hidden=_comments(hiding),
        reversed=_comments(hiding.filter(_is_put_back())),
        left_public=0,
        is_all_left=True,
    )


def _left(period: Period, blog: Blog | None) -> tuple[int, bool]:
    """Count the public places that still say what decisions of a period hide."""
    zones = [blog.time_zone] if blog else public_zones()
    hiding = Decision.objects.public().filter(
        on_days("decided_at", period.days, zones),
        comment__isnull=False,
        action__in=(*HIDING, Action.REDACT),
    )
    if blog:
        hiding = hiding.filter(post__blog=blog)
    found = left_public(hiding.order_by().values_list("comment", flat=True).distinct())
    return found.public, found.is_all and not is_behind()


def _counted(
    made: DecisionQuerySet, column: str, label: Callable[[str], str]
) -> dict[str, int]:
    numbers = made.order_by().values_list(column).annotate(n=Count("pk"))
    return _most_first({str(label(value)): number for value, number in numbers})


def _most_first(counts: dict[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _comments(decisions: DecisionQuerySet) -> int:
    """Count the comments that decisions are about, each once."""
    return decisions.order_by().values("comment").distinct().count()


def _by_rule(hiding: DecisionQuerySet) -> dict[str, int]:
    """Count the comments that were hidden under each rule."""
    rules = hiding.with_rule().order_by().values_list("rule_number", "rule_title")  # type: ignore[misc]  # annotated
    return _most_first(
        {
            "no rule" if rule is None else f"Rule {rule}: {title}": number
            for rule, title, number in rules.annotate(n=Count("comment", distinct=True))
        }
    )


def _is_put_back() -> Exists:
    """Return the condition that a decision's comment was shown again later."""
    later = Decision.objects.filter(
        comment=OuterRef("comment"), entry_index__gt=OuterRef("entry_index")
    )
    shows = Q(to_visibility=Visibility.PUBLISHED) & ~Q(
        from_visibility=Visibility.PUBLISHED
    )
    # What a blog's own records tell of the past changes no state today.
    return Exists(later.filter(shows | Q(action=Action.RESTORE)))


def _received(comments: CommentQuerySet) -> Received:
    """Count comments by present state; hidden ones that readers saw are taken down."""
    states = dict(comments.order_by().values_list("visibility").annotate(n=Count("pk")))
    total = sum(states.values())
    published = states.get(Visibility.PUBLISHED, 0)
    waiting = states.get(Visibility.HELD, 0)
    hidden = sum(states.get(state, 0) for state in HIDDEN)
    taken_down = comments.filter(
        visibility__in=HIDDEN,
        tombstones__is_open=True,
        tombstones__was_public=True,
    ).count()
    return Received(
        total=total,
        published=published,
        waiting=waiting,
        not_published=hidden - taken_down,
        taken_down=taken_down,
        gone=total - published - waiting - hidden,
    )


def _by_month(
    period: Period,
    zones: Sequence[str],
    received: CommentQuerySet,
    made: DecisionQuerySet,
) -> list[MonthRow]:
    months = period.months()

    def month_of(moment: str) -> Case:
        """Return the number of the month in the period that a time lies in."""
        return Case(
            *(
                Is(on_days(moment, month.days, zones), then=Value(number))
                for number, month in enumerate(months)
            ),
            output_field=IntegerField(),
        )

    comments = dict(
        received.order_by().values_list(month_of("posted_at")).annotate(n=Count("pk"))
    )
    had_been_seen = Exists(
        Tombstone.objects.filter(
            comment=OuterRef("comment"),
            opened_entry=OuterRef("entry_index"),
            was_public=True,
        )
    )
    decisions: Counter[tuple[int, str]] = Counter()
    rows = made.order_by().values_list(month_of("decided_at"), "action", had_been_seen)
    for number, action, was_public, n in rows.annotate(n=Count("pk")):
        taken_down = action in HIDING and was_public
        decisions[number, "taken down" if taken_down else action] += n
    return [
        MonthRow(
            period=month,
            received=comments.get(number, 0),
            approved=decisions[number, Action.APPROVE],
            not_published=sum(decisions[number, action] for action in HIDING),
            taken_down=decisions[number, "taken down"],
            put_back=decisions[number, Action.RESTORE],
        )
        for number, month in enumerate(months)
    ]


def _missing(days: Days, zones: Sequence[str], blog: Blog | None) -> dict[str, int]:
    """Count what vanished in the period, and what of its articles may be missing.

    What vanished counts by the copy that no longer held it; at least so many may be
    missing from articles of the period. A claim that names no article counts by when
    it was recorded.
    """
    seen = Tombstone.objects.observed().filter(
        on_days("since_not_after", days, zones, blog="comment__post__blog")
    )
    gaps = Gap.objects.public().counted()
    gaps = gaps.filter(
        on_days("post__published_at", days, zones)
        | on_days("recorded_at", days, zones, blog="blog")
    )
    if blog:
        seen = seen.filter(comment__post__blog=blog)
        gaps = gaps.of_blog(blog)
    found = Counter({str(Grade.OBSERVED.label): seen.count()})
    numbers = gaps.order_by().values_list("grade").annotate(n=Sum("at_least"))
    for grade, number in numbers:
        found[str(Grade(grade).label)] += number
    return {label: number for label, number in found.items() if number}


def _median_hours(decisions: DecisionQuerySet) -> float | None:
    """Return the median hours from a comment's arrival to the first of these decisions.

    What is decided here could not be decided before its copy was read.
    """
    waits: dict[int, float] = {}
    # From a day without an hour no hours can be counted.
    timed = decisions.filter(comment__isnull=False, comment__day_only=False)
    rows = timed.order_by("entry_index")
    columns = ("comment", "grade", "decided_at", "comment__posted_at")
    for comment, grade, decided_at, posted_at, taken_at in rows.values_list(
        *columns, "comment__capture__taken_at"
    ).iterator():
        moments = [posted_at, taken_at if grade == Grade.DECIDED else None]
        arrived = max((one for one in moments if one), default=None)
        if arrived and decided_at >= arrived:
            wait = (decided_at - arrived) / timedelta(hours=1)
            waits.setdefault(comment, wait)
    return round(median(waits.values()), 1) if waits else None


def months_there_are() -> list[Period]:
    """List the months that have something to report, newest first."""
    return while_record_stands("months", _find_months)


def _find_months() -> list[Period]:
    names = {
        f"{day.year:04}-{day.month:02}"
        for zone in public_zones()
        for rows, column in (
            (Comment.objects.public(), "posted_at"),
            (Decision.objects.public(), "decided_at"),
        )
        for day in _months_of(rows.filter(post__blog__time_zone=zone), column, zone)
    }
    return [parse_period(name) for name in sorted(names, reverse=True)]


def _months_of(rows: QuerySet[Any], column: str, zone: str) -> Iterator[date]:
    """Find a day of each month that has rows, one step in the index a month."""
    clock = ZoneInfo(zone)
    times = rows.order_by(column).values_list(column, flat=True)
    found = times.exclude(**{column: None}).first()
    while found is not None:
        day = found.astimezone(clock).date()
        yield day
        after = parse_period(f"{day.year:04}-{day.month:02}").after
        start = datetime.combine(after, time.min, clock)
        found = times.filter(**{f"{column}__gte": start}).first()
