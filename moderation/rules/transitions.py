"""Which action may be taken on which comment, and what it makes of it."""

from commentarchive.models import Visibility
from moderation.models import Action, Clause

_HIDDEN = frozenset(Visibility) - {
    Visibility.PUBLISHED,
    Visibility.INTERNAL,
    Visibility.UNKNOWN,
    Visibility.ERASED,
}
_ALLOWED: dict[Action, frozenset[Visibility]] = {
    Action.APPROVE: frozenset({Visibility.HELD, Visibility.SPAM, Visibility.TRASHED}),
    Action.HOLD: (_HIDDEN - {Visibility.HELD}) | {Visibility.PUBLISHED},
    Action.BLOCK: _HIDDEN - {Visibility.BLOCKED},
    Action.REMOVE: frozenset({Visibility.PUBLISHED}),
    Action.WITHHOLD: (_HIDDEN - {Visibility.WITHHELD}) | {Visibility.PUBLISHED},
    Action.RESTORE: _HIDDEN,
    Action.NO_ACTION: _HIDDEN | {Visibility.PUBLISHED},
}


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


def outcome(
    action: Action, visibility: Visibility, clause: Clause | None
) -> Visibility:
    """Return what the public sees after an action."""
    if action is Action.NO_ACTION:
        return visibility
    if action in {Action.APPROVE, Action.RESTORE}:
        return Visibility.PUBLISHED
    if action is Action.HOLD:
        return Visibility.HELD
    if action is Action.WITHHOLD or (clause is not None and clause.is_legal):
        return Visibility.WITHHELD
    if clause is not None and clause.is_spam:
        return Visibility.SPAM
    return Visibility.REMOVED if action is Action.REMOVE else Visibility.BLOCKED


def recorded_as(action: Action, before: Visibility) -> Action:
    """Return the name under which an action is recorded.

    The desk has one verb for block and remove, and one for approve and restore.
    """
    if action in {Action.BLOCK, Action.REMOVE}:
        return Action.REMOVE if before is Visibility.PUBLISHED else Action.BLOCK
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
