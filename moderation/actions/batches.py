"""Many decisions for one reason, undone together as well.

Most are about comments; words are blacked out in the texts of articles as well. What
has changed since the list was shown is named, and then nothing is recorded.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from commentarchive.ledger.append import By
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.models import Comment, Part
from commentarchive.storage.write_locks import short_write
from moderation.actions import door
from moderation.actions.checks import HiddenTexts, Interests
from moderation.actions.judgements import Case, PartCase
from moderation.actions.parts import (
    PartSubject,
    Target,
    lock_places,
    read_part,
    target_of,
)
from moderation.actions.places import BadPlaces, check_shown
from moderation.actions.refusals import AlreadyDecided, CommentChanged, Refused
from moderation.actions.rulings import Ruling
from moderation.actions.subjects import Subject, lock_subjects, read_subjects
from moderation.actions.undo import check_part_undo, check_undo
from moderation.models import Action, Decision

# How many decisions one batch may have.
MOST = 500


class Changed(NamedTuple):
    """What of a batch cannot be decided on as it was looked at, and why."""

    subject: Subject | PartSubject
    why: str


class BatchChanged(Exception):
    """Some of a batch changed since it was shown; nothing was recorded."""

    def __init__(self, changed: Sequence[Changed]) -> None:
        super().__init__("Some of these have changed since the list was shown.")
        self.changed = changed


class Foreseen(NamedTuple):
    """What would become of one comment, or part: a ruling, or why there can be none."""

    subject: Subject | PartSubject
    ruling: Ruling | None
    error: Exception | None = None

    @property
    def key(self) -> str:
        """Return by what a list tells it from others."""
        subject = self.subject
        if isinstance(subject, PartSubject):
            return subject.target.key
        return subject.comment.ref

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
    cases: Sequence[Case | PartCase], *, by: By, confirmed: By | None = None
) -> list[Foreseen]:
    """Return what would become of each comment if somebody decided on them now.

    `confirmed` is who else would confirm it, as in `decide_batch`.
    """
    return _foreseen(
        read_places([_about(case) for case in cases]), cases, by, confirmed
    )


def decide_batch(
    cases: Sequence[Case | PartCase],
    *,
    by: By,
    second: str = "",
    confirmed: By | None = None,
) -> list[Decision]:
    """Decide on all comments of a batch, each with an entry under one reference.

    `confirmed` is who else confirmed it, and may have nothing to do with any comment;
    `second` is what the record says of that. Raise BatchChanged with all that cannot be
    decided on any more, Refused where it is too many or none can be; then nothing is
    recorded.
    """
    check_size(len(cases))
    with short_write():
        subjects = _lock([_about(case) for case in cases])
        found = _foreseen(subjects, cases, by, confirmed)
        return _record(found, by=by, second=second)


def foresee_undoing(
    decisions: Sequence[Decision], *, by: By, confirmed: By | None = None
) -> list[Foreseen]:
    """Return what would become of each comment if these decisions were undone now."""
    return _undoings(read_places(_undone(decisions)), decisions, by, confirmed)


def undo_batch(
    decisions: Sequence[Decision],
    *,
    by: By,
    second: str = "",
    confirmed: By | None = None,
) -> list[Decision]:
    """Undo several decisions at once, each with an entry of its own.

    Confirmed as in `decide_batch`; raise as it does.
    """
    check_size(len(decisions))
    with short_write():
        subjects = _lock(_undone(decisions))
        found = _undoings(subjects, decisions, by, confirmed)
        return _record(found, by=by, second=second)


def key_of(decision: Decision) -> str:
    """Return by what a list of many tells from others what a decision is about."""
    return decision.comment.ref if decision.comment else target_of(decision).key


def _about(case: Case | PartCase) -> Comment | Target:
    return case.target if isinstance(case, PartCase) else case.comment


def _undone(decisions: Sequence[Decision]) -> list[Comment | Target]:
    return [each.comment or target_of(each) for each in decisions]


def _lock(about: Sequence[Comment | Target]) -> list[Subject | PartSubject]:
    """Lock comments and parts in the order of every writer; read them anew."""
    targets = [each for each in about if isinstance(each, Target)]
    if targets:
        comments = [each for each in about if isinstance(each, Comment)]
        names = [each.commenter for each in targets if each.commenter is not None]
        lock_places(comments, [each.post for each in targets], names)
    return read_places(about, lock_subjects)


def read_places(
    about: Sequence[Comment | Target],
    read: Callable[[Sequence[Comment]], list[Subject]] = read_subjects,
) -> list[Subject | PartSubject]:
    """Return comments and parts as they are now, in their order."""
    comments = [each for each in about if isinstance(each, Comment)]
    subjects = iter(read(comments) if comments else [])
    return [
        next(subjects) if isinstance(each, Comment) else read_part(each)
        for each in about
    ]


def _undoings(
    subjects: Sequence[Subject | PartSubject],
    decisions: Sequence[Decision],
    by: By,
    confirmed: By | None,
) -> list[Foreseen]:
    def undoing(subject: Subject | PartSubject, number: int) -> Ruling:
        decision = decisions[number]
        if isinstance(subject, Subject):
            return check_undo(subject, decision, note="", override_reason="")
        ruling = check_part_undo(subject, decision, note="", override_reason="")
        check_shown(subject, ruling, undone=decision)
        return ruling

    return _settled(subjects, undoing, by, confirmed)


def _foreseen(
    subjects: Sequence[Subject | PartSubject],
    cases: Sequence[Case | PartCase],
    by: By,
    confirmed: By | None,
) -> list[Foreseen]:
    """Check each case. Whoever has to do with a comment decides on that by itself."""
    hidden = HiddenTexts()
    hidden.expect(each.comment for each in subjects if isinstance(each, Subject))

    def deciding(subject: Subject | PartSubject, number: int) -> Ruling:
        case = cases[number]
        _check_takes_part(subject, case)
        return door.check(subject, case, hidden)

    return _settled(subjects, deciding, by, confirmed)


def _check_takes_part(subject: Subject | PartSubject, case: Case | PartCase) -> None:
    """Raise Refused for what no batch decides on."""
    judgement = case.judgement
    blacks_out = judgement.action is Action.REDACT
    if blacks_out and not judgement.places:
        message = (
            "It does not have these words as they are, or has other words blacked out "
            "that stay so by a decision of its own: decide on it by itself."
        )
        raise BadPlaces(message)
    if isinstance(subject, PartSubject) and not (
        blacks_out and subject.target.part is Part.TEXT
    ):
        message = "The text of an article is decided on by itself, unless it is to be "
        raise Refused(message + "blacked out in part.")


def _settled(
    subjects: Sequence[Subject | PartSubject],
    rule: Callable[[Subject | PartSubject, int], Ruling],
    by: By,
    confirmed: By | None,
) -> list[Foreseen]:
    """Return what becomes of each, with whatever either person has to do with it."""
    own, of_second = _Own(subjects, by), None
    if confirmed:
        of_second = _Own(subjects, confirmed)
    found = []
    for number, subject in enumerate(subjects):
        try:
            ruling = own.of(subject).settle(rule(subject, number))
            if of_second:
                of_second.of(subject).check_confirming(subject.comment)
        except (AlreadyDecided, CommentChanged, Refused) as error:
            found.append(Foreseen(subject, None, error))
        else:
            found.append(Foreseen(subject, ruling))
    return found


class _Own:
    """What somebody has to do with the subjects of a batch."""

    def __init__(self, subjects: Sequence[Subject | PartSubject], by: By) -> None:
        self._by = by
        comments = [each for each in subjects if isinstance(each, Subject)]
        self._of_comments = Interests(by, [(s.comment, s.newest) for s in comments])

    def of(self, subject: Subject | PartSubject) -> Interests:
        if isinstance(subject, PartSubject):
            return Interests.in_part(self._by, subject.target)
        return self._of_comments


def _record(found: Sequence[Foreseen], *, by: By, second: str = "") -> list[Decision]:
    rulings = [each.ruling for each in found if each.ruling is not None]
    changed = [
        Changed(each.subject, each.why_not) for each in found if each.ruling is None
    ]
    if not rulings and len({each.why for each in changed}) == 1:
        # What stands against all of them is wrong with the decision itself.
        raise Refused(changed[0].why)
    if changed:
        raise BatchChanged(changed)
    batch = new_ref("e") if len(rulings) > 1 else ""
    return door.record(rulings, by=by, batch=batch, second=second)
