"""Undoing a decision: the state that the notice it closed describes comes back."""

from django.db.models import QuerySet

from commentarchive.models import (
    Grade,
    PartNotice,
    Tombstone,
    TombstoneKind,
    Visibility,
)
from commentarchive.storage.prepared import Prepared
from moderation.actions.judgements import Judgement
from moderation.actions.parts import PartSubject
from moderation.actions.refusals import AlreadyDecided, Refused
from moderation.actions.rulings import Ruling
from moderation.actions.subjects import Subject
from moderation.models import HIDING, Action, Clause, Decision
from moderation.models.action import AT_THE_BLOG
from moderation.rules.transitions import action_back_to


def check_undo(
    subject: Subject, decision: Decision, *, note: str, override_reason: str
) -> Ruling:
    """Return the ruling that brings back what was before a decision.

    Raise AlreadyDecided when another decision stands on the comment by now, Refused
    for a comment that was erased.
    """
    if subject.visibility is Visibility.ERASED:
        message = "The comment was erased; there is nothing to bring back."
        raise Refused(message)
    latest = subject.latest
    standing = {subject.comment.decided_entry, latest and latest.entry_index}
    if latest is not None and decision.entry_index not in standing:
        raise AlreadyDecided(latest)
    if undoing := Decision.objects.filter(undoes=decision).first():
        raise AlreadyDecided(undoing)
    return back_to_before(subject, decision, note=note, override_reason=override_reason)


def back_to_before(
    subject: Subject, decision: Decision, *, note: str = "", override_reason: str = ""
) -> Ruling:
    """Return the ruling that brings back what was before a decision, unchecked."""
    # What gave way to a later copy since is history as well.
    is_told = decision.grade == Grade.IMPORTED
    gave_way = is_told and decision.entry_index != subject.comment.decided_entry
    is_history = decision.is_history or gave_way
    closed = None if is_history else _closed_by(decision)
    after = subject.visibility if is_history else _state_before(decision, closed)
    action = action_back_to(after, Action(decision.action))
    if is_history or decision.action in {Action.NO_ACTION, Action.HOLD}:
        # Nothing changed by it, unless it hid what readers saw.
        action = Action.NO_ACTION if after is subject.visibility else action
    clause = _clause_of(closed)
    return Ruling(
        subject=subject,
        judgement=Judgement(
            action=action,
            clause=clause if action in HIDING else None,
            facts="An earlier decision was undone.",
            note=note,
            override_reason=override_reason,
            # What ends by itself still does.
            until=closed.ends_at if closed and not decision.ends_a_measure else None,
        ),
        after=after,
        # Never a text that came in since: nobody has looked at it.
        judged=decision.shown_before or decision.judged,
        undoes=decision,
        closed=closed,
    )


def check_part_undo(
    subject: PartSubject, decision: Decision, *, note: str, override_reason: str
) -> Ruling:
    """Return the ruling that brings back what was before a decision on a part.

    Raise AlreadyDecided when another decision stands on it by now.
    """
    latest = subject.latest
    if latest is not None and latest != decision:
        raise AlreadyDecided(latest)
    closed = PartNotice.objects.filter(closed_entry=decision.entry_index).first()
    after = Visibility(decision.from_visibility)
    action = _back_to(after, Action(decision.action))
    clause = _clause_of(closed)
    judged = decision.shown_before or decision.judged
    if decision.action not in {Action.RESTORE, Action.REDACT}:
        # It changed no version: that another decision blacked words out since stands.
        judged = subject.current or judged
    return Ruling(
        subject=subject,
        judgement=Judgement(
            action=action,
            clause=clause if action in {*HIDING, *AT_THE_BLOG} else None,
            facts="An earlier decision was undone.",
            note=note,
            override_reason=override_reason,
        ),
        after=after,
        # Never a text that came in since: nobody has looked at it.
        judged=judged,
        undoes=decision,
        closed=closed,
    )


_OPPOSITES = {
    Action.CLOSE_THREAD: Action.REOPEN_THREAD,
    Action.REOPEN_THREAD: Action.CLOSE_THREAD,
    Action.BAN: Action.UNBAN,
    Action.UNBAN: Action.BAN,
    Action.NO_ACTION: Action.NO_ACTION,
}
_HIDING_AS = {
    Visibility.PUBLISHED: Action.RESTORE,
    Visibility.HELD: Action.HOLD,
    Visibility.WITHHELD: Action.WITHHOLD,
}


def _back_to(before: Visibility, undone: Action) -> Action:
    """Return the action under which undoing another one on a part is recorded."""
    return _OPPOSITES.get(undone) or _HIDING_AS.get(before, Action.REMOVE)


def _closed_by(decision: Decision) -> Tombstone | None:
    """Find the notice that a decision closed, unless it only told when it ended."""
    if decision.comment_id is None:
        return None
    return _closed_at.first(decision.comment_id, decision.entry_index)


@Prepared
def _closed_at(comment_pk: int, entry_index: int) -> QuerySet[Tombstone]:
    return (
        Tombstone.objects.select_related("comment__post__blog")
        .filter(comment=comment_pk, closed_entry=entry_index)
        # What was told later of an earlier time was ended by it, not closed.
        .exclude(opened_entry__gt=entry_index)
        .order_by("-pk")[:1]
    )


def _state_before(decision: Decision, closed: Tombstone | None) -> Visibility:
    """Return what readers are to see again."""
    if closed is None:
        return Visibility(decision.from_visibility)
    # Whether the text of what vanished is shown is up to the blog as it is set now.
    shows_gone = decision.post.blog.show_gone_text
    if closed.grade == Grade.OBSERVED and shows_gone:
        return Visibility.PUBLISHED
    return Visibility(TombstoneKind(closed.kind).value)


def _clause_of(closed: Tombstone | PartNotice | None) -> Clause | None:
    """Find the rule under which a closed notice had been opened."""
    if closed is None or closed.opened_entry is None:
        return None
    opening = Decision.objects.filter(entry_index=closed.opened_entry)
    found = opening.select_related("clause__policy", "clause_since__policy").first()
    return found.rule if found else None
