"""JSON of strangers (RFC 8259), record by record and by its bytes.

Members and elements are found without being parsed, so that each can be refused by
itself, with its byte; what Python's parser lets pass and JSON forbids is refused.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

from commentarchive.importers.parsed import Reading, Unreadable

# Files that are read as a whole; a million comments have less.
MAX_BYTES = 1 << 30
# Python refuses to read longer numbers, and no id or count has them.
MAX_DIGITS = 30
_mark = re.compile(rb"\"[^\"\\]*(?:\\.[^\"\\]*)*\"|[\[\]{},:]", re.DOTALL)
_start = re.compile(rb"\s*([\[{])")
_escaped_half = re.compile(r"\\u[dD][89a-fA-F]")
_half = re.compile("[\ud800-\udfff]")
_space = b" \t\r\n"


class BadRecord(ValueError):
    """A record is none that can be taken; the message says why, quoting nothing."""


class Span(NamedTuple):
    """A stretch of the file: a value, and the name that it has in an object."""

    name: str
    start: int
    end: int


def read_whole(stream: BinaryIO) -> bytes:
    """Return a stream's bytes. Raise Unreadable for more than MAX_BYTES."""
    made = []
    left = MAX_BYTES
    while chunk := stream.read(1 << 20):
        left -= len(chunk)
        if left < 0:
            reason = f"it has more than {MAX_BYTES >> 30} GiB"
            raise Unreadable(reason)
        made.append(chunk)
    return b"".join(made)


def spans(data: bytes, start: int = 0) -> Iterator[Span]:
    """Yield the members of an object or the elements of an array that begins there.

    The last one has the end -1 where the file is cut before it ends.
    """
    opened = _start.match(data, start)
    if opened is None:
        return
    is_object = opened[1] == b"{"
    name, place, depth = "", opened.end(), 1
    for found in _mark.finditer(data, place):
        mark = found[0]
        if mark in b"[{":
            depth += 1
        elif mark in b"]}":
            depth -= 1
            if depth == 0:
                if data[place : found.start()].strip(_space):
                    yield _span(data, name, place, found.start())
                return
        elif depth > 1:
            continue
        elif mark == b":" and is_object:
            name = _name(data[place : found.start()])
            place = found.end()
        elif mark == b",":
            yield _span(data, name, place, found.start())
            name, place = "", found.end()
    yield _span(data, name, place, len(data))._replace(end=-1)


def _span(data: bytes, name: str, start: int, end: int) -> Span:
    while start < end and data[start] in _space:
        start += 1
    while end > start and data[end - 1] in _space:
        end -= 1
    return Span(name, start, end)


def _name(data: bytes) -> str:
    try:
        name = json.loads(data)
    except (ValueError, RecursionError):
        return ""
    return name if isinstance(name, str) else ""


def loads(data: bytes, byte: int, reading: Reading) -> Any:
    """Parse one record strictly; note a repair. Raise BadRecord."""
    try:
        text = data.decode()
        value = _decoder.decode(text)
    except UnicodeDecodeError as error:
        message = "bytes that are not UTF-8"
        raise BadRecord(message) from error
    except RecursionError as error:
        message = "it is nested too deeply"
        raise BadRecord(message) from error
    except json.JSONDecodeError as error:
        message = f"it is no JSON from its character {error.pos + 1} on"
        raise BadRecord(message) from error
    if not _escaped_half.search(text):
        return value
    if not _half.search(json.dumps(value, ensure_ascii=False)):
        return value
    reading.repair(byte, "half of a surrogate pair; replaced by U+FFFD")
    return _whole(value)


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return _half.sub("\ufffd", value)
    if isinstance(value, list):
        return [_whole(each) for each in value]
    if isinstance(value, dict):
        return {_whole(key): _whole(each) for key, each in value.items()}
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        message = "a name stands twice in one object"
        raise BadRecord(message)
    return made


def _number(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        message = f"a number has more than {MAX_DIGITS} digits"
        raise BadRecord(message)
    return int(digits)


def _no_number(word: str) -> Any:
    message = f"{word} is no number that JSON knows"
    raise BadRecord(message)


_decoder = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_number, parse_constant=_no_number
)


class Records:
    """The records of one file: objects at a place of it, each by itself."""

    def __init__(self, data: bytes, reading: Reading) -> None:
        self.data = data
        self._reading = reading

    def members(self) -> dict[str, int]:
        """Return where the value of each member of the outermost object begins."""
        found = list(spans(self.data))
        if found and found[-1].end < 0:
            self._reading.problem(len(self.data), "the file is cut here")
        return {each.name: each.start for each in found}

    def at(self, start: int, what: str) -> Iterator[tuple[dict[str, Any], int]]:
        """Yield the objects of an array with their bytes; report what is not an object.

        What an erasure left in a record's place is passed over, and null is an empty
        array: some programs write it so. Any other value is reported as a loss.
        """
        if start < 0 or self.data.startswith(b"null", start):
            return
        if not self.data.startswith(b"[", start):
            reason = f"there is no list where {what} should stand; it was left out"
            self._reading.problem(start, reason)
            return
        for each in spans(self.data, start):
            if each.end < 0:
                reason = f"the file is cut here, in {what}; what is whole was read"
                self._reading.problem(len(self.data), reason)
                return
            record = self.one(each.start, each.end, what)
            if record is not None:
                yield record, each.start

    def one(self, start: int, end: int, what: str) -> dict[str, Any] | None:
        """Parse one object; None, with a problem, for what is none."""
        data = self.data[start:end]
        if data == b"null":
            return None
        try:
            value = loads(data, start, self._reading)
        except BadRecord as error:
            self._reading.problem(start, f"{what} was left out: {error}")
            return None
        if not isinstance(value, dict):
            self._reading.problem(start, f"{what} was left out: it is no object")
            return None
        return value


def text(record: dict[str, Any], *path: str) -> str:
    """Return a text of a record, or a number as text; "" for anything else."""
    value: Any = record
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)


class ObjectSpans:
    """Records that stand as objects in an array, by their bytes; for erasures."""

    def __init__(self, array: str, *ids: str) -> None:
        """Take the name of the array, "" for the outermost, and of the ids."""
        self._array = array
        names = "|".join(map(re.escape, ids))
        self._id = re.compile(rf'"(?:{names})"\s*:\s*"?([^",}}\s]+)'.encode())

    def end(self, data: bytes) -> int:
        """Find where the object ends that the data begin with; -1 without an end."""
        depth = 0
        for found in _mark.finditer(data):
            if found[0] in b"[{":
                depth += 1
            elif found[0] in b"]}":
                depth -= 1
                if depth <= 0:
                    return found.end()
        return -1

    def fragments(self, data: bytes, source_ids: set[str]) -> Iterator[tuple[int, int]]:
        """Find the records of these ids, whole or not."""
        start = 0
        if self._array:
            start = Records(data, Reading()).members().get(self._array, -1)
        for each in spans(data, start) if start >= 0 else ():
            end = len(data) if each.end < 0 else each.end
            given = self._id.search(data, each.start, end)
            if given and given[1].decode("utf-8", "replace") in source_ids:
                yield each.start, end
