"""Times as pages print them, among the words that themes put around them."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from unicodedata import decimal

from commentarchive.importers.dates import MONTHS, as_day, epoch, iso, written
from commentarchive.importers.page_hours import hour_beside
from commentarchive.importers.parsed import When
from commentarchive.importers.zone_names import offset_of

# Letters with the marks that some scripts write as characters of their own.
_letter = r"[^\W\d_][\u0300-\u036f\u0900-\u0903\u093a-\u094f\u0e31-\u0e4e]*"
_word = rf"(?:{_letter}){{3,12}}\.?"
# Without any of these, a number before a word is no year.
_AFTER_YEAR = r"(?:\.?\s?(?:gada|g\.)|\s?m\.|\(?e\)?ko|\.)"
_date = re.compile(
    r"\b\d{4}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?\d{1,2}(?!\d)"
    r"|\d{4}\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?日"
    r"|\d{4}\s?년\s?\d{1,2}\s?월\s?\d{1,2}\s?일"
    r"|\b\d{1,2}(?:\s?\.\s?\d{1,2}\s?[.,]\s?|/\d{1,2}/|-\d{1,2}-)(?:\d{4}|\d{2})(?!\d)"
    # The year first: 2011. március 12., 2011 m. kovo 12 d., 2011. gada 12. marts.
    rf"|\b\d{{4}}{_AFTER_YEAR},?\s+(?:{_word}\s+\d{{1,2}}(?!\d|[:h]\d)"
    rf"|\d{{1,2}}\.?\s+{_word})"
    # With numbers for months: ngày 12 tháng 3 năm 2011.
    r"|\b\d{1,2}\s+tháng\s+\w+(?:\s+\w+)?,?\s+(?:năm\s+)?\d{4}(?!\d)"
    rf"|\b\d{{1,2}}(?:\.|st|nd|rd|th|er|º|ª|°)?,?\s+(?:de\s+|of\s+|d[’'])?{_word}[,،]?\s+"
    r"(?:de\s+|del\s+)?\d{4}(?!\d)"
    rf"|(?<![^\W\d_]){_word}\s+\d{{1,2}}(?:st|nd|rd|th|\.)?,?\s+\d{{4}}(?!\d)",
    re.IGNORECASE,
)
_year_first = re.compile(
    rf"(\d{{4}}){_AFTER_YEAR},?\s+(?:(?P<month>{_word})\s+(?P<day>\d{{1,2}})"
    rf"|(?P<before>\d{{1,2}})\.?\s+(?P<after>{_word}))",
    re.IGNORECASE,
)
# Months in Basque end in "a", with what is said of them behind it.
_declined = re.compile(r"(?<=a)(?:k|ren)\Z")
_epoch = re.compile(r"\d{10}(?:\d{3})?\Z")
_dotted = re.compile(r"(\d{1,2})\s?\.\s?(\d{1,2})\s?[.,]\s?\d{2,4}")
_numeric = re.compile(r"\s?([./-])\s?")
# Where a year of two digits comes first: 12/05/03 is in May.
_YEAR_FIRST = frozenset({"ja", "zh", "ko", "hu"})
_two_digits = re.compile(r"\d{1,2}\D+\d{1,2}\D+\d{2}")
# Languages whose years may be those of another calendar: they are told apart by four
# digits, and Ethiopia's not even by these.
_OTHER_YEARS = frozenset({"ar", "ckb", "fa", "he", "ne", "ps", "th", "ur"})
_NO_YEARS = frozenset({"am", "ti"})
# Before it there was no page; years beyond this one are those of another calendar.
_FIRST_YEAR = 1990
# So many comments are not all made in the first second of a day.
_SEVERAL = 3


@lru_cache(maxsize=8192)
def printed(text: str, language: str) -> When:
    """Return the one time that some words hold; only printed where that is not sure."""
    told = " ".join(text.split())
    words = _plain_digits(told)
    found = list(_date.finditer(words))
    if len({each[0] for each in found}) != 1:
        return When(told)
    day = found[0]
    hour = hour_beside(words, day)
    if hour.clock is None or _is_ambiguous(day[0], language):
        return When(told)
    moment = f"{_tidy(_day_first(day[0]))} {hour.clock}{hour.offset}".strip()
    read = written(moment, language)
    if read.utc is None and any(each.isalpha() for each in day[0]):
        # Months are often English on pages that are not.
        read = written(moment, "en")
    if read.utc is None or not _FIRST_YEAR <= read.utc.year <= _this_year() + 1:
        return When(told)
    when = When(told, read.utc, read.offset)
    if not hour.clock:
        return as_day(when)
    return _in_zone(when, hour.zone, language) if hour.zone else when


def _in_zone(when: When, zone: str, language: str) -> When:
    """Return a local time in UTC, where it is sure what its zone's name means."""
    if when.utc is None or when.utc.tzinfo is not None:
        return when
    offset = offset_of(zone, when.utc, language)
    if offset is None:
        return when
    utc = (when.utc - timedelta(minutes=offset)).replace(tzinfo=UTC)
    return when._replace(utc=utc, offset=offset)


def _this_year() -> int:
    return datetime.now(UTC).year


def _plain_digits(words: str) -> str:
    """Return words with digits of any script as those of English, one for one."""
    if words.isascii():
        return words
    return "".join(str(decimal(each)) if each.isdecimal() else each for each in words)


def _day_first(day: str) -> str:
    """Return a date that begins with its year as day, month, year (`dates.written`)."""
    found = _year_first.fullmatch(day)
    if found is None:
        return day
    number = found["day"] or found["before"]
    month = _declined.sub("", (found["month"] or found["after"]).rstrip("."))
    return f"{number} {month} {found[1]}"


def _is_ambiguous(day: str, language: str) -> bool:
    """Return whether nobody can tell which is the month, or what year it is."""
    spoken = language.partition("-")[0]
    has_short_year = _two_digits.fullmatch(day) is not None
    if spoken in _NO_YEARS or (spoken in _OTHER_YEARS and has_short_year):
        return True
    if spoken in _YEAR_FIRST and has_short_year:
        return True
    numbers = _dotted.fullmatch(day)
    if numbers is None or spoken not in {"", "en"}:
        return False
    return max(int(numbers[1]), int(numbers[2])) <= MONTHS


def _tidy(day: str) -> str:
    """Return a date without spaces between its numbers: 18. 05. 2014."""
    if not any(each.isalpha() for each in day):
        day = _numeric.sub(r"\1", day.replace(",", "."))
        return re.sub(r"\.\s+", ".", day)
    return re.sub(r"(?<=\d)\.(?=,?\s+[^\W\d_])", "", day) if day[0].isdigit() else day


def exact(value: str, language: str) -> When:
    """Return a time that an attribute holds: ISO 8601, seconds since 1970, or words."""
    value = value.strip()
    if _epoch.match(value):
        return epoch(int(value[:10]))._replace(printed=value)
    found = iso(value)
    return found if found.utc else printed(value, language)


def stated_or_printed(stated: str, text: str, language: str) -> When:
    """Return a time as a page states it for machines, else as it prints it."""
    found = exact(stated, language) if stated else When()
    if found.utc and not found.day_only:
        return found
    # A day without an hour gives way to what is printed.
    shown = printed(text, language) if text else When(stated)
    return shown if shown.utc or not found.utc else found


def days_alone(times: Sequence[When]) -> list[When]:
    """Return the times of a page's comments, as days where all of them are midnight.

    Some themes write days for machines as their first second.
    """
    known = [each for each in times if each.utc]
    if len(known) < _SEVERAL or any(_told_clock(each) != time() for each in known):
        return list(times)
    return [as_day(each) for each in times]


def _told_clock(when: When) -> time | None:
    if when.utc is None:
        return None
    return (when.utc + timedelta(minutes=when.offset or 0)).time()
