"""Isso's comments: its SQLite database, and the generic JSON that it imports.

The database is opened in memory from the bytes that were read, so that nothing is
locked, written or looked up beside them.
"""

import re
import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from commentarchive.importers.beginnings import own_start
from commentarchive.importers.characters import decoded
from commentarchive.importers.contract import Importer
from commentarchive.importers.dates import epoch, iso
from commentarchive.importers.json_shape import check_end, first_of, without_warnings
from commentarchive.importers.parsed import (
    ParsedBlog,
    ParsedComment,
    ParsedPost,
    Reading,
    SourceState,
    Unreadable,
    held_back,
    parent_of,
    thread_at,
)
from commentarchive.importers.php_warnings import without_between_strings
from commentarchive.importers.pictures import shortened
from commentarchive.importers.safe_json import (
    BadRecord,
    Records,
    loads,
    read_whole,
    spans,
    text,
)
from commentarchive.importers.second_count import compare_counts, count_starts
from commentarchive.importers.unread import Unread
from commentarchive.text.clean_html import clean
from commentarchive.threads.evidence import Rank

VERSION = 2
SCHEME = "isso"
CANNOT_TELL = (
    "Who answers whom below the second level: Isso stores the first comment only.",
    "Who deleted a comment, its author or a moderator, and when.",
    "Texts and names of deleted comments: Isso blanks them.",
    "It holds the last text of each comment; earlier texts are not kept.",
)
_MAGIC = b"SQLite format 3\0"
# As its schema names them, which stands on the first page.
_tables = (
    re.compile(rb"CREATE TABLE [\"'`\[]?comments\b", re.IGNORECASE),
    re.compile(rb"CREATE TABLE [\"'`\[]?threads\b[^;]*?\buri\b", re.IGNORECASE),
)
_begun = re.compile(rb'(?<!\\)"created"\s*:')
_THREAD = frozenset({"id", "title", "comments"})
_FIELDS = frozenset(
    {
        *("id", "author", "email", "website", "remote_addr", "created", "text"),
        *("parent", "modified", "mode", "likes", "dislikes", "voters", "tid"),
        *("notification", "hash"),
    }
)
# Where the header says how large the file is, and whether changes wait in another
# one (SQLite file format, section 1.3).
_PAGE_SIZE, _PAGES, _LARGEST_PAGE = slice(16, 18), slice(28, 32), 65536
_WRITE_VERSION, _READ_VERSION, _ROLLBACK = 18, 19, 1
_COUNTER, _COUNTED_AT = slice(24, 28), slice(92, 96)
_HEADER = 100
# What one value may hold: no comment that people wrote is longer.
_MOST_BYTES = 64 << 20
# Steps of SQLite's machine: for any file, for each byte of it, between two looks.
_STEPS, _STEPS_A_BYTE, _STEPS_A_LOOK = 20_000_000, 10, 100_000
_SLOW = "reading it takes longer than any file of its size should"
_STATES: dict[Any, SourceState] = {1: "live", 2: "pending", 4: "deleted"}
_QUERY = """
    SELECT uri, title, tid, comments.id AS id, parent, created, mode, remote_addr, text,
        author, email, website{}
    FROM comments LEFT JOIN threads ON threads.id = tid ORDER BY tid, comments.id
"""
_KNOWN = 12
_THREAD_COLUMNS = frozenset({"id", "uri", "title"})


def recognises(head: bytes) -> bool:
    """Return whether a file's first bytes are those of Isso's database or JSON."""
    if head.startswith(_MAGIC):
        return all(table.search(head) for table in _tables)
    return _is_json(without_warnings(head))


def _is_json(head: bytes) -> bool:
    """Return whether JSON begins with a thread, its members in any order."""
    names = first_of(head, own_start(head))
    if not head.startswith(b"[", names.get("comments", 0)) or "comments" not in names:
        return False
    if not names.keys().isdisjoint({"id", "title"}):
        return True
    # A first thread that is longer than what was read of the file.
    comment = first_of(head, names["comments"])
    return bool(comment) and comment.keys() <= _FIELDS


class IssoExport:
    """One database or JSON file; articles are identified by their paths on the site."""

    def __init__(self, stream: BinaryIO, reading: Reading) -> None:
        self._stream, self._reading = stream, reading
        self._unread = Unread(reading)
        self.blog = ParsedBlog()
        # False where changes wait in another file.
        self._is_whole = True
        self._begun = 0

    def posts(self) -> Iterator[ParsedPost]:
        """Yield each thread that has comments."""
        data = read_whole(self._stream)
        is_database = data.startswith(_MAGIC)
        threads = self._database(data) if is_database else self._json(data)
        for address, title, comments, byte in threads:
            self._reading.parsed_comments += len(comments)
            yield thread_at(
                *(SCHEME, address, comments),
                title=title,
                addresses=(address,) if address.startswith(("http", "/")) else (),
                parents="shown",
                is_whole=self._is_whole,
                byte=byte,
            )
        self._unread.report()
        compare_counts(self._reading, self._begun, len(data))

    def _database(
        self, data: bytes
    ) -> Iterator[tuple[str, str, list[ParsedComment], int]]:
        header = bytearray(data[:_HEADER])
        self._is_whole = header[_WRITE_VERSION] == _ROLLBACK
        if header[_WRITE_VERSION] != _ROLLBACK:
            header[_WRITE_VERSION] = header[_READ_VERSION] = _ROLLBACK
            data = bytes(header) + data[_HEADER:]
            reason = "its newest changes may be in the file beside it, ending in -wal"
            self._reading.problem(0, reason, loss=False)
        page = int.from_bytes(header[_PAGE_SIZE]) or _LARGEST_PAGE
        size = page * int.from_bytes(header[_PAGES])
        # Old versions of SQLite do not keep the size up to date.
        is_told = size and header[_COUNTER] == header[_COUNTED_AT]
        if is_told and data[size:].strip(b"\0"):
            reason = "more follows after the end of its database; not read"
            self._reading.problem(size, reason)
        if len(data) < size:
            reason = "the file is cut here; what is whole before it was read"
            self._reading.problem(len(data), reason)
        database = sqlite3.connect(":memory:")
        database.text_factory = self._decoded
        try:
            database.deserialize(data)
            database.execute("PRAGMA trusted_schema = OFF")
            database.set_authorizer(_only_reading)
            _limit(database, len(data))
            yield from self._threads(database)
            counted = database.execute("SELECT count(*) FROM comments")
            self._begun = counted.fetchone()[0]
        except sqlite3.DatabaseError as error:
            is_slow = getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_INTERRUPT
            reason = _SLOW if is_slow else f"its database cannot be read ({error})"
            raise Unreadable(reason) from error
        except UnicodeDecodeError as error:
            # SQLite's own message quotes a name of the schema that is not UTF-8.
            reason = "its database cannot be read (a name in it is not UTF-8)"
            raise Unreadable(reason) from error
        finally:
            database.close()

    def _decoded(self, data: bytes) -> str:
        """Decode a text of the database, which has no lines to name a place by."""
        found = decoded(data)
        self._reading.note(each._replace(byte=0) for each in found.faults)
        return shortened(found.data, 0, self._reading).decode()

    def _threads(
        self, database: sqlite3.Connection
    ) -> Iterator[tuple[str, str, list[ParsedComment], int]]:
        thread: object = None
        address = title = ""
        comments: list[ParsedComment] = []
        of_comments = _unknown_columns(database, "comments", _FIELDS)
        of_threads = _unknown_columns(database, "threads", _THREAD_COLUMNS)
        more = "".join(f", {each}" for each in [*of_comments, *of_threads])
        rows = database.execute(_QUERY.format(more))
        names = [name for name, *_nothing in rows.description][:_KNOWN]
        for values in rows:
            row = dict(zip(names, values, strict=False))
            if comments and row["tid"] != thread:
                yield address, title, comments, 0
                comments = []
            thread, address = row["tid"], str(row["uri"] or "")
            title = str(row["title"] or "")
            if row["uri"] is None:
                reason = (
                    f"thread {thread} of comment {row['id']} is not in the file; kept "
                    "for staff only"
                )
                self._reading.problem(0, reason, loss=False)
            rest = values[_KNOWN:]
            told = dict(zip(of_comments.values(), rest, strict=False))
            of_thread = dict(
                zip(of_threads.values(), rest[len(of_comments) :], strict=True)
            )
            hides = (
                # Isso finds comments by the addresses of their threads.
                row["uri"] is None,
                self._unread.fields(told, (), "a comment", 0),
                self._unread.fields(of_thread, (), "a thread", 0),
            )
            comment = self._row(row)
            comments.append(held_back(comment) if any(hides) else comment)
        if comments:
            yield address, title, comments, 0

    def _row(self, row: dict[str, Any]) -> ParsedComment:
        return _comment(
            {key: "" if value is None else value for key, value in row.items()},
            self._mode(row, 0),
            0,
        )

    def _mode(self, row: Mapping[str, Any], byte: int) -> SourceState:
        """Return the state of a comment; only the JSON may leave it out."""
        mode = row.get("mode", 1)
        state: SourceState = "unknown"
        # True is 1 in Python, and no mode.
        if isinstance(mode, int) and not isinstance(mode, bool):
            state = _STATES.get(mode, "unknown")
        if state == "unknown":
            reason = f"comment {row.get('id')}: its mode is none that Isso has"
            self._reading.problem(byte, reason, loss=False)
        return state

    def _json(self, data: bytes) -> Iterator[tuple[str, str, list[ParsedComment], int]]:
        if not data.startswith((b"[", b"{"), own_start(data)):
            reason = "it is neither Isso's database nor a list in JSON"
            raise Unreadable(reason)
        data = without_between_strings(data, own_start(data), self._reading)
        records = Records(data, self._reading)
        self._begun = count_starts(data, _begun)
        check_end(data, own_start(data), self._reading)
        for thread in spans(data):
            if thread.end < 0:
                reason = "the file is cut here; every whole comment before it was read"
                self._reading.problem(len(data), reason)
            fields: dict[str, str] = {}
            comments: list[ParsedComment] = []
            is_hidden = False
            has_list = data.startswith(b"null", thread.start)
            records.note_comma(thread.end)
            for each in spans(data, thread.start):
                records.note_comma(each.end)
                if each.name == "comments":
                    has_list = True
                    comments += self._records(records, each.start)
                elif each.name not in _THREAD:
                    value = self._value(data[each.start : each.end], each.start)
                    is_hidden |= self._unread.fields(
                        {each.name: value}, _THREAD, "a thread", each.start
                    )
                elif each.end > 0:
                    value = data[each.start : each.end]
                    fields[each.name] = self._text(value, each.start)
            if not has_list:
                reason = "a record has no list of comments; it was left out"
                self._reading.problem(thread.start, reason)
            if is_hidden:
                comments = list(map(held_back, comments))
            yield fields.get("id", ""), fields.get("title", ""), comments, thread.start

    def _records(self, records: Records, start: int) -> Iterator[ParsedComment]:
        for record, byte in records.at(start, "a comment"):
            is_hidden = self._unread.fields(record, _FIELDS, "a comment", byte)
            comment = _comment(record, self._mode(record, byte), byte)
            yield held_back(comment) if is_hidden else comment

    def _text(self, data: bytes, byte: int) -> str:
        value = self._value(data, byte)
        return value if isinstance(value, str) else ""

    def _value(self, data: bytes, byte: int) -> Any:
        try:
            return loads(data, byte, self._reading)
        except BadRecord as error:
            self._reading.problem(byte, f"a thread's own data were left out: {error}")
            return ""


def _unknown_columns(
    database: sqlite3.Connection, table: str, known: frozenset[str]
) -> dict[str, str]:
    """Return the columns of a table that are not known, as SQL names them."""
    found = database.execute(f"SELECT * FROM {table} LIMIT 0").description  # noqa: S608
    return {
        table + '."' + name.replace('"', '""') + '"': name
        for name, *_nothing in found
        if name not in known
    }


def _limit(database: sqlite3.Connection, size: int) -> None:
    """Hold a database to reading, to values of sane length, and to so many steps.

    Its tables may be views that compute anything.
    """
    database.set_authorizer(_only_reading)
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MOST_BYTES)
    database.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    looks_left = (_STEPS + _STEPS_A_BYTE * size) // _STEPS_A_LOOK

    def is_too_much() -> bool:
        nonlocal looks_left
        looks_left -= 1
        return looks_left < 0

    database.set_progress_handler(is_too_much, _STEPS_A_LOOK)


def _only_reading(action: int, *_names: object) -> int:
    allowed = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION}
    return sqlite3.SQLITE_OK if action in allowed else sqlite3.SQLITE_DENY


def _comment(record: dict[str, Any], state: SourceState, byte: int) -> ParsedComment:
    raw = text(record, "text")
    cleaned = clean(raw, "markdown")
    created = record.get("created")
    source_id = text(record, "id")[:200]
    return ParsedComment(
        source_id=source_id,
        parent_id=parent_of(text(record, "parent"), source_id),
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
    origin="service",
    rank=Rank.EXPORT,
    extent="all",
    unstated="shown",
    leaves_out_spam=False,
    numbers_articles=False,
    tells_kinds=True,
    recognises=recognises,
    open=IssoExport,
    cutting=None,
    cannot_tell=CANNOT_TELL,
    numbers_in_turn=True,
)
