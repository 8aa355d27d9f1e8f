"""Whether the action can be taken on a comment in its state."""

from moderation.actions.refusals import Refused
from moderation.actions.subjects import Subject
from moderation.models import Action
from moderation.rules.transitions import allowed_actions, can_be_told


def check(subject: Subject, action: Action, *, is_told: bool) -> None:
    """Raise Refused for an action that the comment's state does not allow."""
    state = subject.visibility
    if is_told:
        if not can_be_told(action, state):
            message = "The blog’s own records cannot tell that of this comment."
            raise Refused(message)
        return
    if action not in allowed_actions(state, has_new_text=subject.has_new_text):
        where = state.label
        message = f"This decision cannot be taken on a comment that is {where}."
        raise Refused(message)
