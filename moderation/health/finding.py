"""What one check found: how bad it is, what it is, and what to do about it."""

from dataclasses import asdict, dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad it is; a fault is to be put right now."""

    OK = "ok"
    WARN = "warn"
    FAULT = "FAULT"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of what `doctor` says."""

    level: Level
    what: str
    # What to do; "" where there is nothing.
    todo: str = ""

    def __str__(self) -> str:
        return f"{self.what} – {self.todo}" if self.todo else self.what

    def as_dict(self) -> dict[str, str]:
        """Return it as JSON has it: `level`, `what`, `todo`."""
        return asdict(self)


def ok(what: str) -> Finding:
    return Finding(Level.OK, what)


def warn(what: str, todo: str) -> Finding:
    return Finding(Level.WARN, what, todo)


def fault(what: str, todo: str) -> Finding:
    return Finding(Level.FAULT, what, todo)


def ago(seconds: float) -> str:
    """Return how long ago something was, in the largest unit that says enough."""
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= 2 * length:
            return f"{int(seconds // length)} {unit}s ago"
    return f"{max(0, int(seconds))} seconds ago"
