"""Whether the action can be taken on a comment in its state."""

from moderation.actions.refusals import Refused
from moderation.actions.subjects import Subject
from moderation.models import Action
from moderation.rules.transitions import allowed_actions


def check(subject: Subject, action: Action) -> None:
    """Raise Refused for an action that the comment's state does not allow."""
    state = subject.visibility
    if action not in allowed_actions(state, has_new_text=subject.has_new_text):
        message = f"A comment that is {state.label} cannot be {action.label.lower()}."
        raise Refused(message)
