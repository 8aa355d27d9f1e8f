"""Periods that a report can be about, and those that it is held against."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from commentarchive.importers.dates import FIRST_YEAR, LAST_YEAR
from moderation.clocks import Days

_shape = re.compile(r"(\d{4})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?", re.ASCII)
_days = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})", re.ASCII)
_SUCH_AS = "such as 2012, 2012-Q2, 2012-04 or 2012-04-05..2012-06-10"
# How many periods before it make the average.
EARLIER = 3
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


class NoPeriod(ValueError):
    """The word names no period; the message says which words do."""


@dataclass(frozen=True)
class Period:
    """Whole days, from the first to the one before `after`.

    `months_long` is how many months it has where it is a year, a quarter or a month,
    and 0 where it is any other span of days.
    """

    name: str
    first: date
    after: date
    months_long: int = 0

    @property
    def days(self) -> Days:
        """Return its days, which each blog's clock turns into moments."""
        return Days(self.first, self.after)

    @property
    def last(self) -> date:
        """Return its last day."""
        return self.after - timedelta(days=1)

    @property
    def title(self) -> str:
        """Return its name for readers, such as "quarter 2 of 2012"."""
        year, _dash, part = self.name.partition("-")
        if not self.months_long:
            return f"{_day_title(self.first)} to {_day_title(self.last)}"
        if part.startswith("Q"):
            return f"quarter {part[1:]} of {year}"
        return f"{_MONTHS[self.first.month - 1]} {year}" if part else year

    @cached_property
    def earlier(self) -> tuple["Period", ...]:
        """Return the three periods of the same length before it, the nearest first.

        None of them reaches beyond the years that the archive can hold.
        """
        found: list[Period] = []
        first = self.first
        while len(found) < EARLIER:
            after = first
            if self.months_long:
                first = _add_months(after, -self.months_long)
                found.append(_named(first, self.months_long))
            else:
                first = after - (self.after - self.first)
                found.append(_span(first, after))
        return tuple(found)

    @cached_property
    def year_to_date(self) -> "Period":
        """Return the year of its last day, from its beginning to that day."""
        return _span(date(self.last.year, 1, 1), self.after)

    @property
    def all_after(self) -> "Period":
        """Return all days after it."""
        return _span(self.after, date(LAST_YEAR + 1, 1, 1))

    def months(self) -> list["Period"]:
        """Cut it into the months that it lies in; the outermost may be parts."""
        months, first = [], self.first
        while first < self.after:
            begins = first.replace(day=1)
            after = min(_add_months(begins, 1), self.after)
            months.append(
                Period(f"{first.year:04}-{first.month:02}", first, after, months_long=1)
            )
            first = after
        return months


def parse_period(word: str) -> Period:
    """Read `2012`, `2012-Q2`, `2012-04` or `2012-04-05..2012-06-10`.

    Raise NoPeriod for another word.
    """
    if found := _days.fullmatch(word):
        return _read_days(word, found[1], found[2])
    named = _shape.fullmatch(word)
    if not named or not FIRST_YEAR <= int(named[1]) <= LAST_YEAR:
        raise _no_period(word)
    year, quarter, month = int(named[1]), named[2], named[3]
    if month:
        return _named(date(year, int(month), 1), 1)
    if quarter:
        return _named(date(year, 3 * int(quarter) - 2, 1), 3)
    return _named(date(year, 1, 1), 12)


def _no_period(word: str) -> NoPeriod:
    return NoPeriod(f"{word[:40]!r} does not name a period, {_SUCH_AS}.")


def _read_days(word: str, first: str, last: str) -> Period:
    try:
        begins, ends = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError as error:
        raise _no_period(word) from error
    if not FIRST_YEAR <= begins.year <= ends.year <= LAST_YEAR:
        raise _no_period(word)
    if ends < begins:
        message = f"{word!r} ends before it begins."
        raise NoPeriod(message)
    return _span(begins, ends + timedelta(days=1))


def _named(first: date, length: int) -> Period:
    """Return the month, quarter or year that begins on a day."""
    name = f"{first.year:04}"
    if length == 1:
        name += f"-{first.month:02}"
    elif length == 3:  # a quarter
        name += f"-Q{first.month // 3 + 1}"
    return Period(name, first, _add_months(first, length), months_long=length)


def _span(first: date, after: date) -> Period:
    last = after - timedelta(days=1)
    return Period(f"{first.isoformat()}..{last.isoformat()}", first, after)


def _day_title(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _add_months(first: date, number: int) -> date:
    years, month = divmod(first.month - 1 + number, 12)
    return date(first.year + years, month + 1, 1)
