"""Times as pages print them, among the words that themes put around them."""

import re
from functools import lru_cache

from commentarchive.importers.dates import MONTHS, as_day, epoch, iso, written
from commentarchive.importers.parsed import When

_word = r"[^\W\d_]{3,12}\.?"
_date = re.compile(
    r"\b\d{4}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?\d{1,2}(?!\d)"
    r"|\d{4}\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?日"
    r"|\d{4}\s?년\s?\d{1,2}\s?월\s?\d{1,2}\s?일"
    r"|\b\d{1,2}(?:\s?\.\s?\d{1,2}\s?[.,]\s?|/\d{1,2}/|-\d{1,2}-)(?:\d{4}|\d{2})(?!\d)"
    rf"|\b\d{{1,2}}(?:\.|st|nd|rd|th|er|º|ª|°)?,?\s+(?:de\s+|of\s+|d[’'])?{_word},?\s+"
    r"(?:de\s+|del\s+)?\d{4}(?!\d)"
    rf"|(?<![^\W\d_]){_word}\s+\d{{1,2}}(?:st|nd|rd|th|\.)?,?\s+\d{{4}}(?!\d)",
    re.IGNORECASE,
)
_clock = re.compile(
    r"(?<![\d.:/])\d{1,2}\s?(?:[:.h]\s?\d{2}(?!\d)(?:[:.]\d{2}(?!\d))?(?:\s?[ap]\.?\s?m\b\.?)?"
    r"|[ap]\.?m\b\.?)",
    re.IGNORECASE,
)
# Offsets without a name have four digits: "+3" may be votes.
_zone = re.compile(
    r"\s*\(?(?:UTC|GMT)\s?[+\-−]\d{1,2}(?::?\d{2})?(?!\d)"
    r"|\s*[+-]\d{2}:?\d{2}\b|\s*(?:UTC|GMT|Z)\b(?!\s?[+\-−]\d)"
)
_half = re.compile(r"\s?([ap])\.?\s?m\.?\Z", re.IGNORECASE)
# Words for the halves of a day that mean nothing else, before or after the hour.
_MORNING = r"上午|午前|早上|凌晨|오전|π\.?\s?μ\.?|ص|öö|ก่อนเที่ยง"
_AFTERNOON = r"下午|午後|晚上|오후|μ\.?\s?μ\.?|م|ös|หลังเที่ยง"
_halves = rf"(?<!\w)(?:(?P<am>{_MORNING})|(?P<pm>{_AFTERNOON}))"
_half_before = re.compile(rf"{_halves}\s?\Z", re.IGNORECASE)
_half_after = re.compile(rf"\s?{_halves}(?!\w)", re.IGNORECASE)
_epoch = re.compile(r"\d{10}(?:\d{3})?\Z")
_dotted = re.compile(r"(\d{1,2})\s?\.\s?(\d{1,2})\s?[.,]\s?\d{2,4}")
_numeric = re.compile(r"\s?([./-])\s?")
# How far from its date an hour may stand.
REACH = 24
# Where a year of two digits comes first: 12/05/03 is in May.
_YEAR_FIRST = frozenset({"ja", "zh", "ko", "hu"})
_two_digits = re.compile(r"\d{1,2}\D+\d{1,2}\D+\d{2}")
# Beyond it, years are those of another calendar.
_LAST_YEAR = 2200
_NOON = 12


@lru_cache(maxsize=8192)
def printed(text: str, language: str) -> When:
    """Return the one time that some words hold; only printed where that is not sure."""
    words = " ".join(text.split())
    found = list(_date.finditer(words))
    if len({each[0] for each in found}) != 1:
        return When(words)
    day = found[0]
    if _is_ambiguous(day[0], language):
        return When(words)
    hour = _hour(words, day)
    moment = f"{_tidy(day[0])} {hour}".strip()
    read = written(moment, language)
    if read.utc is None and any(each.isalpha() for each in day[0]):
        # Months are often English on pages that are not.
        read = written(moment, "en")
    if read.utc is None or read.utc.year > _LAST_YEAR:
        return When(words)
    when = When(words, read.utc, read.offset)
    return when if hour else as_day(when)


def _is_ambiguous(day: str, language: str) -> bool:
    """Return whether nobody can tell which is the month: 5.3.12 in America."""
    spoken = language.partition("-")[0]
    if spoken in _YEAR_FIRST and _two_digits.fullmatch(day):
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


def _hour(words: str, day: re.Match[str]) -> str:
    """Return the hour beside a date, with its zone; "" where none stands near."""
    after = _clock.search(words, day.end())
    if after and after.start() - day.end() <= REACH:
        clock, end = _clock_of(words, after)
        zone = _zone.match(words, end)
        return clock + (_plain_zone(zone[0]) if zone else "")
    before = list(_clock.finditer(words, 0, day.start()))
    if before and day.start() - before[-1].end() <= REACH:
        return _clock_of(words, before[-1])[0]
    return ""


def _clock_of(words: str, found: re.Match[str]) -> tuple[str, int]:
    """Return an hour with the half of the day beside it, and where both end."""
    clock = _digits(found[0])
    before = _half_before.search(words, max(0, found.start() - REACH), found.start())
    after = _half_after.match(words, found.end())
    half = after or before
    hour, colon, rest = clock.partition(":")
    if half is None or not rest[-1:].isdecimal() or int(hour) > _NOON:
        return clock, found.end()
    hour = str(int(hour) % _NOON + (_NOON if half["pm"] else 0))
    return hour + colon + rest, after.end() if after else found.end()


def _plain_zone(zone: str) -> str:
    """Return an offset without brackets and blanks: (UTC −5) is UTC-5."""
    return " " + re.sub(r"[\s(]", "", zone).replace("−", "-")


def _digits(clock: str) -> str:
    """Return an hour with colons: 21.32 and 21h32 are 21:32; p. m. is pm."""
    return _half.sub(r" \1m", re.sub(r"(?<=\d)\s?[.h]\s?(?=\d)", ":", clock))


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
