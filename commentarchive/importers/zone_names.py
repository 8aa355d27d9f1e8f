"""Zones as pages name them behind an hour: 5:14 pm EST, 17:14 Uhr MEZ.

A name is believed where it has one meaning, and its place keeps that clock on that day:
themes print "CET" all through the summer. Any other time is on its blog's clock.
"""

import re
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from commentarchive.importers.parsed import When

_BERLIN, _HELSINKI, _LISBON = "Europe/Berlin", "Europe/Helsinki", "Europe/Lisbon"
_NEW_YORK, _DENVER, _PACIFIC = (
    *("America/New_York", "America/Denver", "America/Los_Angeles"),
)
# Where each name is used, and how many minutes it is east of UTC: None where it means
# the clock of its place at any time of the year.
_ZONES: dict[str, tuple[str, int | None]] = {
    **dict.fromkeys(("CET", "MEZ", "HEC"), (_BERLIN, 60)),
    **dict.fromkeys(("CEST", "MESZ", "HAEC"), (_BERLIN, 120)),
    "WET": (_LISBON, 0),
    "WEST": (_LISBON, 60),
    **dict.fromkeys(("EET", "OEZ"), (_HELSINKI, 120)),
    **dict.fromkeys(("EEST", "OESZ"), (_HELSINKI, 180)),
    "EST": (_NEW_YORK, -300),
    "EDT": (_NEW_YORK, -240),
    "MDT": (_DENVER, -360),
    "PST": (_PACIFIC, -480),
    "PDT": (_PACIFIC, -420),
    "AKST": ("America/Anchorage", -540),
    "AKDT": ("America/Anchorage", -480),
    "HST": ("Pacific/Honolulu", -600),
    "BRT": ("America/Sao_Paulo", -180),
    "SAST": ("Africa/Johannesburg", 120),
    "JST": ("Asia/Tokyo", 540),
    "KST": ("Asia/Seoul", 540),
    "HKT": ("Asia/Hong_Kong", 480),
    "SGT": ("Asia/Singapore", 480),
    "WIB": ("Asia/Jakarta", 420),
    "AEST": ("Australia/Brisbane", 600),
    "AEDT": ("Australia/Sydney", 660),
    "AWST": ("Australia/Perth", 480),
    "ACST": ("Australia/Darwin", 570),
    "ACDT": ("Australia/Adelaide", 630),
    "NZST": ("Pacific/Auckland", 720),
    "NZDT": ("Pacific/Auckland", 780),
    "MSK": ("Europe/Moscow", None),
    "ET": (_NEW_YORK, None),
    "PT": (_PACIFIC, None),
}
# Names that mean several zones, and where one of these is meant.
_IN_PLACES: dict[str, dict[str, tuple[str, int | None]]] = {
    "BST": {"gb": ("Europe/London", 60)},
    "IST": {
        "in": ("Asia/Kolkata", 330),
        "ie": ("Europe/Dublin", 60),
        "il": ("Asia/Jerusalem", 120),
    },
}
_SEVERAL = (
    *("ACT", "ADT", "AMT", "ART", "AST", "CDT", "CST", "CT", "ECT", "GST", "MSD"),
    *("MST", "MT", "PKT", "SST", "WST"),
)
# Where Eastern and Pacific are others than America's.
_ELSEWHERE = {
    **dict.fromkeys(("EST", "EDT", "ET"), frozenset({"au"})),
    **dict.fromkeys(("PST", "PT"), frozenset({"ph", "pk"})),
}
_names = "|".join(sorted({*_ZONES, *_IN_PLACES, *_SEVERAL}))
_name = rf"\s*(?:Uhr|hrs?|h)?\.?,?\s*\(?(?P<zone>{_names})(?![\w+-])\)?"
named = re.compile(_name)
_after_hour = re.compile(rf"(?:\d|[ap]\.?\s?m\.?){_name}")


@lru_cache(maxsize=4096)
def offset_of(name: str, local: datetime, language: str) -> int | None:
    """Return the minutes east of UTC that a name means; None where that is not sure.

    `local` is when it is said, and `language` that of the page with its country, such
    as en-gb.
    """
    place = language.partition("-")[2]
    meant = _ZONES.get(name)
    if name in _IN_PLACES:
        meant = _IN_PLACES[name].get(place)
    if meant is None or place in _ELSEWHERE.get(name, ()):
        return None
    where, minutes = meant
    east = local.replace(tzinfo=ZoneInfo(where)).utcoffset()
    kept = int(east.total_seconds()) // 60 if east is not None else None
    return kept if minutes in {None, kept} else None


def not_believed(when: When) -> str:
    """Return the zone that a time names in print and that was not believed, or ""."""
    if when.utc is None or when.utc.tzinfo is not None or when.day_only:
        return ""
    found = _after_hour.search(when.printed)
    return found["zone"] if found else ""
