"""Whether the comment is still as the moderator had seen it."""

from moderation.actions.judgements import Seen
from moderation.actions.parts import PartSubject
from moderation.actions.refusals import AlreadyDecided, StateChanged, TextChanged
from moderation.actions.subjects import Subject


def check(subject: Subject | PartSubject, seen: Seen | None) -> None:
    """Raise AlreadyDecided or CommentChanged for a card that is out of date."""
    if seen is None:
        return
    if subject.latest is not None and subject.latest.ref != seen.decision:
        raise AlreadyDecided(subject.latest)
    if (subject.newest.number if subject.newest else 0) != seen.revision:
        message = "The text has changed since you looked."
        raise TextChanged(message)
    if seen.state and seen.state != subject.state:
        message = "Its state has changed since you looked, here or at its blog."
        raise StateChanged(message)
