"""What a plugin's log tells, in plain values."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

from commentarchive.importers.parsed import Remark


class Deed(StrEnum):
    """What was done with a comment, whatever the plugin calls it."""

    APPROVED = "approved"
    HELD = "held"
    SPAM = "spam"
    TRASHED = "trashed"
    DELETED = "deleted"
    # Taken out of the trash or of spam, to the state that it had before.
    RETURNED = "returned"
    # Arrived in the state that `was` tells, which nobody decided.
    ARRIVED = "arrived"


class Doer(StrEnum):
    """Who did it, as far as a role can be told."""

    PERSON = "person"
    PROGRAM = "program"
    UNKNOWN = "unknown"


class Told(NamedTuple):
    """One line of a log about one comment; `at` is None where no time is told."""

    place: str
    comment_id: str
    # "" where the log does not name the article.
    article_id: str
    deed: Deed
    at: datetime | None
    doer: Doer
    # The state before it, where the log tells that.
    was: Deed | None = None


@dataclass(slots=True)
class PluginLog:
    """A whole log: what it tells, and what of it could not be used as it stands."""

    # Which record it is, in public words.
    known_from: str
    told: list[Told] = field(default_factory=list)
    unused: list[Remark] = field(default_factory=list)
    # What was put right in the file without loss.
    repairs: list[Remark] = field(default_factory=list)
    # Lines about anything but what becomes of a comment.
    other_lines: int = 0

    def cannot_use(self, place: str, reason: str) -> None:
        """Note a line about a comment that tells too little."""
        self.unused.append(Remark(place, reason))


# MySQL's BIGINT UNSIGNED has no more.
MAX_DIGITS = 20
NO_NUMBER = "it does not name the comment by its number"
NO_TIME = "its time cannot be read; recorded without one"


def from_timestamp(seconds: str) -> datetime | None:
    """Read a Unix time in seconds, whole or not; None for anything else."""
    try:
        moment = datetime.fromtimestamp(float(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    # Zero is what PHP makes of a missing time.
    return moment if moment.timestamp() > 0 else None


def number_of(told: str) -> str:
    """Return a comment's number as WordPress writes it; "" for what is none."""
    told = told.strip()
    is_number = told.isascii() and told.isdecimal() and len(told) <= MAX_DIGITS
    return f"{int(told)}" if is_number and int(told) else ""
