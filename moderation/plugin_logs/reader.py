"""Which log a file is, decided from its content, and what it tells."""

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from commentarchive.importers.beginnings import own_start
from commentarchive.importers.characters import decoded
from commentarchive.importers.formats.wordpress import export
from commentarchive.importers.parsed import Reading, Remark, Unreadable
from commentarchive.importers.places import Lines
from commentarchive.importers.safe_json import Records, text
from moderation.plugin_logs import comment_meta, simple_history, stream
from moderation.plugin_logs.told import PluginLog

# Logs in one piece; Stream exports at most 10,000 lines.
MAX_BYTES = 256 << 20
_HEAD = 1 << 16
_UNKNOWN = (
    "this is no log that is known here: Stream or Simple History (CSV or JSON), or "
    "a WordPress export"
)


def read_log(path: Path, zone: ZoneInfo) -> PluginLog:
    """Return what a file tells, and what had to be put right or left out in it.

    `zone` is the blog's, whose clock Stream's times are on. Raise Unreadable for a
    file that is no log, OSError for one that cannot be read.
    """
    reading = Reading()
    with path.open("rb") as file:
        if path.stat().st_size > MAX_BYTES:
            raise Unreadable(f"it is larger than {MAX_BYTES >> 20} MiB")
        head = file.read(_HEAD)
        file.seek(0)
        if export.recognises(head):
            log = comment_meta.read(file, reading)
        elif head[own_start(head) :].startswith(b"["):
            log = _read_json(file.read(), reading, zone)
        else:
            log = _read_table(file.read(), reading, zone)
        file.seek(0)
        log.repairs = reading.repairs
        log.unused += reading.problems
        _name_lines(log, file)
        return log


def _name_lines(log: PluginLog, file: BinaryIO) -> None:
    """Put the line beside each byte that the log's places name."""
    used = [Remark(each.place, "") for each in log.told]
    lines = Lines([*log.repairs, *log.unused, *used], file)
    log.repairs, log.unused = lines.named(log.repairs), lines.named(log.unused)
    log.told = [
        each._replace(place=named.place)
        for each, named in zip(log.told, lines.named(used), strict=True)
    ]


def _read_json(data: bytes, reading: Reading, zone: ZoneInfo) -> PluginLog:
    records = Records(data, reading)
    events = [
        (f"byte {byte}", record)
        for record, byte in records.at(own_start(data), "a line")
    ]
    if events and all("connector" in record for _place, record in events):
        return stream.read(((place, _texts(each)) for place, each in events), zone)
    if events and all("logger" in record for _place, record in events):
        return simple_history.read(iter(events))
    raise Unreadable(_UNKNOWN)


def _texts(record: dict[str, Any]) -> dict[str, str]:
    return {name: text(record, name) for name in record}


def _read_table(data: bytes, reading: Reading, zone: ZoneInfo) -> PluginLog:
    start = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    made = decoded(data[start:])
    reading.note(made.faults_from(start))
    if b"\0" in made.data:
        raise Unreadable(_UNKNOWN)
    rows = list(_rows(made.data.decode()))
    if any(simple_history.is_row(row) for _place, row in rows):
        return simple_history.read_rows(iter(rows))
    if any(stream.is_row(row, zone) for _place, row in rows):
        return stream.read_rows(iter(rows), zone)
    raise Unreadable(_UNKNOWN)


def _rows(table: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the filled lines of a table as PHP's `fputcsv` writes it.

    After a backslash it doubles no quotation mark.
    """
    reader = csv.reader(io.StringIO(table, newline=""), escapechar="\\")
    first = 1
    try:
        for row in reader:
            if row:
                yield f"line {first}", row
            first = reader.line_num + 1
    except csv.Error as error:
        raise Unreadable(f"it is no table: {error}", place=f"line {first}") from error
