"""Put the copies of one thread in order, and find what changed between them.

Plain values, so that imports, pages and reconcile come to the same result. A copy
without a date is placed by its newest comment: it cannot have been made before that
was written.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, NamedTuple

PUBLISHED = "published"
_NEVER = datetime.min.replace(tzinfo=UTC)

type CommentChange = Literal[
    "new", "edited", "gone", "back", "moved", "shown", "hidden", "unchanged"
]


class CopyTime(NamedTuple):
    """When a copy was made, as far as known: its date, its newest comment, its turn."""

    seen_at: datetime | None
    newest_at: datetime | None
    # Greater for copies that were read later; unique among the copies of an article.
    turn: tuple[int, int]
    # The end of the day that begins at `seen_at`, where no hour is known.
    seen_until: datetime | None = None
    # Of its bytes: an order among copies of one time, whichever was read first.
    digest: str = ""

    @property
    def not_before(self) -> datetime | None:
        """Return the earliest time at which it can have been made; None if unknown.

        Of a day, that of its newest comment, if that was written on it.
        """
        first, until, newest = self.seen_at, self.seen_until, self.newest_at
        if first and until and newest and first < newest <= until:
            return newest
        return first or newest

    @property
    def not_after(self) -> datetime | None:
        """Return the latest time at which it can have been made; None if unknown."""
        return self.seen_until or self.seen_at


class CapturedComment(NamedTuple):
    """One comment as a copy held it: integer keys, 0 for none, and its state."""

    comment: int
    revision: int
    parent: int
    state: str
    # The source's own word for that; "" where an older copy kept none.
    source_state: str = ""


@dataclass(slots=True)
class Copy:
    """What one reading held of one thread."""

    key: int
    time: CopyTime
    importer: str
    # Whether it is complete: what it lacks was missing at the blog, too.
    is_whole: bool
    # Whether it gives real parents: many themes show deep replies as flat ones.
    tells_parents: bool
    # Whether it leaves out the replies to a comment that it hides, as pages do.
    may_hide_replies: bool
    # The number of comments that it prints; None where it prints none.
    printed_count: int | None = None
    held: dict[int, CapturedComment] = field(default_factory=dict)
    # The parent of each comment by the best evidence of all copies, where it is known:
    # what stood while this one was read depends on what was read before it.
    parents: Mapping[int, int] = field(default_factory=dict)

    def parent(self, comment: int) -> int:
        """Return what a comment answers, by the best evidence there is."""
        return self.parents.get(comment, self.held[comment].parent)

    @property
    def shown(self) -> set[int]:
        """Return the comments that are public in it."""
        return {key for key, held in self.held.items() if held.state == PUBLISHED}

    @property
    def unseen(self) -> int:
        """Return how many more comments it counts than it shows."""
        if self.printed_count is None:
            return 0
        return max(0, self.printed_count - len(self.shown))


class Gone(NamedTuple):
    """A comment that is public in one copy and missing from a later whole one."""

    comment: int
    seen: Copy
    missed: Copy


def ordered(times: Iterable[CopyTime]) -> list[CopyTime]:
    """Put the times of copies in order, whichever order they come in.

    1. Those with a time go by it; of one time, by the newest comments of their files,
       then by their bytes. What one file holds several times stays in its own order.
    2. One with a day goes among those of that day after the last one whose newest
       comment is older than its own.
    3. Each one without a date goes after the last dated one whose newest comment is
       older than its own, or the same one if that copy was read earlier.
    4. Several in one place go by their dates, then by their newest comments.

    Not all of that order is knowledge: see `is_surely_before`.
    """
    known = list(times)
    by_date = _by_date(known)
    timed = sorted((t for t in known if t.seen_at and not t.seen_until), key=by_date)
    days = sorted((t for t in known if t.seen_until), key=by_date)
    dated = _put_among(timed, days, _place_of_day)
    undated = sorted((t for t in known if not t.seen_at), key=_by_newest)
    return _put_among(dated, undated, _place_of_undated)


def is_surely_before(earlier: CopyTime, later: CopyTime) -> bool:
    """Return whether a copy was made before one that stands after it in their order.

    1. Where no hour is known, a day lies before the next one. Copies without a date
       count as made where they stand.
    2. Of one time, the later one has a comment that was written after the earlier one
       can have been made, and is newer than all that this holds.
    """
    end, start, last = earlier.not_after, later.not_before, later.not_after
    if end is None or start is None or last is None or end < start:
        return True
    known = max(earlier.not_before or _NEVER, earlier.newest_at or _NEVER)
    return known < (later.newest_at or _NEVER) <= last


def _put_among(
    line: Sequence[CopyTime],
    others: Iterable[CopyTime],
    place_of: Callable[[CopyTime, Sequence[CopyTime]], int],
) -> list[CopyTime]:
    """Put each of some copies behind as many in a line as come before it."""
    slots: dict[int, list[CopyTime]] = {}
    for time in others:
        slots.setdefault(place_of(time, line), []).append(time)
    in_line = list(slots.get(0, ()))
    for place, time in enumerate(line, 1):
        in_line += [time, *slots.get(place, ())]
    return in_line


def _place_of_day(time: CopyTime, timed: Sequence[CopyTime]) -> int:
    first, newest = time.not_before or _NEVER, time.newest_at or _NEVER
    last = time.not_after or first
    place = 0
    for number, each in enumerate(timed, 1):
        moment = each.seen_at or _NEVER
        is_older = (each.newest_at or _NEVER) < newest
        if moment < first or (moment <= last and is_older):
            place = number
    return place


def _place_of_undated(time: CopyTime, dated: Sequence[CopyTime]) -> int:
    before = (
        place
        for place, each in enumerate(dated, 1)
        if _by_newest(each) < _by_newest(time)
    )
    return max(before, default=0)


def _by_newest(time: CopyTime) -> tuple[datetime, tuple[int, int]]:
    return (time.newest_at or _NEVER, time.turn)


def _by_date(times: Iterable[CopyTime]) -> Callable[[CopyTime], tuple[object, ...]]:
    """Return the key by which dated copies are sorted."""
    newest: dict[object, datetime] = {}
    for time in times:
        file = _file_of(time)
        newest[file] = max(newest.get(file, _NEVER), time.newest_at or _NEVER)

    def key(time: CopyTime) -> tuple[object, ...]:
        # The capture decides among equal bytes alone.
        capture, ordinal = time.turn
        seen = time.seen_at or _NEVER
        return (seen, newest[_file_of(time)], time.digest, ordinal, capture)

    return key


def _file_of(time: CopyTime) -> tuple[datetime | None, object]:
    return (time.seen_at, time.digest or time.turn[0])


def later_than(time: CopyTime, others: Iterable[CopyTime]) -> list[CopyTime]:
    """Return the times of those copies that were made after one of them."""
    line = ordered([*others, time])
    return line[line.index(time) + 1 :]


def in_order(copies: Iterable[Copy]) -> list[Copy]:
    """Put copies in the order in which they were made."""
    by_time = {copy.time: copy for copy in copies}
    return [by_time[time] for time in ordered(by_time)]


def find_gone(
    copies: Sequence[Copy], pings: AbstractSet[int] = frozenset()
) -> Iterator[Gone]:
    """Find each comment that was public in the last copy that held it, and then gone.

    `copies` are in order. A comment is gone from the first copy after its last one
    that can tell and was surely made later. Whether `pings` (links from other blogs)
    are on a page is up to its theme: only a copy of the same kind that shows other
    pings makes one gone.
    """
    last: dict[int, int] = {
        comment: place for place, copy in enumerate(copies) for comment in copy.held
    }
    for place, seen in enumerate(copies):
        # A comment that is back in a later copy has a greater place in `last`.
        unexplained = {key for key in seen.shown if last[key] == place}
        for missed in copies[place + 1 :]:
            if not unexplained:
                break
            if not is_surely_before(seen.time, missed.time):
                continue
            found = unexplained & _missing(seen, missed)
            if missed.importer != seen.importer or not missed.held.keys() & pings:
                found -= pings
            yield from (Gone(comment, seen, missed) for comment in sorted(found))
            unexplained -= found


def _missing(seen: Copy, missed: Copy) -> set[int]:
    """Return the public comments of a copy that are certainly gone in a later one.

    A page needs care: a theme that hides a comment hides the replies below it, which
    are still there. The count that it prints tells how many are there unseen.
    """
    missing = seen.shown - missed.held.keys()
    # 1. A copy of a part proves nothing, and an export hides no replies.
    if not missed.is_whole:
        return set()
    if not missing or not missed.may_hide_replies:
        return missing
    # 2. A page that shows as many as it counts hides nothing.
    if missed.printed_count is not None and not missed.unseen:
        return missing
    # 3. A missing reply to a missing comment may only be hidden with it. The others
    #    are gone, if hidden replies explain all that the page counts and does not show.
    gone = {key for key in missing if seen.parent(key) in {0, *missed.held}}
    hidden_replies = len(missing) - len(gone)
    return gone if missed.unseen - hidden_replies <= seen.unseen else set()


def differences(
    earlier: Copy, later: Copy, before: Mapping[int, object] = {}
) -> dict[int, CommentChange]:
    """Return how each comment changed between two copies, unchanged ones included.

    `before` holds the comments of still earlier copies: one of them that is there
    again is back, not new.
    """
    missing = _missing(earlier, later)
    found: dict[int, CommentChange] = {
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
) -> CommentChange:
    if now is None:
        return "gone" if is_missing else "unchanged"
    if held.state != now.state:
        return "shown" if now.state == PUBLISHED else "hidden"
    if held.revision != now.revision:
        return "edited"
    # A page that flattens deep replies has not moved them.
    is_repositioned = tells_parents and held.parent != now.parent
    return "moved" if is_repositioned else "unchanged"
