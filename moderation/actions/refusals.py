"""Why a decision cannot be taken: each exception is the fact."""

from commentarchive.text.leaks import Leak
from moderation.models import Conflict, Decision

_YOU = {
    Conflict.OWN_COMMENT: "You wrote this comment",
    Conflict.NAMED_IN_IT: "You are named in this comment",
    Conflict.TOOK_PART: "You took part in this part of the discussion",
    Conflict.OWN_ARTICLE: "You wrote the article",
}


class Refused(ValueError):
    """The decision cannot be taken as it stands; the message says why."""


class LeaksHiddenWords(Refused):
    """The public facts repeat what they are about to hide."""

    def __init__(self, facts: str, leaks: list[Leak]) -> None:
        super().__init__("These words stand in the comment; say it without them.")
        self.facts = facts
        self.leaks = leaks


class ConflictOfInterest(Refused):
    """Whoever decides has to do with the comment, and says not why they decide."""

    def __init__(self, conflict: Conflict, *, others_decide: bool) -> None:
        leave = "Leave it to somebody else, or say" if others_decide else "Say"
        super().__init__(
            f"{_YOU[conflict]}. {leave} in public why you decide on it yourself."
        )
        self.conflict = conflict


class CannotConfirm(Refused):
    """Whoever is to confirm what somebody else decides has to do with the comment."""

    def __init__(self, conflict: Conflict) -> None:
        super().__init__(f"{_YOU[conflict]}: somebody else has to confirm it.")
        self.conflict = conflict


class AlreadyDecided(Exception):
    """Somebody else decided first; `winner` is their decision."""

    def __init__(self, winner: Decision) -> None:
        super().__init__("Somebody else has decided meanwhile.")
        self.winner = winner


class CommentChanged(Exception):
    """The comment is no longer as it was looked at; the message says what changed."""


class TextChanged(CommentChanged):
    """The comment has another text than the one that was looked at."""


class StateChanged(CommentChanged):
    """The comment has another state, here or at its blog."""
