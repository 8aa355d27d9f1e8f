"""Many decisions for one reason, undone together as well.

What has changed since the list was shown is named, and then nothing is recorded.
"""

from collections.abc import Sequence
from typing import NamedTuple

from commentarchive.ledger.append import By
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.models import Comment
from commentarchive.storage.write_locks import short_write
from moderation.actions import door
from moderation.actions.checks import HiddenTexts, Interests
from moderation.actions.judgements import Case
from moderation.actions.refusals import AlreadyDecided, CommentChanged, Refused
from moderation.actions.rulings import Ruling
from moderation.actions.subjects import Subject, lock_subjects, read_subjects
from moderation.actions.undo import check_undo
from moderation.models import Decision

# How many comments one batch may have.
MOST = 500


class Changed(NamedTuple):
    """A comment of a batch that cannot be decided on as it was looked at, and why."""

    comment: Comment
    why: str


class BatchChanged(Exception):
    """Some of a batch changed since it was shown; nothing was recorded."""

    def __init__(self, changed: Sequence[Changed]) -> None:
        super().__init__("Some of these have changed since the list was shown.")
        self.changed = changed


class Foreseen(NamedTuple):
    """What would become of one comment: a ruling, or why there can be none."""

    subject: Subject
    ruling: Ruling | None
    error: Exception | None = None

    @property
    def why_not(self) -> str:
        """Return what stands against it, in words for a list of many; "" if nothing."""
        if not isinstance(self.error, AlreadyDecided):
            return str(self.error or "")
        winner = self.error.winner
        done = winner.get_action_display()
        return (
            f"Decided meanwhile: {done[:1].lower()}{done[1:]}, by {winner.decided_by}."
        )


def check_size(number: int) -> None:
    """Raise Refused for a batch of too many comments, or of none."""
    if number > MOST:
        message = (
            f"At most {MOST} comments can be decided on together; these are {number}."
        )
        raise Refused(message)
    if not number:
        message = "Choose the comments to decide on."
        raise Refused(message)


def foresee(
    cases: Sequence[Case], *, by: By, confirmed: By | None = None
) -> list[Foreseen]:
    """Return what would become of each comment if somebody decided on them now.

    `confirmed` is who else would confirm it, as in `decide_batch`.
    """
    subjects = read_subjects([case.comment for case in cases])
    return _foreseen(subjects, cases, by, confirmed)


def decide_batch(
    cases: Sequence[Case], *, by: By, second: str = "", confirmed: By | None = None
) -> list[Decision]:
    """Decide on all comments of a batch, each with an entry under one reference.

    `confirmed` is who else confirmed it, and may have nothing to do with any comment;
    `second` is what the record says of that. Raise BatchChanged with all that cannot be
    decided on any more, Refused where it is too many or none can be; then nothing is
    recorded.
    """
    check_size(len(cases))
    with short_write():
        subjects = lock_subjects([case.comment for case in cases])
        found = _foreseen(subjects, cases, by, confirmed)
        return _record(found, by=by, second=second)


def foresee_undoing(
    decisions: Sequence[Decision], *, by: By, confirmed: By | None = None
) -> list[Foreseen]:
    """Return what would become of each comment if these decisions were undone now."""
    subjects = read_subjects(_comments_of(decisions))
    return _undoings(subjects, decisions, by, confirmed)


def undo_batch(
    decisions: Sequence[Decision],
    *,
    by: By,
    second: str = "",
    confirmed: By | None = None,
) -> list[Decision]:
    """Undo decisions on several comments at once, each with an entry of its own.

    Confirmed as in `decide_batch`; raise as it does.
    """
    check_size(len(decisions))
    with short_write():
        subjects = lock_subjects(_comments_of(decisions))
        found = _undoings(subjects, decisions, by, confirmed)
        return _record(found, by=by, second=second)


def _comments_of(decisions: Sequence[Decision]) -> list[Comment]:
    return [each.comment for each in decisions if each.comment is not None]


def _undoings(
    subjects: Sequence[Subject],
    decisions: Sequence[Decision],
    by: By,
    confirmed: By | None,
) -> list[Foreseen]:
    found, interests = [], _interests(subjects, by)
    of_second = _interests(subjects, confirmed) if confirmed else None
    for subject, decision in zip(subjects, decisions, strict=True):
        try:
            ruling = interests.settle(
                check_undo(subject, decision, note="", override_reason="")
            )
            if of_second:
                of_second.check_confirming(subject.comment)
        except (AlreadyDecided, Refused) as error:
            found.append(Foreseen(subject, None, error))
        else:
            found.append(Foreseen(subject, ruling))
    return found


def _foreseen(
    subjects: Sequence[Subject],
    cases: Sequence[Case],
    by: By,
    confirmed: By | None,
) -> list[Foreseen]:
    """Check each case. Whoever has to do with a comment decides on that by itself."""
    hidden, interests = HiddenTexts(), _interests(subjects, by)
    of_second = _interests(subjects, confirmed) if confirmed else None
    hidden.expect(subject.comment for subject in subjects)
    found = []
    for subject, case in zip(subjects, cases, strict=True):
        try:
            ruling = interests.settle(door.check(subject, case, hidden))
            if of_second:
                of_second.check_confirming(subject.comment)
        except (AlreadyDecided, CommentChanged, Refused) as error:
            found.append(Foreseen(subject, None, error))
        else:
            found.append(Foreseen(subject, ruling))
    return found


def _interests(subjects: Sequence[Subject], by: By) -> Interests:
    return Interests(by, [(subject.comment, subject.newest) for subject in subjects])


def _record(found: Sequence[Foreseen], *, by: By, second: str = "") -> list[Decision]:
    rulings = [each.ruling for each in found if each.ruling is not None]
    changed = [
        Changed(each.subject.comment, each.why_not)
        for each in found
        if each.ruling is None
    ]
    if not rulings and len({each.why for each in changed}) == 1:
        # What stands against all of them is wrong with the decision itself.
        raise Refused(changed[0].why)
    if changed:
        raise BatchChanged(changed)
    batch = new_ref("e") if len(rulings) > 1 else ""
    return door.record(rulings, by=by, batch=batch, second=second)
