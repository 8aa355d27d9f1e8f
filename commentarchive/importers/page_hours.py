"""Hours as pages print them beside a date, with the half of the day and the zone."""

import re
from typing import NamedTuple

from commentarchive.importers.zone_names import named

# How far from its date an hour may stand.
REACH = 24
NOON, EVENING, NIGHT = 12, 5, 4
_clock = re.compile(
    r"(?<![\d.:/])\d{1,2}\s?(?:[:.h時时点點시]\s?\d{2}(?!\d)분?分?"
    r"(?:[:.]\d{2}(?!\d))?(?:\s?[ap]\.?\s?m\b\.?)?"
    r"|[ap]\.?m\b\.?|[時时点點시](?!間|间|간))",
    re.IGNORECASE,
)
# Offsets without a name have four digits: "+3" may be votes.
_zone = re.compile(
    r"\s*\(?(?:UTC|GMT)\s?[+\-−]\d{1,2}(?::?\d{2})?(?!\d)"
    r"|\s*[+-]\d{2}:?\d{2}\b|\s*(?:Uhr\s*)?\(?(?:UTC|GMT|Z)\b(?!\s?[+\-−]\d)"
)
_half = re.compile(r"\s?([ap])\.?\s?m\.?\Z", re.IGNORECASE)
# Words for the parts of a day that mean nothing else, before or after the hour.
_MORNING = (
    r"上午|午前|早上|清晨|凌晨|朝|오전|새벽|아침|π\.?\s?μ\.?|ص|öö|ก่อนเที่ยง|sáng"
    r"|de\.|d\.\s?e\."
)
_AFTERNOON = (
    r"下午|午後|中午|傍晚|오후|μ\.?\s?μ\.?|م|ös|หลังเที่ยง|chiều|trưa|du\.|d\.\s?u\."
)
# Twelve at night ends a day or begins one, and so does the hour after it.
_NIGHT = r"晚上|晚|深夜|半夜|夜间|夜間|夜|저녁|밤|tối|đêm"
_halves = rf"(?<!\w)(?:(?P<am>{_MORNING})|(?P<pm>{_AFTERNOON})|(?P<night>{_NIGHT}))"
_half_before = re.compile(rf"{_halves}\s?\Z", re.IGNORECASE)
_half_after = re.compile(rf"\s?{_halves}(?!\w)", re.IGNORECASE)


class Hour(NamedTuple):
    """An hour: "" where none is printed, None where nobody can tell which it is."""

    clock: str | None = ""
    # An offset as it is printed, such as " UTC+2", or a zone's name.
    offset: str = ""
    zone: str = ""


def hour_beside(words: str, day: re.Match[str]) -> Hour:
    """Return the hour beside a date, with its zone."""
    found = _clock.search(words, day.end())
    if not (found and found.start() - day.end() <= REACH):
        before = list(_clock.finditer(words, 0, day.start()))
        if not (before and day.start() - before[-1].end() <= REACH):
            return Hour()
        found = before[-1]
    clock, end = _clock_of(words, found)
    zone, name = _zone.match(words, end), named.match(words, end)
    return Hour(
        clock, _plain_zone(zone[0]) if zone else "", name["zone"] if name else ""
    )


def _clock_of(words: str, found: re.Match[str]) -> tuple[str | None, int]:
    """Return an hour with the part of the day beside it, and where both end."""
    clock = _digits(found[0])
    before = _half_before.search(words, max(0, found.start() - REACH), found.start())
    half = _half_after.match(words, found.end()) or before
    end = max(found.end(), half.end()) if half else found.end()
    hour, colon, rest = clock.partition(":")
    if half is None or not rest[-1:].isdecimal() or int(hour) > NOON:
        return clock, end
    if half["night"]:
        if not EVENING <= int(hour) < NOON:
            return None, end
        return f"{int(hour) + NOON}{colon}{rest}", end
    if half["pm"] == "中午" and int(hour) == NOON - 1:
        return clock, end
    is_late = half["pm"] is not None
    return f"{int(hour) % NOON + NOON * is_late}{colon}{rest}", end


def _plain_zone(zone: str) -> str:
    """Return an offset without brackets and blanks: (UTC −5) is UTC-5."""
    return " " + re.sub(r"[\s(]|Uhr", "", zone).replace("−", "-")


def _digits(clock: str) -> str:
    """Return an hour with colons: 21.32 and 21h32 are 21:32; p. m. is pm."""
    clock = re.sub(r"\s?[時时点點시]\s?(?=\d)", ":", clock).rstrip("分분")
    clock = re.sub(r"[時时点點시]\Z", ":00", clock)
    return _half.sub(r" \1m", re.sub(r"(?<=\d)\s?[.h]\s?(?=\d)", ":", clock))
