"""Whether the action can be taken on a comment in its state."""

from moderation.actions.refusals import Refused
from moderation.actions.subjects import Subject
from moderation.models import Action
from moderation.rules.transitions import allowed_actions


def check(subject: Subject, action: Action) -> None:
    """Raise Refused for an action that the comment's state does not allow."""
    state = subject.visibility
    if action not in allowed_actions(state, has_new_text=subject.has_new_text):
        where = state.label.lower()
        message = f"This decision cannot be taken on a comment that is {where}."
        raise Refused(message)
