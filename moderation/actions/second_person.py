"""A batch of many comments waits until somebody else confirms it.

So does the undoing of one that is on record.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from commentarchive.actions.staff import may_decide, still_holds
from commentarchive.ledger.append import By
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.ledger.models import Role
from commentarchive.models import Part
from commentarchive.storage.write_locks import short_write
from moderation.actions.batches import (
    Foreseen,
    check_size,
    decide_batch,
    foresee,
    foresee_undoing,
    key_of,
    undo_batch,
)
from moderation.actions.judgements import Blackened, Case, Judgement, PartCase, Seen
from moderation.actions.parts import Target
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


def ask_for_second(cases: Sequence[Case | PartCase], *, by: By) -> PendingBatch:
    """Keep a batch until somebody confirms it; nothing of it is on record."""
    check_size(len(cases))
    judgement = cases[0].judgement
    waiting = [_as_waiting(case) for case in cases]
    batch = PendingBatch(
        action=judgement.action,
        clause=judgement.clause,
        facts=judgement.facts,
        note=judgement.note,
    )
    return _keep(batch, waiting, by=by)


def _as_waiting(case: Case | PartCase) -> PendingCase:
    seen, judgement = case.seen, case.judgement
    return PendingCase(
        comment=case.comment if isinstance(case, Case) else None,
        post=case.target.post if isinstance(case, PartCase) else None,
        seen_revision=seen.revision if seen else 0,
        seen_decision=seen.decision if seen else "",
        seen_state=seen.state if seen else "",
        places=[[p.start, p.end, p.clause.number] for p in judgement.places],
        places_of=judgement.places_of,
    )


def ask_to_undo(decisions: Sequence[Decision], *, by: By) -> PendingBatch:
    """Keep the undoing of decisions of one batch until somebody confirms it."""
    check_size(len(decisions))
    waiting = [
        PendingCase(
            comment=decision.comment,
            post=None if decision.comment else decision.post,
            seen_revision=0,
            seen_decision=decision.ref,
        )
        for decision in decisions
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


def cases_of(batch: PendingBatch) -> list[Case | PartCase]:
    """Return what a batch that waits would decide, as whoever chose it had seen it."""
    judgement = Judgement(
        action=Action(batch.action),
        clause=batch.clause,
        facts=batch.facts,
        note=batch.note,
    )
    kept = batch.cases.select_related("comment", "post").order_by("pk")
    rules = _rules(batch)
    return [_as_asked(each, judgement, rules) for each in kept]


def _rules(batch: PendingBatch) -> dict[int, Clause]:
    """Return the rules under which places may be blacked out, by their numbers."""
    if batch.clause is None or batch.action != Action.REDACT:
        return {}
    found = batch.clause.policy.clauses.select_related("policy")
    return {clause.number: clause for clause in found}


def _as_asked(
    kept: PendingCase, judgement: Judgement, rules: Mapping[int, Clause]
) -> Case | PartCase:
    places = tuple(
        Blackened(start=start, end=end, clause=rules[number])
        for start, end, number in kept.places
    )
    judgement = replace(judgement, places=places, places_of=kept.places_of)
    seen = Seen(
        revision=kept.seen_revision,
        decision=kept.seen_decision,
        state=kept.seen_state,
    )
    if kept.post is not None:
        target = Target(post=kept.post, part=Part.TEXT)
        return PartCase(target=target, judgement=judgement, seen=seen)
    if kept.comment is None:
        message = "A case is about a comment or an article."
        raise ValueError(message)
    return Case(comment=kept.comment, judgement=judgement, seen=seen)


def undoings_of(batch: PendingBatch) -> list[Decision]:
    """Return the decisions that a batch that waits would undo."""
    refs = batch.cases.values_list("seen_decision", flat=True)
    found = Decision.objects.filter(ref__in=list(refs))
    return list(
        found.select_related("comment", "commenter", "post__blog").order_by(
            "entry_index"
        )
    )


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

    Without what is left out, by its key in the list. Raise Refused where it may
    not be confirmed, BatchChanged as `decide_batch`, for what whoever confirms has to
    do with as well.
    """
    now = timezone.now()
    with short_write():
        locked = (
            PendingBatch.objects.select_for_update(no_key=True)
            .filter(pk=batch.pk)
            .first()
        )
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
                each for each in undoings_of(locked) if key_of(each) not in leave_out
            ]
        else:
            cases = [case for case in cases_of(locked) if case.key not in leave_out]
        forget(PendingBatch.objects.filter(pk=locked.pk))
        if locked.undoes:
            return undo_batch(undone, by=asked, second=second, confirmed=confirmed)
        return decide_batch(cases, by=asked, second=second, confirmed=confirmed)


def withdraw(batch: PendingBatch) -> None:
    """Forget a batch that waits; nothing of it was on record."""
    with short_write():
        forget(PendingBatch.objects.filter(pk=batch.pk))


def forget_with(subject: str) -> None:
    """Forget the batches that wait with a comment or an article, for an erasure.

    `subject` is its reference.
    """
    with_it = Q(cases__comment__ref=subject) | Q(cases__post__ref=subject)
    forget(PendingBatch.objects.filter(with_it))


def forget(batches: Iterable[PendingBatch]) -> None:
    """Delete batches that wait, with their cases."""
    pks = [batch.pk for batch in batches]
    PendingCase.objects.filter(batch__in=pks).delete()
    PendingBatch.objects.filter(pk__in=pks).delete()
