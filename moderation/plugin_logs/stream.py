"""Stream (xwp/stream): its CSV and JSON exports (`classes/class-export.php`).

Columns are called by translated labels in a CSV, but their order is fixed.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from moderation.plugin_logs.told import (
    NO_NUMBER,
    NO_TIME,
    Deed,
    Doer,
    PluginLog,
    Told,
    number_of,
)

KNOWN_FROM = "the log of the WordPress plugin Stream"
COLUMNS = (
    *("date", "summary", "user", "user_id", "connector", "context", "object_id"),
    *("action", "ip"),
)
# Logs of a network of blogs have one column more.
WIDTHS = (len(COLUMNS), len(COLUMNS) + 1)
_DEEDS = {
    "approved": Deed.APPROVED,
    "unapproved": Deed.HELD,
    "spammed": Deed.SPAM,
    "unspammed": Deed.RETURNED,
    "trashed": Deed.TRASHED,
    "untrashed": Deed.RETURNED,
    "deleted": Deed.DELETED,
}
_OTHERS = frozenset({"created", "edited", "replied", "duplicate", "flood"})
# `Y/m/d h:i:s A T`: the last is an abbreviation of the zone, or its offset.
_date = re.compile(
    r"(\d{4}/\d\d?/\d\d? \d\d?:\d\d:\d\d [AP]M)"
    r"(?: ([A-Z]{1,5}|[+-]\d\d(?::?\d\d)?))?",
    re.IGNORECASE,
)


def read(records: Iterator[tuple[str, Mapping[str, str]]], zone: ZoneInfo) -> PluginLog:
    """Return what a log tells; `records` are pairs of a place and a line's columns.

    Times are on the blog's clock, which `zone` is.
    """
    log = PluginLog(KNOWN_FROM)
    for place, record in records:
        action = record.get("action", "").strip().lower()
        if record.get("connector", "").strip().lower() != "comments":
            log.other_lines += 1
        elif action in _DEEDS:
            _take(log, place, record, _DEEDS[action], zone)
        elif action in _OTHERS:
            log.other_lines += 1
        else:
            log.cannot_use(place, "an action that is not known here")
    return log


def is_row(row: list[str], zone: ZoneInfo) -> bool:
    """Return whether a line of a CSV is one of this plugin's, and not its labels."""
    return len(row) in WIDTHS and parse_date(row[0], zone) is not None


def read_rows(rows: Iterator[tuple[str, list[str]]], zone: ZoneInfo) -> PluginLog:
    """Return what a CSV tells; its first line holds the labels of the columns."""
    broken: list[str] = []

    def records() -> Iterator[tuple[str, Mapping[str, str]]]:
        next(rows, None)
        for place, row in rows:
            if len(row) in WIDTHS:
                yield place, dict(zip(COLUMNS, row, strict=False))
            else:
                broken.append(place)

    log = read(records(), zone)
    for place in broken:
        log.cannot_use(place, "it has another number of columns than its log")
    return log


def _take(
    log: PluginLog,
    place: str,
    record: Mapping[str, str],
    deed: Deed,
    zone: ZoneInfo,
) -> None:
    comment_id = number_of(record.get("object_id", ""))
    if not comment_id:
        log.cannot_use(place, NO_NUMBER)
        return
    at = parse_date(record.get("date", ""), zone)
    if at is None:
        log.cannot_use(place, NO_TIME)
    log.told.append(Told(place, comment_id, "", deed, at, _doer(record, deed)))


def _doer(record: Mapping[str, str], deed: Deed) -> Doer:
    """Return who did it: a login, or nobody that the log names.

    What Akismet finds as a comment arrives is logged under the comment's own author.
    """
    if deed is Deed.SPAM and "akismet" in record.get("summary", "").lower():
        return Doer.PROGRAM
    user_id = record.get("user_id", "").strip()
    if user_id.isdecimal() and int(user_id):
        return Doer.PERSON
    return Doer.UNKNOWN


def parse_date(text: str, zone: ZoneInfo) -> datetime | None:
    """Return a time as UTC; None where it is none, or may be one of two.

    The zone's abbreviation says which of two equal times of an autumn night is meant.
    """
    found = _date.fullmatch(text.strip())
    if found is None:
        return None
    try:
        local = datetime.strptime(found[1].upper(), "%Y/%m/%d %I:%M:%S %p")  # noqa: DTZ007
    except ValueError:
        return None
    told = (found[2] or "").upper()
    if told in {"UTC", "GMT", "Z"} and _names(local, zone).isdisjoint({told}):
        return local.replace(tzinfo=UTC)
    if told.startswith(("+", "-")):
        digits = told[1:].replace(":", "").ljust(4, "0")
        offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        return (local - (offset if told[0] == "+" else -offset)).replace(tzinfo=UTC)
    moments = {
        local.replace(tzinfo=zone, fold=fold).astimezone(UTC)
        for fold in (0, 1)
        if not told or local.replace(tzinfo=zone, fold=fold).tzname() == told
    }
    return moments.pop() if len(moments) == 1 else None


def _names(local: datetime, zone: ZoneInfo) -> set[str]:
    """Return what the zone is called at a local time, by both readings of it."""
    both = (local.replace(tzinfo=zone, fold=fold).tzname() for fold in (0, 1))
    return {name for name in both if name}
