"""What readers reported of comments, and what became of it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import CharField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from commentarchive.ledger.append import read_leaf
from commentarchive.ledger.models import Entry
from commentarchive.models import Grade
from moderation.models import Action, Decision, Flag
from moderation.reports.figures.declared import WHOLE, Count
from moderation.reports.reach import AskedWithin, Reach
from moderation.reports.scope import Scope

UNANSWERED = "waiting"
_ANSWERS = {
    UNANSWERED: "No decision yet",
    Action.NO_ACTION.value: "Left as it is",
    Action.APPROVE.value: "Approved",
    Action.BLOCK.value: "Not published",
    Action.REMOVE.value: "Taken down",
    Action.WITHHOLD.value: "Withheld on legal grounds",
    Action.REDACT.value: "Blacked out in part",
    Action.RESTORE.value: "Put back",
}


def _flags(reach: Reach, end: datetime | None) -> QuerySet[Any]:
    """Select the reports of a period, each with the action that answered it.

    No entry tells of a report. Those that came after the first entry that is not
    counted are left out, so those from `end` on; an answer counts by its entry. Adds
    `outcome`, and `answered_by`, the reference of that decision.
    """
    answers = Decision.objects.filter(
        comment=OuterRef("comment"),
        recorded_at__gte=OuterRef("received_at"),
        grade=Grade.DECIDED,
        entry_index__lt=reach.until,
    ).exclude(action=Action.HOLD)
    first = answers.order_by("entry_index")
    found = Flag.objects.filter(reach.on_days("received_at", "comment__post__blog"))
    if end is not None:
        found = found.filter(received_at__lt=end)
    return found.annotate(
        outcome=Coalesce(
            Subquery(first.values("action")[:1]),
            Value(UNANSWERED),
            output_field=CharField(),
        ),
        answered_by=Subquery(first.values("ref")[:1]),
    )


@AskedWithin
def _numbers(reach: Reach, end: datetime | None) -> QuerySet[Any, Any]:
    rows = _flags(reach, end).order_by().values_list("outcome")
    found: QuerySet[Any, Any] = rows.annotate(n=models.Count("pk"))
    return found


def _end_of(scope: Scope) -> datetime | None:
    return scope.once("end of record", lambda: _end(scope.until))


def _end(until: int) -> datetime | None:
    """Return the end of the minute of the first entry that does not count, if any."""
    entry = Entry.objects.filter(index=until).first()
    if entry is None:
        return None
    said: Any = read_leaf(bytes(entry.leaf))["ts"]
    return datetime.fromisoformat(said) + timedelta(minutes=1)


def count(scope: Scope) -> Iterator[Count]:
    """Count reports by the first decision after each."""
    counted = dict(_numbers(scope.reach, _end_of(scope)))
    yield Count(WHOLE, "Reports", sum(counted.values()))
    for key, label in _ANSWERS.items():
        if key in counted:
            yield Count(key, label, counted[key])


def rows(scope: Scope, key: str) -> QuerySet[Flag]:
    """Return the reports with one outcome, or all."""
    found = _flags(scope.reach, _end_of(scope))
    return found.filter(outcome=key) if key else found
