"""A batch of many comments waits until somebody else confirms it."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from commentarchive.actions.staff import may_decide, still_holds
from commentarchive.ledger.append import By
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.ledger.models import Role
from commentarchive.storage.write_locks import short_write
from moderation.actions.batches import check_size, decide_batch
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
    if by.actor is None:
        message = "Only a person can ask another one."
        raise Refused(message)
    now, judgement = timezone.now(), cases[0].judgement
    with short_write():
        forget(PendingBatch.objects.filter(expires_at__lte=now))
        batch = PendingBatch.objects.create(
            ref=new_ref("e"),
            action=judgement.action,
            clause=judgement.clause,
            facts=judgement.facts,
            note=judgement.note,
            asked_by=by.actor,
            asked_role=by.role,
            asked_at=now,
            expires_at=now + WAITS_FOR,
        )
        PendingCase.objects.bulk_create(
            PendingCase(
                batch=batch,
                comment=case.comment,
                seen_revision=case.seen.revision if case.seen else 0,
                seen_decision=case.seen.decision if case.seen else "",
                seen_state=case.seen.state if case.seen else "",
            )
            for case in cases
        )
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
    not be confirmed, BatchChanged as `decide_batch`.
    """
    now = timezone.now()
    with short_write():
        locked = PendingBatch.objects.select_for_update().filter(pk=batch.pk).first()
        if locked is None:
            message = "It was confirmed or withdrawn meanwhile."
            raise Refused(message)
        if why := why_not_confirm(locked, by=by, now=now):
            raise Refused(why)
        cases = [case for case in cases_of(locked) if case.comment.ref not in leave_out]
        asked = By(actor=locked.asked_by, role=Role(locked.asked_role))
        is_alone = locked.asked_by == by.actor
        forget(PendingBatch.objects.filter(pk=locked.pk))
        return decide_batch(cases, by=asked, second=NOBODY if is_alone else by.role)


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
