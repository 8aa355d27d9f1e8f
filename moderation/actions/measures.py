"""Ends what was hidden for some time only, on record, when its time has come."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import F

from commentarchive.ledger.append import SYSTEM
from commentarchive.models import Grade, Tombstone
from commentarchive.storage.write_locks import short_write
from moderation.actions import door
from moderation.actions.rulings import Ruling
from moderation.actions.subjects import Subject, lock_subjects
from moderation.actions.undo import back_to_before
from moderation.models import Action, Decision

FACTS = "The time for which it was hidden is over."


def end_due(now: datetime) -> list[Decision]:
    """End all that is due; each in a transaction of its own.

    Not where the blog changed the comment's state since: that a comment is shown again
    which its author may have deleted is for people to decide, and the desk lists it.
    """
    return [ended for pk in list(_due(now)) if (ended := _end(pk, now)) is not None]


def _due(now: datetime) -> Iterator[int]:
    """Yield the decisions whose notices stand and should have ended."""
    notices = Tombstone.objects.filter(is_open=True, ends_at__lte=now)
    entries = notices.order_by("ends_at").values_list("opened_entry", flat=True)
    decided = Decision.objects.filter(entry_index__in=list(entries))
    unchanged = decided.filter(source_state=F("comment__source_state"))
    yield from unchanged.order_by("until", "pk").values_list("pk", flat=True)


def _end(pk: int, now: datetime) -> Decision | None:
    """End one decision; None where somebody has decided otherwise meanwhile."""
    decision = Decision.objects.select_related("comment").get(pk=pk)
    if decision.comment is None:
        return None
    with short_write():
        [subject] = lock_subjects([decision.comment])
        notice = subject.notice
        if notice is None or notice.opened_entry != decision.entry_index:
            return None
        is_due = notice.ends_at is not None and notice.ends_at <= now
        if not is_due or subject.comment.source_state != decision.source_state:
            return None
        return door.record([_ruling(subject, decision)], by=SYSTEM)[0]


def _ruling(subject: Subject, decision: Decision) -> Ruling:
    """Return the ruling that brings back what was before a measure and its renewals."""
    first = _first_of(subject.decisions) or decision
    ruling = back_to_before(subject, first)
    closed = ruling.closed
    if first != decision and closed is not None and closed.grade != Grade.DECIDED:
        # A notice of an import that an earlier measure had closed begins anew: only
        # what closed it opens it again as it was.
        closed = None
    return replace(
        ruling,
        judgement=replace(ruling.judgement, facts=FACTS, until=None),
        undoes=decision,
        closed=closed,
    )


def _first_of(decisions: Sequence[Decision]) -> Decision | None:
    """Return the first of the measures in a row that brought about what stands.

    Each decision stands on the one whose doing it found; an undoing brings back what
    the undone one stood on, and the end of a measure what the first in its row did.
    """
    stands: Decision | None = None
    below: dict[int, Decision | None] = {}
    by_pk = {each.pk: each for each in decisions}
    for each in decisions:
        undone = by_pk.get(each.undoes_id or 0)
        below[each.pk] = stands
        if each.ends_a_measure:
            first = _row(stands, below)[-1:]
            stands = below[first[0].pk] if first else None
        elif undone is not None and not undone.ends_a_measure:
            stands = below[undone.pk]
        elif each.action != Action.NO_ACTION and not each.is_history:
            stands = each
    return next(iter(_row(stands, below)[-1:]), None)


def _row(last: Decision | None, below: Mapping[int, Decision | None]) -> list[Decision]:
    """Return a measure and those that it renews in a row, the first one last."""
    row = []
    while last is not None and last.until is not None:
        row.append(last)
        last = below[last.pk]
    return row
