"""Times as a reader of the source would have read them."""

from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from zoneinfo import ZoneInfo


class PrintedTime(datetime):
    """A time on the clock of its blog, which templates do not convert."""

    # Otherwise Django's `date` filter converts it to the server's time zone.
    convert_to_local_time = False


def on_source_clock(
    moment: datetime | None, utc_offset: int | None, zone: str
) -> datetime | None:
    """Return a UTC time on the clock it was printed by, else on the blog's."""
    if moment is None:
        return None
    if utc_offset is None:
        return moment.astimezone(ZoneInfo(zone))
    return moment.astimezone(_clock(utc_offset))


@cache
def _clock(utc_offset: int) -> timezone:
    return timezone(timedelta(minutes=utc_offset)) if utc_offset else UTC


def printed_time(
    moment: datetime | None, utc_offset: int | None, zone: str
) -> PrintedTime | None:
    """Return the same time in a form that templates print as it is."""
    local = on_source_clock(moment, utc_offset, zone)
    if local is None:
        return None
    return PrintedTime.combine(local.date(), local.timetz())
