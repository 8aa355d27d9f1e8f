"""Simple History: its JSON export, and its CSV (`inc/class-export.php`).

The CSV names no comment by its number, so that its lines can only be listed.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from commentarchive.importers.safe_json import text
from moderation.plugin_logs.told import (
    NO_NUMBER,
    NO_TIME,
    Deed,
    Doer,
    PluginLog,
    Told,
    number_of,
)

KNOWN_FROM = "the log of the WordPress plugin Simple History"
LOGGER = "SimpleCommentsLogger"
# Columns of the CSV, which may have a line of translated labels, or none.
WIDTH = 12
_LOGGER_COLUMN, _KEY_COLUMN = 2, 5
_NOT_IN_CSV = "this CSV does not name the comment by its number; export the log as JSON"
_key = re.compile(r"(?:comment|pingback|trackback)_(\w+)")
_arrival = re.compile(r"(?:anon|user)_(?:comment|pingback|trackback)_added")
_DEEDS = {
    "status_approve": Deed.APPROVED,
    "status_hold": Deed.HELD,
    "status_spam": Deed.SPAM,
    "status_trash": Deed.TRASHED,
    "untrashed": Deed.RETURNED,
    "deleted": Deed.DELETED,
}
_OTHERS = frozenset({"edited"})
_STATES = {
    "1": Deed.APPROVED,
    "approve": Deed.APPROVED,
    "0": Deed.HELD,
    "hold": Deed.HELD,
    "spam": Deed.SPAM,
    "trash": Deed.TRASHED,
}
_DOERS = {"wp_user": Doer.PERSON, "wp": Doer.PROGRAM, "wp_cli": Doer.PROGRAM}


def read(records: Iterator[tuple[str, dict[str, Any]]]) -> PluginLog:
    """Return what a JSON log tells; `records` are pairs of a place and an event."""
    log = PluginLog(KNOWN_FROM)
    for place, record in records:
        key = text(record, "context_message_key") or text(
            record, "context", "_message_key"
        )
        if text(record, "logger") != LOGGER:
            log.other_lines += 1
            continue
        if deed := _deed(key):
            _take(log, place, record, deed)
        elif _is_other(key):
            log.other_lines += 1
        else:
            log.cannot_use(place, "an action that is not known here")
    return log


def read_rows(rows: Iterator[tuple[str, list[str]]]) -> PluginLog:
    """List the lines of a CSV log that tell of comments, none of which it names."""
    log = PluginLog(KNOWN_FROM)
    for number, (place, row) in enumerate(rows):
        if not is_row(row):
            # The labels of the columns stand in the first line, or nowhere.
            if number:
                log.cannot_use(place, "it is no line of this log")
            continue
        if row[_LOGGER_COLUMN] == LOGGER and _deed(row[_KEY_COLUMN]):
            log.cannot_use(place, _NOT_IN_CSV)
        else:
            log.other_lines += 1
    return log


def is_row(row: list[str]) -> bool:
    """Return whether a line of a CSV is one of this plugin's, and not its labels."""
    return len(row) == WIDTH and _date_of(row[0]) is not None


def _deed(key: str) -> Deed | None:
    if _arrival.fullmatch(key):
        return Deed.ARRIVED
    found = _key.fullmatch(key)
    return _DEEDS.get(found[1]) if found else None


def _is_other(key: str) -> bool:
    found = _key.fullmatch(key)
    return found is not None and found[1] in _OTHERS


def _take(log: PluginLog, place: str, record: Mapping[str, Any], deed: Deed) -> None:
    context = record.get("context")
    context = context if isinstance(context, dict) else {}
    comment_id = number_of(text(context, "comment_ID"))
    if not comment_id:
        log.cannot_use(place, NO_NUMBER)
        return
    at = _date_of(text(dict(record), "date"))
    if at is None:
        log.cannot_use(place, NO_TIME)
    log.told.append(
        Told(
            place,
            comment_id,
            text(context, "comment_post_ID"),
            deed,
            at,
            _DOERS.get(text(dict(record), "initiator"), Doer.UNKNOWN),
            _STATES.get(text(context, "comment_approved"))
            if deed is Deed.ARRIVED
            else None,
        )
    )


def _date_of(told: str) -> datetime | None:
    """Return a time of the log, which is UTC."""
    try:
        return datetime.strptime(told, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None
