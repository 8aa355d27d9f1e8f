"""Isso's comments: its SQLite database, and the generic JSON that it imports.

The database is opened in memory from the bytes that were read, so that nothing is
locked, written or looked up beside them.
"""

import re
import sqlite3
from collections.abc import Iterator
from typing import Any, BinaryIO

from commentarchive.importers.contract import Importer
from commentarchive.importers.dates import epoch, iso
from commentarchive.importers.parsed import (
    ParsedBlog,
    ParsedComment,
    ParsedPost,
    Reading,
    SourceState,
    Unreadable,
    thread_at,
)
from commentarchive.importers.safe_json import (
    BadRecord,
    Records,
    loads,
    read_whole,
    spans,
    text,
)
from commentarchive.text.clean_html import clean

VERSION = 1
SCHEME = "isso"
CANNOT_TELL = (
    "Who answers whom below the second level: Isso stores the first comment only.",
    "Who deleted a comment, its author or a moderator, and when.",
    "Texts and names of deleted comments: Isso blanks them.",
    "It holds the last text of each comment; earlier texts are not kept.",
)
_MAGIC = b"SQLite format 3\0"
_json = re.compile(rb'\s*\[\s*\{\s*"(?:id|title)"\s*:\s*"[^"]*"')
_list = re.compile(rb'"comments"\s*:\s*\[')
# Where the header says how large the file is, and whether changes wait in another
# one (SQLite file format, section 1.3).
_PAGE_SIZE, _PAGES, _LARGEST_PAGE = slice(16, 18), slice(28, 32), 65536
_WRITE_VERSION, _READ_VERSION, _ROLLBACK = 18, 19, 1
_STATES: dict[Any, SourceState] = {1: "live", 2: "pending", 4: "deleted"}
_QUERY = """
    SELECT uri, title, tid, comments.id AS id, parent, created, mode, remote_addr, text,
        author, email, website
    FROM comments LEFT JOIN threads ON threads.id = tid ORDER BY tid, comments.id
"""


def recognises(head: bytes) -> bool:
    """Return whether a file's first bytes are those of Isso's database or JSON."""
    if head.startswith(_MAGIC):
        return b"comments" in head and b"threads" in head and b"uri" in head
    return bool(_json.match(head) and _list.search(head))


class IssoExport:
    """One database or JSON file; articles are identified by their paths on the site."""

    def __init__(self, stream: BinaryIO, reading: Reading) -> None:
        self._stream, self._reading = stream, reading
        self.blog = ParsedBlog()
        # False where changes wait in another file.
        self._is_whole = True

    def posts(self) -> Iterator[ParsedPost]:
        """Yield each thread that has comments."""
        data = read_whole(self._stream)
        threads = self._database(data) if data.startswith(_MAGIC) else self._json(data)
        for address, title, comments, byte in threads:
            self._reading.raw_comments += len(comments)
            self._reading.parsed_comments += len(comments)
            yield thread_at(
                *(SCHEME, address, comments),
                title=title,
                addresses=(address,) if address.startswith(("http", "/")) else (),
                parents="shown",
                is_whole=self._is_whole,
                byte=byte,
            )

    def _database(
        self, data: bytes
    ) -> Iterator[tuple[str, str, list[ParsedComment], int]]:
        header = bytearray(data)
        self._is_whole = header[_WRITE_VERSION] == _ROLLBACK
        if header[_WRITE_VERSION] != _ROLLBACK:
            header[_WRITE_VERSION] = header[_READ_VERSION] = _ROLLBACK
            reason = "its newest changes may be in the file beside it, ending in -wal"
            self._reading.problem(0, reason, loss=False)
        page = int.from_bytes(header[_PAGE_SIZE]) or _LARGEST_PAGE
        if len(data) < page * int.from_bytes(header[_PAGES]):
            reason = "the file is cut here; what is whole before it was read"
            self._reading.problem(len(data), reason)
        database = sqlite3.connect(":memory:")
        database.text_factory = lambda found: found.decode("utf-8", "replace")
        try:
            database.deserialize(bytes(header))
            database.execute("PRAGMA trusted_schema = OFF")
            database.set_authorizer(_only_reading)
            yield from self._threads(database.execute(_QUERY))
        except sqlite3.DatabaseError as error:
            reason = f"its database cannot be read ({error})"
            raise Unreadable(reason) from error
        except UnicodeDecodeError as error:
            # SQLite's own message quotes a name of the schema that is not UTF-8.
            reason = "its database cannot be read (a name in it is not UTF-8)"
            raise Unreadable(reason) from error
        finally:
            database.close()

    def _threads(
        self, rows: sqlite3.Cursor
    ) -> Iterator[tuple[str, str, list[ParsedComment], int]]:
        thread: object = None
        address = title = ""
        comments: list[ParsedComment] = []
        names = [name for name, *_nothing in rows.description]
        for values in rows:
            row = dict(zip(names, values, strict=True))
            if comments and row["tid"] != thread:
                yield address, title, comments, 0
                comments = []
            thread, address = row["tid"], str(row["uri"] or "")
            title = str(row["title"] or "")
            if row["uri"] is None:
                reason = f"thread {thread} of comment {row['id']} is not in the file"
                self._reading.problem(0, reason, loss=False)
            comments.append(self._row(row))
        if comments:
            yield address, title, comments, 0

    def _row(self, row: dict[str, Any]) -> ParsedComment:
        state = _STATES.get(row["mode"], "unknown")
        if state == "unknown":
            reason = f"comment {row['id']}: its mode is none that Isso has"
            self._reading.problem(0, reason, loss=False)
        return _comment(
            {key: "" if value is None else value for key, value in row.items()},
            state,
            0,
        )

    def _json(self, data: bytes) -> Iterator[tuple[str, str, list[ParsedComment], int]]:
        records = Records(data, self._reading)
        for thread in spans(data):
            if thread.end < 0:
                reason = "the file is cut here; every whole comment before it was read"
                self._reading.problem(len(data), reason)
            fields: dict[str, str] = {}
            comments: list[ParsedComment] = []
            for each in spans(data, thread.start):
                if each.name == "comments":
                    for record, byte in records.at(each.start, "a comment"):
                        comments.append(_comment(record, "live", byte))
                elif each.end > 0:
                    value = data[each.start : each.end]
                    fields[each.name] = self._text(value, each.start)
            yield fields.get("id", ""), fields.get("title", ""), comments, thread.start

    def _text(self, data: bytes, byte: int) -> str:
        try:
            value = loads(data, byte, self._reading)
        except BadRecord as error:
            self._reading.problem(byte, f"a thread's own data were left out: {error}")
            return ""
        return value if isinstance(value, str) else ""


def _only_reading(action: int, *_names: object) -> int:
    allowed = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION}
    return sqlite3.SQLITE_OK if action in allowed else sqlite3.SQLITE_DENY


def _comment(record: dict[str, Any], state: SourceState, byte: int) -> ParsedComment:
    raw = text(record, "text")
    cleaned = clean(raw, "markdown")
    created = record.get("created")
    return ParsedComment(
        source_id=text(record, "id")[:200],
        parent_id=text(record, "parent")[:200],
        kind="comment",
        state=state,
        name=text(record, "author"),
        link=text(record, "website"),
        email=text(record, "email"),
        ip=text(record, "remote_addr"),
        when=iso(created) if isinstance(created, str) else epoch(created),
        raw=raw,
        form="markdown",
        html=cleaned.html,
        plain=cleaned.plain,
        byte=byte,
    )


IMPORTER = Importer(
    name="isso",
    label="database or JSON of Isso",
    version=VERSION,
    recognises=recognises,
    open=IssoExport,
    cutting=None,
    cannot_tell=CANNOT_TELL,
    numbers_in_turn=True,
)
