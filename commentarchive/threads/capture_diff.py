"""Copies of one thread: in which order they were made, and what changed between them.

Plain values, so that imports, pages and reconcile judge alike. A copy that does not
say when it was made is put in its place by its newest comment: before that one was
written it cannot have been made.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, NamedTuple

PUBLISHED = "published"
_NEVER = datetime.min.replace(tzinfo=UTC)
# Readers of pages: a blog's page leaves out the replies to a comment that it hides.
PAGES = frozenset({"web_page", "warc"})

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


class CapturedComment(NamedTuple):
    """One comment as a copy held it: integer keys, 0 for none, and its state."""

    comment: int
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
    # How many comments it says that there are; None where it does not say.
    printed_count: int | None = None
    held: dict[int, CapturedComment] = field(default_factory=dict)

    @property
    def shown(self) -> set[int]:
        """List the comments that it holds in public."""
        return {key for key, held in self.held.items() if held.state == PUBLISHED}

    @property
    def unseen(self) -> int:
        """Count the comments that it says there are and does not show."""
        if self.printed_count is None:
            return 0
        return max(0, self.printed_count - len(self.shown))


class Gone(NamedTuple):
    """A comment that one copy held in public and a later whole one does not."""

    comment: int
    seen: Copy
    missed: Copy


def ordered(times: Iterable[CopyTime]) -> list[CopyTime]:
    """Put copies in one order: by their dates, those without one among them.

    A copy without a date lies after the last dated one whose newest comment is not
    newer than its own; where both have the same newest one, the turn tells.
    """
    told = list(times)
    dated = sorted((t for t in told if t.seen_at), key=lambda t: (t.seen_at, t.turn))
    slots: dict[int, list[CopyTime]] = {}
    for time in sorted((t for t in told if not t.seen_at), key=_by_newest):
        before = (
            place
            for place, each in enumerate(dated, 1)
            if _by_newest(each) < _by_newest(time)
        )
        slots.setdefault(max(before, default=0), []).append(time)
    line = list(slots.get(0, ()))
    for place, each in enumerate(dated, 1):
        line += [each, *slots.get(place, ())]
    return line


def _by_newest(time: CopyTime) -> tuple[datetime, tuple[int, int]]:
    return (time.newest_at or _NEVER, time.turn)


def later_than(time: CopyTime, others: Iterable[CopyTime]) -> list[CopyTime]:
    """List those of other copies that were made after one."""
    line = ordered([*others, time])
    return line[line.index(time) + 1 :]


def in_order(copies: Iterable[Copy]) -> list[Copy]:
    """Put copies in the order in which they were made."""
    by_time = {copy.time: copy for copy in copies}
    return [by_time[time] for time in ordered(by_time)]


def gone(
    copies: Sequence[Copy], pings: AbstractSet[int] = frozenset()
) -> Iterator[Gone]:
    """Find what was public in the last copy that held it, and then in none.

    `copies` are in order. Whether a page shows `pings` (links from other blogs) is up
    to its theme: they are gone only from copies of the same kind that show others.
    """
    last: dict[int, int] = {
        comment: place for place, copy in enumerate(copies) for comment in copy.held
    }
    for place, seen in enumerate(copies):
        open_ones = {key for key in seen.shown if last[key] == place}
        for missed in copies[place + 1 :]:
            if not open_ones:
                break
            found = open_ones & _missing(seen, missed)
            if missed.importer != seen.importer or not missed.held.keys() & pings:
                found -= pings
            yield from (Gone(comment, seen, missed) for comment in sorted(found))
            open_ones -= found


def _missing(seen: Copy, missed: Copy) -> set[int]:
    """List what a later copy does not hold and, as far as it can tell, was not there.

    Of a page that says it has more comments than it shows, those may be hidden that
    answer a comment which is hidden; if they explain the difference, what else is
    missing is gone, and if they do not, nothing can be told.
    """
    missing = seen.shown - missed.held.keys()
    if not missed.is_whole or not missing or missed.importer not in PAGES:
        return missing if missed.is_whole else set()
    if missed.printed_count is not None and not missed.unseen:
        return missing
    judged = {key for key in missing if seen.held[key].parent in {0, *missed.held}}
    explained = len(missing) - len(judged)
    return judged if missed.unseen - explained <= seen.unseen else set()


def differences(
    earlier: Copy, later: Copy, before: Mapping[int, object] = {}
) -> dict[int, Change]:
    """Say what became of each comment between two copies; unchanged ones included.

    `before` are comments that still earlier copies held: one of them that is there
    again is back, not new.
    """
    missing = _missing(earlier, later)
    found: dict[int, Change] = {
        comment: _between(
            held,
            later.held.get(comment),
            is_missing=comment in missing,
            tells_parents=earlier.tells_parents and later.tells_parents,
        )
        for comment, held in earlier.held.items()
    }
    for comment in later.held.keys() - earlier.held.keys():
        found[comment] = "back" if comment in before else "new"
    return found


def _between(
    held: CapturedComment,
    now: CapturedComment | None,
    *,
    is_missing: bool,
    tells_parents: bool,
) -> Change:
    if now is None:
        return "gone" if is_missing else "unchanged"
    if held.state != now.state:
        return "shown" if now.state == PUBLISHED else "hidden"
    if held.revision != now.revision:
        return "edited"
    is_moved = tells_parents and held.parent != now.parent
    return "moved" if is_moved else "unchanged"
