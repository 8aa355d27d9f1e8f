"""The kinds of value that an entry may hold: none of them a typed word."""

import re
from dataclasses import dataclass

from commentarchive.ledger.merkle.refs import is_ref

# Whole numbers that every JSON reader keeps exactly (RFC 8785 section 3.2.2.3).
MAX_NUMBER = 2**53 - 1
_digest = re.compile(r"[A-Za-z0-9_-]{43}")
_minute = re.compile(r"\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:00Z")


@dataclass(frozen=True, slots=True)
class Choice:
    """One word of a closed list."""

    words: tuple[str, ...]

    def holds(self, value: object) -> bool:
        return isinstance(value, str) and value in self.words


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number from 0, or from 1 where there is at least one."""

    least: int = 0

    def holds(self, value: object) -> bool:
        return (
            isinstance(value, int)
            and not isinstance(value, bool)
            and self.least <= value <= MAX_NUMBER
        )


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    def holds(self, value: object) -> bool:
        return isinstance(value, bool)


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference of one of some kinds."""

    letters: str

    def holds(self, value: object) -> bool:
        return is_ref(value, self.letters)


@dataclass(frozen=True, slots=True)
class Digest:
    """A SHA-256 as 43 characters of base64url."""

    def holds(self, value: object) -> bool:
        return isinstance(value, str) and _digest.fullmatch(value) is not None


@dataclass(frozen=True, slots=True)
class Minute:
    """A time in UTC, in whole minutes."""

    def holds(self, value: object) -> bool:
        return isinstance(value, str) and _minute.fullmatch(value) is not None


@dataclass(frozen=True, slots=True)
class Maybe:
    """A value that may be null: not known, or not given."""

    kind: "Choice | Number | Flag | Ref | Digest | Minute"

    def holds(self, value: object) -> bool:
        return value is None or self.kind.holds(value)


@dataclass(frozen=True, slots=True)
class IfAny:
    """A value whose member is left out where there is nothing to say.

    Members that an event gained after its first entries are of this kind, so that
    those entries stay as they are.
    """

    kind: "Choice | Number | Flag | Ref | Digest | Minute"

    def holds(self, value: object) -> bool:
        return self.kind.holds(value)


type Field = Choice | Number | Flag | Ref | Digest | Minute | Maybe | IfAny
