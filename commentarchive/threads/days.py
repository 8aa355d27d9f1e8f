"""Days of which no hour is known: never earlier than what they come after.

A day is kept as its beginning, a time that nobody told. Nothing may follow from that
hour: wherever moments are compared, a day is all of its hours.
"""

from bisect import bisect_right
from collections.abc import Hashable, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from commentarchive.threads.notice_words import day

ALL_DAY = timedelta(days=1)
_SECONDS = ALL_DAY.total_seconds()


class Day(datetime):
    """A day without an hour: its beginning, and for machines its date alone."""

    def isoformat(self, sep: str = "T", timespec: str = "auto") -> str:  # noqa: ARG002
        """Return the date, as `datetime` attributes and JSON-LD may have it."""
        return self.date().isoformat()


def in_words(when: datetime) -> str:
    """Format a time as pages do: 3 May 2012, 17:14, or the day alone."""
    if isinstance(when, Day):
        return day(when)
    return f"{day(when)}, {when.hour:02}:{when.minute:02}"


def bounds_of(told: date, zone: str) -> tuple[datetime, datetime]:
    """Return the first and the last second of a day on a blog's clock.

    A day on which clocks are changed is an hour longer or shorter than others.
    """
    clock, following = ZoneInfo(zone), told + timedelta(days=1)
    start = datetime.combine(told, time.min, clock).astimezone(UTC)
    end = datetime.combine(following, time.min, clock).astimezone(UTC)
    return start, end - timedelta(seconds=1)


def hour_of(when: datetime | None) -> datetime | None:
    """Return a time of which the hour is known; None for a day alone."""
    return None if isinstance(when, Day) else when


def surely_before(when: datetime, moment: datetime) -> bool:
    """Return whether something was made before a moment, whatever its hour was."""
    return when + ALL_DAY <= moment if isinstance(when, Day) else when < moment


def not_before[Key: Hashable](
    numbered: Iterable[tuple[Hashable, int, Key]],
    moments: Mapping[Key, float],
    days: Iterable[Key],
) -> dict[Key, float]:
    """Return the time by which each day among siblings stands: not before lower ids.

    `numbered` has each sibling's parent and id space, its number there, and its key.
    Ids grow with time, so that a day comes after what has a lower one on that day.
    """
    alone = {key for key in days if key in moments}
    if not alone:
        return {}
    starts = sorted({moments[key] for key in alone})
    latest: dict[tuple[Hashable, float], float] = {}
    found: dict[Key, float] = {}
    for space, number, key in sorted(numbered, key=lambda each: each[1]):
        if not number or key not in moments:
            continue
        moment = moments[key]
        place = bisect_right(starts, moment) - 1
        if place < 0 or moment >= starts[place] + _SECONDS:
            continue
        start = (space, starts[place])
        if key in alone:
            found[key] = moment = latest.get(start, moment)
        latest[start] = max(latest.get(start, moment), moment)
    return found


def placed(position: int) -> str:
    """Return by what days without ids are ordered, in the place of an id."""
    return f"{position:09}"


def in_order_of_time[Key: Hashable](
    thread: Iterable[tuple[Key, Key | None, datetime | None, bool]],
) -> dict[Key, datetime | None]:
    """Return by which time each comment of a thread stands in a list by time.

    `thread` is in reading order: key, parent, time, and whether that is a day alone. A
    day is not before its parent, nor before the answer above it, on that same day.
    """
    found: dict[Key, datetime | None] = {}
    above: dict[Key | None, Key] = {}
    for key, parent, moment, day_only in thread:
        stands = moment
        if day_only and moment is not None:
            for each in (parent, above.get(parent)):
                other = found.get(each) if each is not None else None
                if other is not None and moment <= other < moment + ALL_DAY:
                    stands = max(stands or other, other)
        found[key] = stands
        above[parent] = key
    return found
