"""The form for a decision on a part of an article, on a name or on a thread."""

from typing import Any

from django import forms

from commentarchive.models import Part, Visibility
from moderation.actions.parts import PartSubject
from moderation.forms.decisions import JudgementForm
from moderation.models import Action

_VERBS = {
    Action.HOLD: "Hold: hide it now, decide within 72 hours",
    Action.REMOVE: "Block: take it down",
    Action.WITHHOLD: "Withhold on legal grounds",
    Action.RESTORE: "Put it back",
    Action.NO_ACTION: "Leave it as it is",
    Action.CLOSE_THREAD: "Note that the discussion is closed",
    Action.REOPEN_THREAD: "Note that the discussion is open again",
    Action.BAN: "Note that the name is barred",
    Action.UNBAN: "Note that the name is admitted again",
}
_TAKEN_DOWN = (Visibility.REMOVED, Visibility.SPAM)


class PartForm(JudgementForm):
    """One decision on one part."""

    part = forms.ChoiceField(choices=Part, widget=forms.HiddenInput)

    def __init__(self, *args: Any, subject: PartSubject, **kwargs: Any) -> None:
        actions, blog = _offered(subject), subject.target.post.blog
        super().__init__(*args, actions=actions, blog=blog, **kwargs)


def part_seen(subject: PartSubject) -> dict[str, Any]:
    """Return the values of a SeenForm for a part as it is now."""
    return {
        "part": subject.target.part.value,
        "seen_revision": subject.newest.number if subject.newest else 0,
        "seen_decision": subject.latest.ref if subject.latest else "",
        "seen_state": subject.state,
    }


def _offered(subject: PartSubject) -> list[tuple[str, str]]:
    """List the verbs that the desk offers for a part in its state."""
    verbs, state = dict(_VERBS), subject.visibility
    if subject.target.has_new_text:
        verbs[Action.RESTORE] = "Show the version that its blog has by now"
    if state is Visibility.HELD:
        verbs[Action.HOLD] = "Hold: decide within 72 hours from now"
    if state in _TAKEN_DOWN:
        verbs[Action.REMOVE] = "Block under another rule"
    if state is Visibility.WITHHELD:
        verbs[Action.WITHHOLD] = "Withhold under another rule"
    # What is blacked out is chosen on a page of its own.
    allowed = [each for each in subject.allowed_actions if each is not Action.REDACT]
    return [(action.value, verbs[action]) for action in allowed]
