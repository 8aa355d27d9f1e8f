"""The verbs of moderation: decide on one comment or on many, and undo."""

from collections.abc import Sequence

from commentarchive.ledger.append import SYSTEM, By
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.models import Comment
from commentarchive.storage.write_locks import short_write
from moderation.actions import door
from moderation.actions.checks import HiddenTexts, Interests
from moderation.actions.judgements import Case, Judgement, PartCase, Record, Seen
from moderation.actions.parts import Target, lock_part, target_of
from moderation.actions.places import check_shown
from moderation.actions.refusals import (
    AlreadyDecided,
    CommentChanged,
    ConflictOfInterest,
    LeaksHiddenWords,
    Refused,
    StateChanged,
    TextChanged,
)
from moderation.actions.rulings import Ruling
from moderation.actions.subjects import Subject, lock_subjects
from moderation.actions.undo import check_part_undo, check_undo
from moderation.models import Decision

__all__ = [
    "AlreadyDecided",
    "Case",
    "CommentChanged",
    "ConflictOfInterest",
    "Judgement",
    "LeaksHiddenWords",
    "Record",
    "Refused",
    "Seen",
    "StateChanged",
    "TextChanged",
    "decide",
    "decide_all",
    "decide_on_part",
    "judge_batch",
    "judge_told",
    "undo",
]


def decide(
    comment: Comment, judgement: Judgement, *, by: By, seen: Seen | None = None
) -> Decision:
    """Decide on one comment, on record.

    Raise Refused, LeaksHiddenWords or ConflictOfInterest for what cannot be recorded,
    AlreadyDecided or CommentChanged when the comment is no longer what was looked at.
    """
    case = Case(comment=comment, judgement=judgement, seen=seen)
    return decide_all([case], by=by)[0]


def decide_on_part(
    target: Target, judgement: Judgement, *, by: By, seen: Seen | None = None
) -> Decision:
    """Decide on a part of an article, on a name or on a thread; as `decide`."""
    with short_write():
        subject = lock_part(target)
        case = PartCase(target=target, judgement=judgement, seen=seen)
        ruling = door.check(subject, case, HiddenTexts())
        interests = Interests.in_part(by, subject.target)
        return door.record([interests.settle(ruling)], by=by)[0]


def decide_all(cases: Sequence[Case], *, by: By, second: str = "") -> list[Decision]:
    """Decide on several comments at once, each with an entry under one batch.

    `second` is the role of whoever else confirmed it, or "nobody". Raise as `decide`
    does for the first case that cannot be recorded; then nothing is.
    """
    if len({case.comment.pk for case in cases}) < len(cases):
        message = "One batch cannot decide on a comment twice."
        raise Refused(message)
    with short_write():
        subjects = lock_subjects([case.comment for case in cases])
        hidden = HiddenTexts()
        hidden.expect(subject.comment for subject in subjects)
        interests = _interests(subjects, by)
        rulings = [
            interests.settle(door.check(subject, case, hidden))
            for subject, case in zip(subjects, cases, strict=True)
        ]
        batch = new_ref("e") if len(cases) > 1 else ""
        return door.record(rulings, by=by, batch=batch, second=second)


def judge_batch(
    cases: Sequence[Case], *, by: By = SYSTEM
) -> tuple[list[Decision], list[Case]]:
    """Decide by automatic rules on what a batch of an import brings.

    Called inside the transaction of the batch, as its last statement. Return the
    decisions, and the cases that were passed over since they cannot be recorded: a
    rule must not end an import. What a person has decided on stays as it is.
    """
    rulings: list[Ruling] = []
    passed_over: list[Case] = []
    with short_write():
        subjects = lock_subjects([case.comment for case in cases])
        hidden = HiddenTexts()
        hidden.expect(subject.comment for subject in subjects)
        for subject, case in zip(subjects, cases, strict=True):
            latest = subject.latest
            is_decided = latest is not None and not latest.automatic_rules
            try:
                if is_decided:
                    passed_over.append(case)
                else:
                    rulings.append(door.check(subject, case, hidden))
            except Refused:
                passed_over.append(case)
        return (door.record(rulings, by=by) if rulings else []), passed_over


def judge_told(
    cases: Sequence[Case], *, by: By
) -> tuple[list[Decision], list[tuple[Case, str]]]:
    """Record what a blog's own records tell of several comments, under one batch.

    Return the decisions, and the cases that cannot be recorded with the reason.
    """
    rulings: list[Ruling] = []
    refused: list[tuple[Case, str]] = []
    with short_write():
        subjects = lock_subjects([case.comment for case in cases])
        hidden, interests = HiddenTexts(), _interests(subjects, by)
        hidden.expect(subject.comment for subject in subjects)
        for subject, case in zip(subjects, cases, strict=True):
            try:
                rulings.append(interests.settle(door.check(subject, case, hidden)))
            except Refused as error:
                refused.append((case, str(error)))
        batch = new_ref("e") if len(rulings) > 1 else ""
        return (door.record(rulings, by=by, batch=batch) if rulings else []), refused


def undo(
    decision: Decision, *, by: By, note: str = "", override_reason: str = ""
) -> Decision:
    """Bring back what was before a decision, by a decision that names it.

    Raise AlreadyDecided when another decision stands on the same by now, Refused for
    what was erased, and ConflictOfInterest as `decide` does.
    """
    with short_write():
        if decision.comment is None:
            part = lock_part(target_of(decision))
            undoing = check_part_undo(
                part, decision, note=note, override_reason=override_reason.strip()
            )
            check_shown(part, undoing, undone=decision)
            HiddenTexts().check_part(part.target, undoing.judgement.override_reason)
            interests = Interests.in_part(by, part.target)
            return door.record([interests.settle(undoing)], by=by)[0]
        [subject] = lock_subjects([decision.comment])
        ruling = check_undo(
            subject, decision, note=note, override_reason=override_reason.strip()
        )
        HiddenTexts().check(subject.comment, ruling.judgement.override_reason)
        return door.record([_interests([subject], by).settle(ruling)], by=by)[0]


def _interests(subjects: Sequence[Subject], by: By) -> Interests:
    return Interests(by, [(subject.comment, subject.newest) for subject in subjects])
