"""Dates as pages print them in a line of their own."""

import re
from collections.abc import Iterable
from datetime import date, time
from functools import lru_cache
from typing import NamedTuple

from commentarchive.transcripts.marks import Time
from commentarchive.transcripts.suggestions.words import Words, any_of

_PM = 12


class Dated(NamedTuple):
    """A date in a text: what it spans, and as a time of marks."""

    start: int
    end: int
    time: Time

    @property
    def has_hour(self) -> bool:
        """Return whether it is exact to the minute."""
        return self.time.kind == "exact"


@lru_cache
def _pattern(words: Words) -> re.Pattern[str]:
    months, weekdays = map(_short_or_long, (words.months, words.weekdays))
    at, on = any_of(words.at_hour), any_of(words.on_date)
    return re.compile(
        # The hour may stand first: "1:05 PM on 8 January 2015".
        r"(?<![\w:.])(?:(?P<hour0>\d{1,2}):(?P<minute0>\d{2})(?::\d{2})?"
        rf"(?:\s?(?P<half0>[ap])\.?m\b\.?)?\s*(?:,|-|–|@|\||\b{on}\b)?\s+)?"
        rf"(?:{weekdays}[.,]?\s+)?(?:"
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\.?(?:\s+of)?\s+(?P<month>{months})\.?,?"
        r"\s+(?P<year>\d{4})"
        rf"|(?P<month2>{months})\.?\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,?"
        r"\s+(?P<year2>\d{4})"
        r"|(?P<iso>\d{4}-\d{2}-\d{2})"
        r"|(?P<slashed>\d{1,2}(?P<mark>[./-])\d{1,2}(?P=mark)\d{4}))(?!\d)"
        rf"(?P<clock>\s*(?:,|-|–|@|\||\b{at}\b)?\s*"
        r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?::\d{2})?"
        r"(?:\s?(?P<half>[ap])\.?m\b\.?)?)?",
        re.IGNORECASE,
    )


def _short_or_long(words: Iterable[str]) -> str:
    return any_of(f"{each[:3]}(?:{each[3:]})?" for each in words)


def date_in(text: str, words: Words) -> Dated | None:
    """Find the first date of a short text: day, month and year, and maybe an hour.

    What is ambiguous is kept as printed, without being understood.
    """
    found = _pattern(words).search(text)
    if found is None:
        return None
    day = _day(found, words)
    printed = found[0].strip()
    moment = Time("unknown", printed)
    if day is not None:
        moment = Time("day", printed, day.isoformat())
        clock = _clock(found, "") if found["clock"] else None
        if found["hour0"]:
            clock = _clock(found, "0")
        if clock is not None:
            since = f"{day.isoformat()}T{clock.isoformat('minutes')}"
            moment = Time("exact", printed, since)
    return Dated(found.start(), found.end(), moment)


def _day(found: re.Match[str], words: Words) -> date | None:
    try:
        if found["iso"]:
            return date.fromisoformat(found["iso"])
        if found["slashed"]:
            return _slashed(found["slashed"], found["mark"])
        stems = [each[:3] for each in words.months]
        name = (found["month"] or found["month2"])[:3].lower()
        day, year = found["day"] or found["day2"], found["year"] or found["year2"]
        return date(int(year), stems.index(name) + 1, int(day))
    except ValueError:
        return None


def _slashed(text: str, mark: str) -> date | None:
    """Return a date of numbers; None where day and month could be either."""
    first, second, year = map(int, text.split(mark))
    if first == second or first > _PM:
        return date(year, second, first)
    return date(year, first, second) if second > _PM else None


def _clock(found: re.Match[str], which: str) -> time | None:
    hour = int(found[f"hour{which}"])
    half = (found[f"half{which}"] or "").lower()
    if half and not 1 <= hour <= _PM:
        return None
    if half:
        hour = hour % _PM + (_PM if half == "p" else 0)
    try:
        return time(hour, int(found[f"minute{which}"]))
    except ValueError:
        return None
