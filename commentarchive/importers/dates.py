"""Times as exports print them."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from commentarchive.importers.parsed import When

# No offset on earth lies beyond 14 hours (IANA time zone database).
MAX_OFFSET = 14 * 60
# Beyond these a time is a mistake, and no clock on earth can show it.
FIRST_YEAR, LAST_YEAR = 1900, 9998
_MINUTE = timedelta(minutes=1)
MONTHS = 12
_slashed = re.compile(r"\b(\d{1,2})[/-](\d{1,2})[/-]\d{2,4}\b")
_WRITTEN: Any = {
    "REQUIRE_PARTS": ["day", "month", "year"],
    "PARSERS": ["absolute-time"],
    "DATE_ORDER": "DMY",
}


def local_and_utc(local: str, utc: str) -> When:
    """Read WordPress's pair of times; the offset is what lies between them.

    Where the UTC one is missing or zero, the time is given without an offset and
    still in local terms: `settle` puts it on the blog's clock.
    """
    exact = _read(utc)
    printed_at = exact if local == utc else _read(local)
    if exact is None:
        return When(local, printed_at)
    if printed_at is None:
        return When(local, exact.replace(tzinfo=UTC))
    offset = (printed_at - exact) // _MINUTE
    known = offset if -MAX_OFFSET <= offset <= MAX_OFFSET else None
    return When(local, exact.replace(tzinfo=UTC), known)


def iso(text: str) -> When:
    """Read an ISO 8601 time (RFC 3339); without an offset it is left in local terms.

    UTC is how a system stores a time: it tells no clock of the writer's.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return When(text)
    return _told(text, moment)


def mail(text: str) -> When:
    """Read a time as RSS prints it (RFC 822)."""
    try:
        return _told(text, parsedate_to_datetime(text))
    except (TypeError, ValueError, OverflowError):
        return When(text)


def written(text: str, language: str) -> When:
    """Read a time as a page prints it, in its language; day, month and year at least.

    Which of 3/4/2012 is the month nobody can tell: such a time is kept as printed.
    """
    # Loading it takes longer than reading most files that need no such times.
    import dateparser  # noqa: PLC0415

    slashed = _slashed.search(text)
    if slashed and all(int(each) <= MONTHS for each in slashed.groups()):
        return When(text)
    known = [language.partition("-")[0]] if language else None
    try:
        moment = dateparser.parse(text[:200], languages=known, settings=_WRITTEN)
    except ValueError:
        moment = None
    return When(text) if moment is None else _told(text, moment)


def epoch(seconds: object) -> When:
    """Read seconds since 1970."""
    printed = str(seconds)
    try:
        return _told(printed, datetime.fromtimestamp(float(printed), UTC))
    except (ValueError, OverflowError, OSError):
        return When(printed)


def _told(text: str, moment: datetime) -> When:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        return When(text)
    east = moment.utcoffset()
    if east is None:
        return When(text, moment)
    offset = east // _MINUTE
    known = offset if offset and -MAX_OFFSET <= offset <= MAX_OFFSET else None
    return When(text, moment.astimezone(UTC), known)


def settle(when: When, zone: str) -> When:
    """Put a time that came without an offset on a blog's clock."""
    if when.utc is None or when.utc.tzinfo is not None:
        return when
    local = when.utc.replace(tzinfo=_zone(zone))
    return When(when.printed, local.astimezone(UTC))


def rfc822(text: str) -> datetime | None:
    """Read the time of an RSS channel, in UTC."""
    try:
        moment = parsedate_to_datetime(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None


def _read(text: str) -> datetime | None:
    if not text:
        return None
    try:
        # WordPress's zero, 0000-00-00 00:00:00, is refused like any other nonsense.
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        return None
    return moment if moment.tzinfo is None else moment.replace(tzinfo=None)


@lru_cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
