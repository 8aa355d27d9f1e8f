"""Times as a reader of the source would have read them."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo


def on_source_clock(
    moment: datetime | None, utc_offset: int | None, zone: str
) -> datetime | None:
    """Put a UTC time on the clock it was printed by, else on the blog's."""
    if moment is None:
        return None
    if utc_offset is None:
        return moment.astimezone(ZoneInfo(zone))
    clock = timezone(timedelta(minutes=utc_offset)) if utc_offset else UTC
    try:
        return moment.astimezone(clock)
    except OverflowError:  # The first and last day that can be told.
        return moment
