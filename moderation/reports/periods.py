"""Periods that a report can be about: a year, a quarter, a month."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from commentarchive.importers.dates import FIRST_YEAR, LAST_YEAR
from moderation.clocks import Days

_shape = re.compile(r"(\d{4})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?", re.ASCII)
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


class NoPeriod(ValueError):
    """The word does not name a period, such as 2012, 2012-Q2 or 2012-04."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Whole months, from the first of one to the first of another."""

    name: str
    first: date
    after: date

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
        if part.startswith("Q"):
            return f"quarter {part[1:]} of {year}"
        return f"{_MONTHS[self.first.month - 1]} {year}" if part else year

    def months(self) -> list["Period"]:
        """Cut it into its months."""
        months, first = [], self.first
        while first < self.after:
            after = _add_months(first, 1)
            months.append(
                Period(
                    name=f"{first.year:04}-{first.month:02}", first=first, after=after
                )
            )
            first = after
        return months


def parse_period(word: str) -> Period:
    """Read `2012`, `2012-Q2` or `2012-04`. Raise NoPeriod for another word."""
    found = _shape.fullmatch(word)
    if not found or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        message = f"{word!r} does not name a period, such as 2012, 2012-Q2 or 2012-04."
        raise NoPeriod(message)
    year, quarter, month = int(found[1]), found[2], found[3]
    if month:
        first, length = date(year, int(month), 1), 1
    elif quarter:
        first, length = date(year, 3 * int(quarter) - 2, 1), 3
    else:
        first, length = date(year, 1, 1), 12
    return Period(name=word, first=first, after=_add_months(first, length))


def _add_months(first: date, number: int) -> date:
    years, month = divmod(first.month - 1 + number, 12)
    return date(first.year + years, month + 1, 1)
