"""Copies of one thread: in which order they were made, and what changed between them.

Plain values, so that imports, pages and reconcile judge alike. A copy that does not
say when it was made is put in its place by its newest comment: before that one was
written it cannot have been made.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cmp_to_key
from typing import Literal, NamedTuple

PUBLISHED = "published"

type Change = Literal[
    "new", "edited", "gone", "back", "moved", "shown", "hidden", "unchanged"
]


class CopyTime(NamedTuple):
    """What is known of when a copy was made: its date, its newest comment, its turn."""

    seen_at: datetime | None
    newest_at: datetime | None
    # Copies that were read later have a greater one.
    turn: tuple[int, int]

    @property
    def not_before(self) -> datetime | None:
        """Give the latest time at or after which it certainly was made."""
        return self.seen_at or self.newest_at


class Held(NamedTuple):
    """One comment as a copy held it: keys, 0 for none, and its state."""

    revision: int
    parent: int
    state: str


@dataclass(slots=True)
class Copy:
    """What one reading held of one thread."""

    key: int
    time: CopyTime
    importer: str
    # Whether what it does not hold was not there.
    is_whole: bool
    # Whether it says who answers whom, and not only what a page makes of it.
    tells_parents: bool
    held: dict[int, Held] = field(default_factory=dict)


class Gone(NamedTuple):
    """A comment that one copy held in public and a later whole one does not."""

    comment: int
    seen: Copy
    missed: Copy


def is_later(one: CopyTime, other: CopyTime) -> bool:
    """Tell whether one copy was made after another, as far as it can be told."""
    if one.seen_at and other.seen_at:
        if one.seen_at != other.seen_at:
            return one.seen_at > other.seen_at
    elif one.newest_at and other.newest_at and one.newest_at != other.newest_at:
        return one.newest_at > other.newest_at
    return one.turn > other.turn


def in_order(copies: Iterable[Copy]) -> list[Copy]:
    """Put copies in the order in which they were made."""

    def compare(one: Copy, other: Copy) -> int:
        return 1 if is_later(one.time, other.time) else -1

    return sorted(copies, key=cmp_to_key(compare))


def gone(copies: Sequence[Copy], pings: Collection[int] = ()) -> Iterator[Gone]:
    """Find what was public in the last copy that held it, and then in none.

    `copies` are in order. Whether a page shows `pings` (links from other blogs) is up
    to its theme: they are gone only from copies of the kind that had held them.
    """
    last: dict[int, int] = {
        comment: place for place, copy in enumerate(copies) for comment in copy.held
    }
    for comment, place in last.items():
        seen = copies[place]
        if seen.held[comment].state != PUBLISHED:
            continue
        for missed in copies[place + 1 :]:
            if missed.is_whole and (
                comment not in pings or missed.importer == seen.importer
            ):
                yield Gone(comment, seen, missed)
                break


def differences(
    earlier: Copy, later: Copy, before: Mapping[int, object] = {}
) -> dict[int, Change]:
    """Say what became of each comment between two copies; unchanged ones included.

    `before` are comments that still earlier copies held: one of them that is there
    again is back, not new.
    """
    found: dict[int, Change] = {
        comment: _between(held, later.held.get(comment), earlier, later)
        for comment, held in earlier.held.items()
    }
    for comment in later.held.keys() - earlier.held.keys():
        found[comment] = "back" if comment in before else "new"
    return found


def _between(held: Held, now: Held | None, earlier: Copy, later: Copy) -> Change:
    if now is None:
        is_gone = later.is_whole and held.state == PUBLISHED
        return "gone" if is_gone else "unchanged"
    if held.state != now.state:
        return "shown" if now.state == PUBLISHED else "hidden"
    if held.revision != now.revision:
        return "edited"
    told = earlier.tells_parents and later.tells_parents
    return "moved" if told and held.parent != now.parent else "unchanged"
