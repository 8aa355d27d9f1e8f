"""Cut a stream of XML into its items, whole or cut short, by its bytes.

Memory is that of the largest item. Element ends inside CDATA sections are not taken
for ends.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

CHUNK = 1 << 20
_ENDS = {b"<![CDATA[": b"]]>", b"<!--": b"-->"}
_marks = re.compile(b"|".join(map(re.escape, _ENDS)))


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the file: where it begins, and whether its end was found."""

    offset: int
    data: bytes
    is_whole: bool
    # Which of the elements it is; empty for the tail.
    element: bytes = b""


class Pieces:
    """The items of a stream, what stands before the first, and after the last."""

    def __init__(self, stream: BinaryIO, *elements: bytes) -> None:
        """Take the names of the elements as they stand in the file, prefix and all."""
        self._stream = stream
        names = b"|".join(re.escape(each) for each in elements)
        self._start = re.compile(b"<(" + names + rb")[>\s/]")
        self._longest = max(map(len, elements)) + len(b"<>")
        self._element = b""
        self._buffer = b""
        self._offset = 0
        self._ended = False
        self.head = self._read_head()
        self.tail = Piece(0, b"", is_whole=True)

    def __iter__(self) -> Iterator[Piece]:
        while True:
            start = self._find_start(0)
            if start < 0:
                self.tail = Piece(self._offset, self._buffer, is_whole=True)
                return
            self._drop(start)
            end = self._find_end()
            if end < 0:
                yield Piece(self._offset, self._buffer, False, self._element)
                self._drop(len(self._buffer))
                self.tail = Piece(self._offset, b"", is_whole=False)
                return
            yield Piece(self._offset, self._buffer[:end], True, self._element)
            self._drop(end)

    def _read_head(self) -> bytes:
        start = self._find_start(0)
        head = self._buffer if start < 0 else self._buffer[:start]
        self._drop(len(head))
        return head

    def _more(self) -> bool:
        chunk = b"" if self._ended else self._stream.read(CHUNK)
        self._ended = not chunk
        self._buffer += chunk
        return bool(chunk)

    def _drop(self, count: int) -> None:
        self._buffer = self._buffer[count:]
        self._offset += count

    def _find_start(self, place: int) -> int:
        """Find the next start tag, reading on as needed; keep what was read."""
        while True:
            if found := self._start.search(self._buffer, place):
                if not _is_inside(self._buffer[: found.start()]):
                    self._element = found[1]
                    return found.start()
                place = found.end()
                continue
            place = max(place, len(self._buffer) - self._longest)
            if not self._more():
                return -1

    def _find_end(self) -> int:
        """Find the end of the item at the buffer's start, outside CDATA."""
        tag_end = self._buffer.find(b">")
        if tag_end > 0 and self._buffer[tag_end - 1 : tag_end] == b"/":
            return tag_end + 1
        place, closing = 0, b"</" + self._element + b">"
        while True:
            found = self._buffer.find(closing, place)
            if found >= 0:
                end = found + len(closing)
                if not _is_inside(self._buffer[:found]):
                    return end
                place = end
                continue
            place = max(0, len(self._buffer) - len(closing))
            # Grow by doubling, so that one long item costs no quadratic copying.
            more = self._stream.read(max(CHUNK, len(self._buffer)))
            if not more:
                return -1
            self._buffer += more


def _is_inside(data: bytes) -> bool:
    """Tell whether a comment or a CDATA section is open at the end of the data.

    Either mark means nothing inside the other. The last one settles most cases; where
    it seems open, everything is gone through from the beginning.
    """
    opened = max(data.rfind(mark) for mark in _ENDS)
    if opened < 0 or data.find(_end_of(data, opened), opened) >= 0:
        return False
    place = 0
    while found := _marks.search(data, place):
        end = _end_of(data, found.start())
        place = data.find(end, found.end())
        if place < 0:
            return True
        place += len(end)
    return False


def _end_of(data: bytes, opened: int) -> bytes:
    return next(end for mark, end in _ENDS.items() if data.startswith(mark, opened))
