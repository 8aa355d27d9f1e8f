"""The names under which the public record knows decisions."""

from commentarchive.ledger.merkle.refs import LETTERS
from moderation.models import Action

_OWN_NAMES = {
    Action.CLOSE_THREAD: "thread.close",
    Action.REOPEN_THREAD: "thread.reopen",
    Action.BAN: "ban.set",
    Action.UNBAN: "ban.lift",
}
# What stands before the dot of a decision's event.
KINDS = frozenset({"comment", "post", "commenter", "thread", "ban"})


def event_of(action: Action, subject: str) -> str:
    """Return the event of an action on a comment, an article or a name, by its ref."""
    return _OWN_NAMES.get(action) or f"{LETTERS[subject[0]]}.{action.value}"
