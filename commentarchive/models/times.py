"""Times as a reader of the source would have read them."""

from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from zoneinfo import ZoneInfo

from commentarchive.threads.days import Day

_HALF_A_DAY = timedelta(hours=12)


class PrintedTime(datetime):
    """A time on the clock of its blog, which templates do not convert."""

    # Otherwise Django's `date` filter converts it to the server's time zone.
    convert_to_local_time = False


class PrintedDay(Day, PrintedTime):
    """A day on the clock of its blog, of which no hour is known."""


def on_source_clock(
    moment: datetime | None,
    utc_offset: int | None,
    zone: str,
    *,
    day_only: bool = False,
) -> datetime | None:
    """Return a UTC time on the clock it was printed by, else on the blog's."""
    if moment is None:
        return None
    if day_only:
        return _day(moment, zone)
    if utc_offset is None:
        return moment.astimezone(ZoneInfo(zone))
    return moment.astimezone(_clock(utc_offset))


def _day(moment: datetime, zone: str) -> PrintedDay:
    """Return the day that began at a moment, also where the blog's clock changed since.

    Its middle is on the same date by all but the most distant clocks.
    """
    date = (moment + _HALF_A_DAY).astimezone(ZoneInfo(zone)).date()
    return PrintedDay(date.year, date.month, date.day, tzinfo=ZoneInfo(zone))


@cache
def _clock(utc_offset: int) -> timezone:
    return timezone(timedelta(minutes=utc_offset)) if utc_offset else UTC


def printed_time(
    moment: datetime | None,
    utc_offset: int | None,
    zone: str,
    *,
    day_only: bool = False,
) -> PrintedTime | None:
    """Return the same time in a form that templates print as it is."""
    local = on_source_clock(moment, utc_offset, zone, day_only=day_only)
    if local is None or isinstance(local, PrintedTime):
        return local
    return PrintedTime.combine(local.date(), local.timetz())
