"""JSON of strangers (RFC 8259), record by record and by its bytes.

Members and elements are found without being parsed, so that each can be refused by
itself, with its byte; what Python's parser lets pass and JSON forbids is refused. A
wrong byte inside a text costs that byte, and is named.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, NamedTuple

from commentarchive.importers.beginnings import has_stray_bytes, own_start
from commentarchive.importers.characters import (
    CONTROLS,
    HALF,
    Fault,
    decoded,
    sound_text,
)
from commentarchive.importers.parsed import Reading, Unreadable
from commentarchive.importers.php_warnings import without_between_strings
from commentarchive.importers.pictures import (
    MAX_TEXT,
    PICTURES,
    TOO_LONG,
    first_picture,
    without_pictures,
)

# Files that are read as a whole; a million comments have less.
MAX_BYTES = 1 << 30
# Python refuses to read longer numbers, and no id or count has them.
MAX_DIGITS = 30
# A text that has no end goes on to the end.
_mark = re.compile(rb"\"[^\"\\]*+(?:\\.[^\"\\]*+)*+(?:\"|\Z)|[\[\]{},:]", re.DOTALL)
_opening = re.compile(rb"\s*([\[{])")
_half = re.compile("[\ud800-\udfff]")
# Escapes of what no text can hold: half of a character, and other odd ones. Pairs of
# halves and escaped backslashes are passed over.
_escape = re.compile(
    r"\\(?:\\|u[dD][89abAB]\w\w\\u[dD][c-fC-F]\w\w|(u[dD][89a-fA-F])"
    r"|(u00[01]|u00[89]|u[fF]{3}[eEfF]|[bf]))"
)
# A text, or a number or a word with a character that none has.
_string_or_broken = re.compile(
    r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\Z)|([\w.+-]*[^\x00-\x7f][^\s,:{}\[\]"]*)',
    re.DOTALL,
)
_UNESCAPED = "a line end or a tab that is not escaped; taken as it is"
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


def read_json(stream: BinaryIO, reading: Reading) -> bytes:
    """Return a stream's bytes without the warnings of PHP that stand between values.

    Of the same length as the file; each is noted by its byte.
    """
    data = read_whole(stream)
    return without_between_strings(data, own_start(data), reading)


def spans(data: bytes, start: int = 0) -> Iterator[Span]:
    """Yield the members of an object or the elements of an array that begins there.

    The last one has the end -1 where the file is cut before it ends.
    """
    opened = _opening.match(data, start or own_start(data))
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
    """Parse one record strictly; note what was put right. Raise BadRecord."""
    found = decoded(data)
    faults = found.faults_from(byte)
    plain, picture = found.data, first_picture(found.data)
    if picture >= 0:
        faults.append(Fault(byte + found.byte(picture), PICTURES))
        plain = without_pictures(plain)
    text = plain.decode()
    try:
        value = _parsed(_quoted(text) if faults else text, byte, faults)
    except RecursionError as error:
        message = "it is nested too deeply"
        raise BadRecord(message) from error
    except json.JSONDecodeError as error:
        message = f"it is no JSON from its character {error.pos + 1} on"
        raise BadRecord(message) from error
    odd = _first_odd(text)
    if odd or len(text) > MAX_TEXT:
        value = _mended(value, byte, odd, faults)
    reading.note(faults)
    return value


def _quoted(text: str) -> str:
    """Return JSON with numbers and words in which a byte broke as texts."""
    return _string_or_broken.sub(
        lambda found: f'"{found[1]}"' if found[1] else found[0], text
    )


def _parsed(text: str, byte: int, faults: list[Fault]) -> Any:
    try:
        return _decoder.decode(text)
    except json.JSONDecodeError as error:
        if not error.msg.startswith("Invalid control character"):
            raise
        value = _lenient.decode(text)
        place = byte + len(text[: error.pos].encode())
        faults.append(Fault(place, _UNESCAPED))
        return value


def _first_odd(text: str) -> dict[str, int]:
    """Return where the first half of a character and other odd escape stand."""
    places: dict[str, int] = {}
    for found in _escape.finditer(text):
        kind = HALF if found[1] else CONTROLS if found[2] else ""
        if kind and kind not in places:
            places[kind] = len(text[: found.start()].encode())
    return places


def _mended(value: Any, byte: int, odd: dict[str, int], faults: list[Fault]) -> Any:
    """Put right the texts of a record; each kind of fault is noted once."""
    kinds: dict[str, bool] = {}

    def mend(words: str) -> str:
        if _half.search(words):
            kinds[HALF] = True
            words = _half.sub("\ufffd", words)
        words, found = sound_text(words)
        kinds.update((each.reason, each.is_loss) for each in found)
        if len(words) > MAX_TEXT:
            kinds[TOO_LONG] = True
        return words[:MAX_TEXT]

    value = _whole(value, mend)
    for reason, is_loss in kinds.items():
        place = odd.get(reason, odd.get(CONTROLS, 0))
        faults.append(Fault(byte + place, reason, is_loss))
    return value


def _whole(value: Any, mend: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return mend(value)
    if isinstance(value, list):
        return [_whole(each, mend) for each in value]
    if isinstance(value, dict):
        return {mend(key): _whole(each, mend) for key, each in value.items()}
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


_rules: Any = {
    "object_pairs_hook": _object,
    "parse_int": _number,
    "parse_constant": _no_number,
}
_decoder = json.JSONDecoder(**_rules)
_lenient = json.JSONDecoder(**_rules, strict=False)
_comma_at_end = re.compile(rb"\s*,\s*[\]}]")


class Records:
    """The records of one file: objects at a place of it, each by itself."""

    def __init__(self, data: bytes, reading: Reading) -> None:
        self.data = data
        self._reading = reading
        if has_stray_bytes(data, own_start(data), is_markup=False):
            reading.repair(0, "text before the JSON; left out")

    def members(self) -> dict[str, int]:
        """Return where the value of each member of the outermost object begins."""
        found = list(spans(self.data))
        if found and found[-1].end < 0:
            self._reading.problem(len(self.data), "the file is cut here")
        elif found:
            self.note_comma(found[-1].end)
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
        end = start
        for each in spans(self.data, start):
            if each.end < 0:
                reason = f"the file is cut here, in {what}; what is whole was read"
                self._reading.problem(len(self.data), reason)
                return
            end = each.end
            record = self.one(each.start, end, what)
            if record is not None:
                yield record, each.start
        self.note_comma(end)

    def note_comma(self, end: int) -> None:
        """Note a comma behind the last of several values, which JSON does not allow."""
        if _comma_at_end.match(self.data, end):
            self._reading.repair(end, "a comma that no value follows; left out")

    def lines(self, what: str) -> Iterator[tuple[dict[str, Any], int]]:
        """Yield the objects of a file with one on each line, with their bytes."""
        place = own_start(self.data)
        for whole in self.data[place:].splitlines(keepends=True):
            start, place = place, place + len(whole)
            line = whole.rstrip()
            if not line:
                continue
            if place == len(self.data) and not line.endswith((b"}", b"null")):
                reason = f"the file is cut here; every whole {what} before it was read"
                self._reading.problem(place, reason)
                return
            record = self.one(start, start + len(line), f"a {what}")
            if record is not None:
                yield record, start

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


def object_end(data: bytes) -> int:
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
