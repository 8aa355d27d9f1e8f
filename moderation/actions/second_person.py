"""A batch of many comments waits until somebody else confirms it.

So does the undoing of one that is on record.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from commentarchive.actions.staff import may_decide, still_holds
from commentarchive.ledger.append import By
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.ledger.models import Role
from commentarchive.storage.write_locks import short_write
from moderation.actions.batches import (
    Foreseen,
    check_size,
    decide_batch,
    foresee,
    foresee_undoing,
    undo_batch,
)
from moderation.actions.judgements import Case, Judgement, Seen
from moderation.actions.refusals import Refused
from moderation.models import Action, Clause, Decision, PendingBatch, PendingCase
from moderation.models.action import NOBODY

# Up to so many comments one person decides on by themselves.
BY_ONE = 25
WAITS_FOR = timedelta(hours=72)


def needs_second(number: int, clause: Clause | None) -> bool:
    """Return whether a decision on so many comments takes somebody else's word."""
    return number > BY_ONE and not (clause is not None and clause.is_spam)


def takes_two() -> bool:
    """Return whether it has to be another person; else whoever asked confirms alone.

    Where nobody says so in TWO_PEOPLE: whether two or more may decide.
    """
    asked: bool | None = settings.TWO_PEOPLE
    return may_decide() > 1 if asked is None else asked


def ask_for_second(cases: Sequence[Case], *, by: By) -> PendingBatch:
    """Keep a batch until somebody confirms it; nothing of it is on record."""
    check_size(len(cases))
    judgement = cases[0].judgement
    waiting = [
        PendingCase(
            comment=case.comment,
            seen_revision=case.seen.revision if case.seen else 0,
            seen_decision=case.seen.decision if case.seen else "",
            seen_state=case.seen.state if case.seen else "",
        )
        for case in cases
    ]
    batch = PendingBatch(
        action=judgement.action,
        clause=judgement.clause,
        facts=judgement.facts,
        note=judgement.note,
    )
    return _keep(batch, waiting, by=by)


def ask_to_undo(decisions: Sequence[Decision], *, by: By) -> PendingBatch:
    """Keep the undoing of decisions of one batch until somebody confirms it."""
    check_size(len(decisions))
    waiting = [
        PendingCase(
            comment=decision.comment, seen_revision=0, seen_decision=decision.ref
        )
        for decision in decisions
        if decision.comment is not None
    ]
    return _keep(PendingBatch(undoes=decisions[0].batch), waiting, by=by)


def _keep(
    batch: PendingBatch, waiting: Sequence[PendingCase], *, by: By
) -> PendingBatch:
    if by.actor is None:
        message = "Only a person can ask another one."
        raise Refused(message)
    now = timezone.now()
    batch.ref, batch.asked_by, batch.asked_role = new_ref("e"), by.actor, by.role
    batch.asked_at, batch.expires_at = now, now + WAITS_FOR
    with short_write():
        forget(PendingBatch.objects.filter(expires_at__lte=now))
        batch.save()
        for each in waiting:
            each.batch = batch
        PendingCase.objects.bulk_create(waiting)
    return batch


def cases_of(batch: PendingBatch) -> list[Case]:
    """Return what a batch that waits would decide, as whoever chose it had seen it."""
    judgement = Judgement(
        action=Action(batch.action),
        clause=batch.clause,
        facts=batch.facts,
        note=batch.note,
    )
    kept = batch.cases.select_related("comment").order_by("pk")
    return [
        Case(
            comment=each.comment,
            judgement=judgement,
            seen=Seen(
                revision=each.seen_revision,
                decision=each.seen_decision,
                state=each.seen_state,
            ),
        )
        for each in kept
    ]


def undoings_of(batch: PendingBatch) -> list[Decision]:
    """Return the decisions that a batch that waits would undo."""
    refs = batch.cases.values_list("seen_decision", flat=True)
    found = Decision.objects.filter(ref__in=list(refs), comment__isnull=False)
    return list(found.select_related("comment", "post__blog").order_by("entry_index"))


def foresee_waiting(batch: PendingBatch, *, by: By) -> list[Foreseen]:
    """Return what would become of each comment if somebody confirmed a batch now."""
    asked, confirmed = _asked(batch), _other(batch, by)
    if batch.undoes:
        return foresee_undoing(undoings_of(batch), by=asked, confirmed=confirmed)
    return foresee(cases_of(batch), by=asked, confirmed=confirmed)


def _asked(batch: PendingBatch) -> By:
    return By(actor=batch.asked_by, role=Role(batch.asked_role))


def _other(batch: PendingBatch, by: By) -> By | None:
    """Return who confirms a batch, if it is somebody else than whoever chose it."""
    return None if batch.asked_by == by.actor else by


def why_not_confirm(batch: PendingBatch, *, by: By, now: datetime) -> str:
    """Return why somebody may not confirm a batch; "" if they may."""
    if batch.expires_at <= now:
        return "Nobody confirmed it in time; nothing was recorded. Choose them anew."
    if not still_holds(batch.asked_by, Role(batch.asked_role)):
        return "Whoever chose these may not decide any more; choose them anew."
    if takes_two() and batch.asked_by == by.actor:
        return "You have chosen these: somebody else has to confirm it."
    return ""


def confirm(
    batch: PendingBatch, *, by: By, leave_out: Collection[str] = ()
) -> list[Decision]:
    """Record a batch that waited, as decided by whoever chose it.

    Without the comments that are left out, by reference. Raise Refused where it may
    not be confirmed, BatchChanged as `decide_batch`, for what whoever confirms has to
    do with as well.
    """
    now = timezone.now()
    with short_write():
        locked = PendingBatch.objects.select_for_update().filter(pk=batch.pk).first()
        if locked is None:
            message = "It was confirmed or withdrawn meanwhile."
            raise Refused(message)
        if why := why_not_confirm(locked, by=by, now=now):
            raise Refused(why)
        asked, confirmed = _asked(locked), _other(locked, by)
        second = by.role if confirmed else NOBODY
        cases, undone = [], []
        if locked.undoes:
            undone = [
                each
                for each in undoings_of(locked)
                if each.comment and each.comment.ref not in leave_out
            ]
        else:
            cases = [
                case for case in cases_of(locked) if case.comment.ref not in leave_out
            ]
        forget(PendingBatch.objects.filter(pk=locked.pk))
        if locked.undoes:
            return undo_batch(undone, by=asked, second=second, confirmed=confirmed)
        return decide_batch(cases, by=asked, second=second, confirmed=confirmed)


def withdraw(batch: PendingBatch) -> None:
    """Forget a batch that waits; nothing of it was on record."""
    with short_write():
        forget(PendingBatch.objects.filter(pk=batch.pk))


def forget_with(comment: str) -> None:
    """Forget the batches that wait with a comment, by its reference, for an erasure."""
    forget(PendingBatch.objects.filter(cases__comment__ref=comment))


def forget(batches: Iterable[PendingBatch]) -> None:
    """Delete batches that wait, with their cases."""
    pks = [batch.pk for batch in batches]
    PendingCase.objects.filter(batch__in=pks).delete()
    PendingBatch.objects.filter(pk__in=pks).delete()
