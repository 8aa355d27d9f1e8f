"""What stands beside the comments of a WordPress export (`wp:commentmeta`).

WordPress notes when a comment was put into the trash or marked as spam, and what it was
before (`wp-includes/comment.php`, wp_trash_comment and wp_spam_comment); Akismet keeps
a history of each comment (`class.akismet.php`, update_comment_history).
"""

from collections.abc import Iterator
from typing import BinaryIO

from lxml import etree

from commentarchive.importers.formats.wordpress.fields import local_name, values_of
from commentarchive.importers.parsed import Reading
from commentarchive.importers.xml_records import XmlRecords
from moderation.plugin_logs.php import flat_array
from moderation.plugin_logs.told import (
    NO_NUMBER,
    NO_TIME,
    Deed,
    Doer,
    PluginLog,
    Told,
    from_timestamp,
    number_of,
)

KNOWN_FROM = "the notes beside comments in WordPress’s own export"
_STATES = {
    **dict.fromkeys(("1", "approve", "approved"), Deed.APPROVED),
    **dict.fromkeys(("0", "hold", "unapproved"), Deed.HELD),
}
_NOTED = {"trash": Deed.TRASHED, "spam": Deed.SPAM}
# What each event of Akismet's history did, and whether the program did it by itself.
_EVENTS = {
    **dict.fromkeys(
        ("check-spam", "recheck-spam", "cron-retry-spam", "wp-blacklisted"),
        (Deed.SPAM, Doer.PROGRAM),
    ),
    "wp-disallowed": (Deed.TRASHED, Doer.PROGRAM),
    "report-spam": (Deed.SPAM, Doer.PERSON),
    "report-ham": (Deed.APPROVED, Doer.PERSON),
    "status-approved": (Deed.APPROVED, Doer.PERSON),
    "status-unapproved": (Deed.HELD, Doer.PERSON),
    "status-hold": (Deed.HELD, Doer.PERSON),
    "status-spam": (Deed.SPAM, Doer.PERSON),
    "status-trash": (Deed.TRASHED, Doer.PERSON),
}


def read(stream: BinaryIO, reading: Reading) -> PluginLog:
    """Return what the notes of an export tell; places are those of its articles."""
    log = PluginLog(KNOWN_FROM)
    for record in XmlRecords(stream, reading, root="rss", records=("item",)):
        article_id = values_of(record.element).get("post_id", "")
        place = f"byte {record.byte}"
        for comment in record.element:
            if local_name[comment.tag] == "comment":
                _take(log, place, article_id, comment)
    return log


def _take(log: PluginLog, place: str, article_id: str, comment: etree._Element) -> None:
    values = values_of(comment)
    comment_id = number_of(values.get("comment_id", ""))
    notes = list(_notes(comment))
    told = [
        *_akismet(log, place, [value for key, value in notes if key == _HISTORY]),
        *_trash_note(log, place, dict(notes), values.get("comment_approved", "")),
    ]
    if told and not comment_id:
        log.cannot_use(place, NO_NUMBER)
        return
    log.told += [
        each._replace(comment_id=comment_id, article_id=article_id) for each in told
    ]


_HISTORY = "akismet_history"


def _notes(comment: etree._Element) -> Iterator[tuple[str, str]]:
    for child in comment:
        if local_name[child.tag] == "commentmeta":
            values = values_of(child)
            yield values.get("meta_key", ""), values.get("meta_value", "")


def _trash_note(
    log: PluginLog, place: str, notes: dict[str, str], state: str
) -> Iterator[Told]:
    """Yield the deed that WordPress noted; the state tells which of two it was."""
    before = notes.get("_wp_trash_meta_status")
    if before is None:
        return
    deed = _NOTED.get(state)
    if deed is None:
        # WordPress leaves the note where a plugin brings a comment back.
        log.cannot_use(place, "noted as hidden, but the export shows it otherwise")
        return
    at = from_timestamp(notes.get("_wp_trash_meta_time", ""))
    if at is None:
        log.cannot_use(place, NO_TIME)
    yield Told(place, "", "", deed, at, Doer.UNKNOWN, _STATES.get(before))


def _akismet(log: PluginLog, place: str, history: list[str]) -> Iterator[Told]:
    for each in history:
        try:
            event = flat_array(each)
        except ValueError as error:
            log.cannot_use(place, f"a line of Akismet’s history: {error}")
            continue
        found = _EVENTS.get(event.get("event", ""))
        if found is None:
            log.other_lines += 1
            continue
        at = from_timestamp(event.get("time", ""))
        if at is None:
            log.cannot_use(place, NO_TIME)
        deed, doer = found
        if doer is Doer.PERSON and not event.get("user"):
            doer = Doer.UNKNOWN
        yield Told(place, "", "", deed, at, doer)
