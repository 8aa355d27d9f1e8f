"""One person's decisions: for that person and the owner, never a ranking.

No two people are put side by side, and nothing of it is public.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from commentarchive.ledger.models import Actor
from commentarchive.models import Blog, Grade
from moderation.clocks import Days, on_days
from moderation.log.reversals import reversed_among
from moderation.models import AutomaticVersion, Decision
from moderation.models.decision import DecisionQuerySet

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reversed:
    """A decision that no longer stands, what set it aside, and whether by them."""

    decision: Decision
    by: Decision
    is_own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What one person decided in some time, and what became of it."""

    number: int
    first: date | None
    last: date | None
    by_action: Sequence[tuple[str, int]]
    by_rule: Sequence[tuple[str, int]]
    by_month: Sequence[tuple[str, int]]
    # Of decisions on comments whose copy was read here before: hours until they came.
    hours: float | None
    reversed: Sequence[Reversed]
    # Apart: the blogs' own records that they entered, and what rules decided that they
    # published.
    entered: int
    automatic: int

    @property
    def reversed_by_others(self) -> int:
        """Return how many somebody else reversed."""
        return sum(not each.is_own for each in self.reversed)


def work_of(actor: Actor, days: Days) -> Work:
    """Return what somebody decided on some days, by each blog’s clock."""
    own = _within(Decision.objects.filter(actor=actor, grade=Grade.DECIDED), days)
    made = list(own.with_context().select_related("comment__capture"))
    made.sort(key=lambda each: each.entry_index)
    local = [_day(each) for each in made]
    turned = reversed_among(own) if made else {}
    versions = AutomaticVersion.objects.filter(published_by=actor)
    automatic = Decision.objects.filter(
        automatic_rules__in=versions.values("ref")
    ).exclude(automatic_rules="")
    entered = Decision.objects.filter(recorder=actor).exclude(grade=Grade.DECIDED)
    return Work(
        number=len(made),
        first=min(local, default=None),
        last=max(local, default=None),
        by_action=_counted(each.get_action_display() for each in made),
        by_rule=_counted(_rule(each) for each in made if each.rule),
        by_month=sorted(Counter(f"{day:%Y-%m}" for day in local).items()),
        hours=_hours(made),
        reversed=[
            Reversed(decision=each, by=turned[each.pk], is_own=_is_by(each, turned))
            for each in made
            if each.pk in turned
        ],
        entered=_within(entered, days, "recorded_at").count(),
        automatic=_within(automatic, days).count(),
    )


def _within(
    decisions: DecisionQuerySet, days: Days, field: str = "decided_at"
) -> DecisionQuerySet:
    if days.first is None and days.after is None:
        return decisions
    zones = Blog.objects.order_by().values_list("time_zone", flat=True).distinct()
    return decisions.filter(on_days(field, days, list(zones)))


def _day(decision: Decision) -> date:
    made = decision.decided_at or decision.recorded_at
    return made.astimezone(ZoneInfo(decision.post.blog.time_zone)).date()


def _counted(words: Iterable[str]) -> list[tuple[str, int]]:
    return sorted(Counter(words).items(), key=lambda each: (-each[1], each[0]))


def _rule(decision: Decision) -> str:
    rule = decision.rule
    return f"Rule {rule.number}, {rule.title}" if rule else ""


def _hours(made: Sequence[Decision]) -> float | None:
    """Return the median of hours from a comment's first copy to its first decision."""
    waits: dict[int, timedelta] = {}
    for each in made:
        copy = each.comment.capture if each.comment else None
        if each.comment_id and copy and each.decided_at:
            waits.setdefault(each.comment_id, each.decided_at - copy.taken_at)
    known = [wait / _HOUR for wait in waits.values() if wait >= timedelta()]
    return median(known) if known else None


def _is_by(decision: Decision, turned: dict[int, Decision]) -> bool:
    return turned[decision.pk].actor_id == decision.actor_id
