"""Times as people type them: a day, or a day and an hour, in ISO 8601."""

import re
from datetime import UTC, date, datetime, timedelta

from commentarchive.transcripts.marks import Time

_day = re.compile(r"\d{4}-\d{2}-\d{2}")
_moment = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2})?"
)
FIRST_YEAR = 1900
# Somewhere it is tomorrow already.
AHEAD = timedelta(hours=14)


def day_of(text: str) -> date | None:
    """Return a day that was typed; None for what is none, such as 2012-02-30."""
    if not _day.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def moment_of(text: str) -> datetime | None:
    """Return a day and hour that were typed; without an offset if none was."""
    if not _moment.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def fault_of(time: Time, now: datetime) -> str:
    """Return what is wrong with a time, in a sentence; "" if nothing is."""
    typed = [each for each in (time.since, time.until) if each]
    if time.kind == "unknown":
        return "a time that is not known has no day" if typed else ""
    for each in typed:
        if fault := _fault_of(each, now):
            return fault
    if time.kind == "exact" and moment_of(time.since) is None:
        return "an exact time has a day and an hour, such as 2012-05-03 14:20"
    if time.kind == "day" and day_of(time.since) is None:
        return "a day is written such as 2012-05-03"
    if time.kind == "about" and not (time.printed or time.since):
        return "about when it was has to be said in words, or as a day"
    if time.kind == "between":
        return _fault_between(time)
    return "only a time between two others has an end" if time.until else ""


def _fault_of(text: str, now: datetime) -> str:
    moment = moment_of(text)
    day = day_of(text) if moment is None else moment.date()
    if day is None:
        return f"{text} is no day, and no day and hour"
    if day.year < FIRST_YEAR:
        return f"{text} is before {FIRST_YEAR}"
    if moment is not None and moment.tzinfo is not None:
        is_ahead = moment > now
    else:
        local = moment or datetime(day.year, day.month, day.day)  # noqa: DTZ001
        is_ahead = local > now.astimezone(UTC).replace(tzinfo=None) + AHEAD
    return f"{text} is in the future" if is_ahead else ""


def _fault_between(time: Time) -> str:
    if not (time.since and time.until):
        return "a time between two others needs both"
    # As they are typed: a day ends after each of its hours.
    end = time.until + ("~" if day_of(time.until) else "")
    if time.since.replace(" ", "T") > end.replace(" ", "T"):
        return f"{time.since} is after {time.until}"
    return ""
