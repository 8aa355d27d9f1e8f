"""Times as exports print them."""

import re
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from commentarchive.importers.parsed import When

# Minutes east of UTC that clocks of some zone have shown since 1970 (IANA time zone
# database); the whole hours go from -12 to +14.
_PART_HOURS = (
    *(-570, -270, -225, -210, -150, 210, 270, 330, 345, 390, 450, 510, 525, 570, 585),
    *(630, 690, 750, 765, 825),
)
OFFSETS = frozenset((*range(-12 * 60, 14 * 60 + 1, 60), *_PART_HOURS))
# A year outside these is a mistake, and datetime may not be able to shift it.
FIRST_YEAR, LAST_YEAR = 1900, 9998
_MINUTE = timedelta(minutes=1)
MONTHS = 12
_slashed = re.compile(r"\b(\d{1,2})[/-](\d{1,2})[/-]\d{2,4}\b")
# Codes of languages that are called otherwise where dates are read.
_OTHER_CODES = {"no": "nb", "nn": "nb", "iw": "he", "in": "id", "gsw": "de"}
_WRITTEN: Any = {
    "REQUIRE_PARTS": ["day", "month", "year"],
    "PARSERS": ["absolute-time"],
    "DATE_ORDER": "DMY",
}


def local_and_utc(local: str, utc: str) -> When:
    """Return WordPress's pair of times as one; their difference is the offset.

    Where the UTC time is missing or zero, the result has no offset and is still in
    local time: `settle` puts it on the blog's clock.
    """
    exact = _read(utc)
    printed_at = exact if local == utc else _read(local)
    if exact is None:
        return When(local, printed_at)
    if printed_at is None:
        return When(local, exact.replace(tzinfo=UTC))
    return When(local, exact.replace(tzinfo=UTC), _believed(printed_at - exact))


def are_out_of_step(when: When, utc: str) -> bool:
    """Return whether a pair of times differs by what no time zone does.

    `when` is what was made of the pair: then UTC stands, and the local time is only
    kept as printed.
    """
    if when.offset is not None or when.utc is None or when.utc.tzinfo is None:
        return False
    return _read(when.printed) is not None and _read(utc) is not None


def _believed(east: timedelta) -> int | None:
    """Return an offset in minutes; None for one that no zone has had."""
    minutes, rest = divmod(east, _MINUTE)
    return minutes if not rest and minutes in OFFSETS else None


def iso(text: str) -> When:
    """Parse an ISO 8601 time (RFC 3339); without an offset it stays local.

    An offset of zero is taken for how a system stores times, not for the writer's. A
    date without a time is a day of which no hour is known.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return When(text)
    return _from_moment(text, moment)._replace(day_only=_is_date(text))


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def mail(text: str) -> When:
    """Parse a time as RSS prints it (RFC 822)."""
    try:
        return _from_moment(text, parsedate_to_datetime(text))
    except (TypeError, ValueError, OverflowError):
        return When(text)


def written(text: str, language: str) -> When:
    """Parse a time as a page prints it, in its language; it needs day, month and year.

    3/4/2012 is ambiguous, so such a time is only kept as printed.
    """
    # Loading it takes longer than reading most files that need no such times.
    import dateparser  # noqa: PLC0415

    slashed = _slashed.search(text)
    if slashed and all(int(each) <= MONTHS for each in slashed.groups()):
        return When(text)
    spoken = language.partition("-")[0]
    known = [_OTHER_CODES.get(spoken, spoken)] if language else None
    try:
        moment = dateparser.parse(text[:200], languages=known, settings=_WRITTEN)
    except ValueError:
        moment = None
    return When(text) if moment is None else _from_moment(text, moment)


def as_day(when: When) -> When:
    """Return the day of a time whose hour nobody told."""
    if when.utc is None:
        return when
    local = (when.utc + (when.offset or 0) * _MINUTE).replace(tzinfo=None)
    day = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return when._replace(utc=day, offset=None, day_only=True)


def epoch(seconds: object) -> When:
    """Parse seconds since 1970."""
    printed = str(seconds)
    try:
        return _from_moment(printed, datetime.fromtimestamp(float(printed), UTC))
    except (ValueError, OverflowError, OSError):
        return When(printed)


def _from_moment(text: str, moment: datetime) -> When:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        return When(text)
    east = moment.utcoffset()
    if east is None:
        return When(text, moment)
    return When(text, moment.astimezone(UTC), _believed(east) or None)


def is_exact(when: When) -> bool:
    """Return whether a time was told with its offset, or in UTC."""
    return when.utc is not None and when.utc.tzinfo is not None


def settle(when: When, zone: str) -> When:
    """Return a time in UTC; one without an offset is taken to be in the blog's zone."""
    if when.utc is None or when.utc.tzinfo is not None:
        return when
    local = when.utc.replace(tzinfo=_zone(zone))
    return when._replace(utc=local.astimezone(UTC))


def rfc822(text: str) -> datetime | None:
    """Parse the time of an RSS channel, in UTC."""
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
