"""Months at a glance: what came in and what was decided, for the list of reports."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Case, Count, IntegerField, QuerySet, Value, When

from commentarchive.charts.drawing import written
from commentarchive.charts.strip import strip, swatches
from commentarchive.storage.remembered import while_record_stands
from moderation.models import HIDING, Action
from moderation.reports.figures.comments import received
from moderation.reports.figures.decision_cells import made
from moderation.reports.periods import Period
from moderation.reports.scope import Scope

LOOK = "months"
# What decisions are drawn as, in this order, and the actions of each.
_PARTS: tuple[tuple[str, frozenset[str]], ...] = (
    ("hidden", frozenset(HIDING)),
    ("put back", frozenset({Action.RESTORE})),
    ("approved or left", frozenset({Action.APPROVE, Action.NO_ACTION})),
    ("blacked out", frozenset({Action.REDACT})),
    ("other", frozenset()),
)
_LABELS = tuple(label for label, _actions in _PARTS)


class MonthLine(NamedTuple):
    """A month: its small chart, and what that says in words."""

    period: Period
    received: str
    decided: str
    parts: str
    drawing: str


def legend() -> list[tuple[str, str]]:
    """Return what the fillings of the small charts stand for."""
    return swatches(LOOK, _LABELS)


def examples(month: Period) -> list[str]:
    """Return words for other periods around a month: a year, a quarter, some days."""
    year, quarter = month.first.year, (month.first.month + 2) // 3
    days = f"{month.first.isoformat()}..{month.last.isoformat()}"
    return [f"{year:04}", f"{year:04}-Q{quarter}", days]


def months_at_a_glance(months: Sequence[Period]) -> list[MonthLine]:
    """Return a line for each of some months, newest first; kept with the record."""
    if not months:
        return []
    subject = f"at a glance, {months[-1].name} to {months[0].name}"
    return while_record_stands(subject, lambda: _work_out(months))


def _work_out(months: Sequence[Period]) -> list[MonthLine]:
    first, last = months[-1], months[0]
    scope = Scope.now(Period(f"{first.name}..{last.name}", first.first, last.after))
    comments = _by_month(received(scope), "posted_at", scope, months)
    acts = _by_month(made(scope), "decided_at", scope, months, "act")
    parts = [_parts(acts, place) for place in range(len(months))]
    most = max((sum(n for _label, n in each) for each in parts), default=0)
    return [
        MonthLine(
            period=month,
            received=written(sum(n for key, n in comments.items() if key[0] == place)),
            decided=written(sum(n for _label, n in parts[place])),
            parts=", ".join(f"{written(n)} {label}" for label, n in parts[place] if n),
            drawing=strip(
                *(f"month-{month.name}", f"Decisions in {month.title}", parts[place]),
                most=most or 1,
                look=LOOK,
            ),
        )
        for place, month in enumerate(months)
    ]


def _by_month(
    rows: QuerySet,  # type: ignore[type-arg]  # comments or decisions
    moment: str,
    scope: Scope,
    months: Sequence[Period],
    *columns: str,
) -> Counter[tuple[object, ...]]:
    """Count rows by the place of their month among some, and by columns; one query."""
    place = Case(
        *(
            When(scope.at(month).on_days(moment), then=Value(number))
            for number, month in enumerate(months)
        ),
        output_field=IntegerField(),
    )
    counted = rows.order_by().values_list(place, *columns).annotate(n=Count("pk"))
    return Counter({tuple(key): n for *key, n in counted})


def _parts(acts: Counter[tuple[object, ...]], place: int) -> list[tuple[str, int]]:
    """Return the numbers of one month by what they are drawn as."""
    found: Counter[str] = Counter()
    for (number, act), n in acts.items():
        if number == place:
            is_of = (label for label, actions in _PARTS if act in actions)
            found[next(is_of, "other")] += n
    return [(label, found[label]) for label in _LABELS]
