"""Which action may be taken on which comment, and what it makes of it."""

from commentarchive.models import Part, PartNoticeKind, Visibility
from moderation.models import Action, Clause

_HIDDEN = frozenset(Visibility) - {
    Visibility.PUBLISHED,
    Visibility.INTERNAL,
    Visibility.UNKNOWN,
    Visibility.ERASED,
}
_ANY = _HIDDEN | {Visibility.PUBLISHED}
# What hides a comment already may be done again: under another rule, for more time.
_ALLOWED: dict[Action, frozenset[Visibility]] = {
    Action.APPROVE: frozenset({Visibility.HELD, Visibility.SPAM, Visibility.TRASHED}),
    Action.HOLD: _ANY,
    Action.BLOCK: _HIDDEN,
    Action.REMOVE: _ANY,
    Action.WITHHOLD: _ANY,
    # What waits is published with it, in one step.
    Action.REDACT: frozenset({Visibility.PUBLISHED, Visibility.HELD}),
    Action.RESTORE: _HIDDEN,
    Action.NO_ACTION: _ANY,
}
# What a blog's own records can tell of, whatever the comment's state is by now.
TOLD = (
    *(Action.BLOCK, Action.REMOVE, Action.WITHHOLD, Action.APPROVE, Action.RESTORE),
    *(Action.HOLD, Action.NO_ACTION),
)


def can_be_told(action: Action, visibility: Visibility) -> bool:
    """Return whether a blog's own records can tell this of a comment in a state."""
    return action in TOLD and visibility in _ANY


def allowed_actions(visibility: Visibility, *, has_new_text: bool) -> list[Action]:
    """List what may be done with a comment in this state.

    A shown comment that its blog has changed may be approved again, with its new text.
    """
    return [
        action
        for action, states in _ALLOWED.items()
        if visibility in states
        or (
            action is Action.APPROVE
            and has_new_text
            and visibility is Visibility.PUBLISHED
        )
    ]


_ON_PARTS: dict[Action, frozenset[Visibility]] = {
    action: _ALLOWED[action]
    for action in (
        *(Action.HOLD, Action.REMOVE, Action.WITHHOLD, Action.RESTORE),
        Action.NO_ACTION,
    )
}
# What marks a part that is not hidden itself, and what takes the mark away.
_MARKS = {
    Part.THREAD: (Action.CLOSE_THREAD, Action.REOPEN_THREAD),
    Part.BAN: (Action.BAN, Action.UNBAN),
}


_MARKING = frozenset(action for pair in _MARKS.values() for action in pair)


def allowed_on_part(
    part: Part, visibility: Visibility, *, is_marked: bool, has_new_text: bool
) -> list[Action]:
    """List what may be done with a part of an article, a name or a thread.

    A shown article that its blog has changed may be put back with its new text.
    """
    if part in _MARKS:
        return [_MARKS[part][int(is_marked)]]
    allowed = [
        action
        for action, states in _ON_PARTS.items()
        if visibility in states or (action is Action.RESTORE and has_new_text)
    ]
    if part is Part.TEXT and visibility is Visibility.PUBLISHED:
        allowed.append(Action.REDACT)
    return allowed


def recorded_on_part(action: Action, clause: Clause | None) -> Action:
    """Return the name under which an action on a part is recorded.

    Under a legal rule it is withheld, whichever was chosen.
    """
    is_legal = clause is not None and clause.is_legal
    return Action.WITHHOLD if is_legal and action is Action.REMOVE else action


def part_kind(action: Action, after: Visibility) -> str:
    """Return the kind of notice on a part after an action; "" for none."""
    if action is Action.CLOSE_THREAD:
        return PartNoticeKind.CLOSED.value
    if action is Action.BAN:
        return PartNoticeKind.BARRED.value
    return "" if after is Visibility.PUBLISHED else after.value


def outcome(
    action: Action, visibility: Visibility, clause: Clause | None
) -> Visibility:
    """Return what the public sees after an action."""
    if action is Action.NO_ACTION or action in _MARKING:
        return visibility
    if action in {Action.APPROVE, Action.RESTORE, Action.REDACT}:
        return Visibility.PUBLISHED
    if action is Action.HOLD:
        return Visibility.HELD
    if action is Action.WITHHOLD or (clause is not None and clause.is_legal):
        return Visibility.WITHHELD
    if clause is not None and clause.is_spam:
        return Visibility.SPAM
    return Visibility.REMOVED if action is Action.REMOVE else Visibility.BLOCKED


def recorded_as(
    action: Action,
    before: Visibility,
    clause: Clause | None,
    *,
    had_been_seen: bool,
) -> Action:
    """Return the name under which an action is recorded.

    The desk has one verb for block and remove, and one for approve and restore; under
    a legal rule a comment is withheld, whichever was chosen.
    """
    if action in {Action.BLOCK, Action.REMOVE}:
        if clause is not None and clause.is_legal:
            return Action.WITHHOLD
        return Action.REMOVE if had_been_seen else Action.BLOCK
    if action in {Action.APPROVE, Action.RESTORE} and before != Visibility.PUBLISHED:
        waited = before in {Visibility.HELD, Visibility.SPAM, Visibility.TRASHED}
        return Action.APPROVE if waited else Action.RESTORE
    return action


def action_back_to(visibility: Visibility, undone: Action) -> Action:
    """Return the action under which undoing another one is recorded."""
    if visibility is Visibility.PUBLISHED:
        return Action.RESTORE
    if visibility is Visibility.WITHHELD:
        return Action.WITHHOLD
    if visibility in {Visibility.BLOCKED, Visibility.SPAM, Visibility.TRASHED}:
        return Action.BLOCK
    if visibility is Visibility.REMOVED:
        return Action.REMOVE
    return undone if undone is Action.NO_ACTION else Action.HOLD
