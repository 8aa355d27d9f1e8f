"""A file of plain text as lines: numbered as in the file, of sound characters."""

import hashlib
import re
from bisect import bisect_right
from typing import NamedTuple

from commentarchive.importers.characters import Fault, decoded
from commentarchive.importers.parsed import Unreadable

# Nobody decides on more by hand.
MOST_BYTES = 32 << 20
LONGEST_LINE = 1_000_000
MOST_LINES = 50_000
_line_end = re.compile(rb"\r\n|\n|\r")
_UTF16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_UTF8_MARK = b"\xef\xbb\xbf"
_controls = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
# One control character in so many bytes is an accident; more are no text.
ACCIDENT = 100


class PlainText(NamedTuple):
    """The lines of a text, and where each begins in the file."""

    sha256: str
    lines: list[str]
    bytes: list[int]
    faults: list[Fault]


def plain_text(data: bytes) -> PlainText:
    """Return a text's lines: UTF-8, Windows-1252, or UTF-16 that says so itself.

    Raise Unreadable for what is empty, no text, or more than can be decided by hand.
    """
    if len(data) > MOST_BYTES:
        reason = f"it is larger than {MOST_BYTES >> 20} MiB, too much for plain text"
        raise Unreadable(reason)
    codec = _UTF16.get(data[:2], "")
    if not codec:
        _refuse_binary(data)
    if not data.strip():
        reason = "it is empty"
        raise Unreadable(reason)
    found = _from_utf16(data, codec) if codec else _lines(data)
    text = PlainText(hashlib.sha256(data).hexdigest(), *found)
    if not any(line.strip() for line in text.lines):
        reason = "it is empty"
        raise Unreadable(reason)
    if len(text.lines) > MOST_LINES:
        reason = f"it has more than {MOST_LINES:,} lines"
        raise Unreadable(reason)
    for number, line in enumerate(text.lines, 1):
        if len(line) > LONGEST_LINE:
            reason = f"a line of more than {LONGEST_LINE:,} characters is no paragraph"
            raise Unreadable(reason, place=f"line {number}")
    return text


def is_text(data: bytes) -> bool:
    """Return whether some bytes are readable text."""
    try:
        _refuse_binary(data)
    except Unreadable:
        return False
    return bool(data.strip())


def _refuse_binary(data: bytes) -> None:
    if b"\0" in data:
        reason = "it is no plain text: it holds zero bytes"
        raise Unreadable(reason)
    if len(_controls.findall(data)) * ACCIDENT > len(data):
        reason = "it is no plain text: it is full of control characters"
        raise Unreadable(reason)


def _lines(data: bytes) -> tuple[list[str], list[int], list[Fault]]:
    """Return lines, the byte that each begins at, and what was put right."""
    lines: list[str] = []
    places: list[int] = []
    faults: list[Fault] = []
    start = len(_UTF8_MARK) if data.startswith(_UTF8_MARK) else 0
    while start < len(data):
        end = _line_end.search(data, start)
        found = decoded(data[start : end.start() if end else len(data)])
        faults += found.faults_from(start)
        # A vertical tab or a form feed ends no line of the file.
        lines.append(found.data.decode().replace("\n", " "))
        places.append(start)
        start = end.end() if end else len(data)
    return lines, places, faults


def _from_utf16(data: bytes, codec: str) -> tuple[list[str], list[int], list[Fault]]:
    try:
        text, lost = data[2:].decode(codec), []
    except UnicodeDecodeError as error:
        text = data[2:].decode(codec, "replace")
        reason = "bytes that are not UTF-16; U+FFFD stands for each"
        lost = [Fault(2 + error.start, reason, is_loss=True)]
    _refuse_binary(text.encode())
    lines, places, faults = _lines(text.encode())
    # From bytes of the UTF-8 that was made of it to those of the file.
    starts, byte, place = [], 2, 0
    made = text.encode()
    for start in places:
        byte += len(made[place:start].decode().encode(codec))
        place = start
        starts.append(byte)
    number_of = dict(zip(places, starts, strict=True))
    named = [
        each._replace(byte=number_of[places[bisect_right(places, each.byte) - 1]])
        for each in faults
    ]
    return lines, starts, lost + named
