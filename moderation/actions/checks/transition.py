"""Whether the action can be taken on a comment in its state."""

from moderation.actions.parts import PartSubject
from moderation.actions.refusals import Refused
from moderation.actions.subjects import Subject
from moderation.models import Action
from moderation.rules.transitions import can_be_told


def check(subject: Subject | PartSubject, action: Action, *, is_told: bool) -> None:
    """Raise Refused for an action that the comment's state does not allow."""
    state = subject.visibility
    if is_told:
        if not can_be_told(action, state):
            message = "The blog’s own records cannot tell that of this comment."
            raise Refused(message)
        return
    if action not in subject.allowed_actions:
        what = "what" if subject.comment is None else "a comment that"
        message = f"This decision cannot be taken on {what} is {state.label}."
        raise Refused(message)
