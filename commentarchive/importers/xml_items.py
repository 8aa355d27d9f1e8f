"""The items of an XML stream, whole or cut short, found by their bytes.

Memory is that of the largest item, up to a limit; what is longer is cut there. An end
tag inside a CDATA section ends nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

CHUNK = 1 << 20
# Several times as many comments as any article has, or a thousand large pictures.
MAX_ITEM = 128 << 20
TOO_LONG = f"a record of more than {MAX_ITEM >> 20} MiB; what is beyond was left out"
# A file with more of them is none that is read to learn what they are.
MAX_STRAYS = 1000
_ENDS = {b"<![CDATA[": b"]]>", b"<!--": b"-->"}
_marks = re.compile(b"|".join(map(re.escape, _ENDS)))
_first_tag = re.compile(rb"<([A-Za-z_][\w:.-]*)")


@dataclass(frozen=True, slots=True)
class XmlItem:
    """An item's bytes, where it begins in the file, and whether its end was found."""

    offset: int
    data: bytes
    is_whole: bool
    # The name of its element; empty for what stands after the last item.
    element: bytes = b""
    # It has more than MAX_ITEM bytes; these are the first of them.
    is_too_long: bool = False


class XmlItems:
    """The items of a stream, what stands before the first, and after the last."""

    def __init__(self, stream: BinaryIO, *elements: bytes) -> None:
        """Take the names of the elements as they stand in the file, prefix and all."""
        self._stream = stream
        names = b"|".join(re.escape(name) for name in elements)
        self._start = re.compile(b"<(" + names + rb")[>\s/]")
        self._longest = max(map(len, elements)) + len(b"<>")
        self._element = b""
        # What was read; `_place` is where in it the part begins that was not given yet.
        self._buffer, self._place = bytearray(), 0
        self._buffer_offset = 0
        start = self._find_start()
        self.head = self._take(start if start >= 0 else self._end_of_content())
        # What stands between the items, with its place; blanks apart.
        self.strays: list[tuple[int, bytes]] = []
        self.tail = XmlItem(0, b"", is_whole=True)

    def __iter__(self) -> Iterator[XmlItem]:
        while True:
            start = self._find_start()
            before = self._take(start)
            if start < 0:
                offset = self._offset() - len(before)
                self.tail = XmlItem(offset, before, is_whole=True)
                return
            if before.strip() and len(self.strays) < MAX_STRAYS:
                self.strays.append((self._offset() - len(before), before))
            offset, end = self._offset(), self._find_end()
            is_too_long = end < 0 and self._waiting() > MAX_ITEM
            length = MAX_ITEM if is_too_long else end
            # Held by whoever reads it alone.
            yield XmlItem(
                *(offset, self._take(length), end >= 0, self._element, is_too_long)
            )
            if is_too_long:
                self._skip()
            elif end < 0:
                self.tail = XmlItem(self._offset(), b"", is_whole=False)
                return

    def _end_of_content(self) -> int:
        """Return where the end tags begin of a file without items; -1 without them."""
        data = self._buffer
        root = _first_tag.search(data)
        end = data.rfind(b"</" + root[1]) if root else -1
        if end >= 0 and (before := data[:end].rstrip()).endswith(b"</channel>"):
            return len(before) - len(b"</channel>")
        return end

    def _offset(self) -> int:
        return self._buffer_offset + self._place

    def _waiting(self) -> int:
        return len(self._buffer) - self._place

    def _skip(self) -> None:
        """Go on to the next end tag of the item, wherever that stands."""
        closing = b"</" + self._element + b">"
        while (found := self._buffer.find(closing, self._place)) < 0:
            self._place = max(self._place, len(self._buffer) - len(closing) + 1)
            if not self._read_on(CHUNK):
                self._place = len(self._buffer)
                return
        self._place = found + len(closing)

    def _take(self, length: int) -> bytes:
        """Return so many bytes, or with -1 all that are left, and go past them."""
        end = len(self._buffer) if length < 0 else self._place + length
        with memoryview(self._buffer) as waiting:
            taken = bytes(waiting[self._place : end])
        self._place = end
        if end > CHUNK:
            self._forget()
        return taken

    def _forget(self) -> None:
        """Let go of what was given already, which may be a hundred megabytes."""
        del self._buffer[: self._place]
        self._buffer_offset += self._place
        self._place = 0

    def _read_on(self, size: int) -> bool:
        """Read more into the buffer; return False at the end of the stream."""
        chunk = self._stream.read(size)
        if chunk:
            self._forget()
            self._buffer += chunk
        return bool(chunk)

    def _find_start(self) -> int:
        """Return how far off the next start tag is, reading on as needed; or -1."""
        searched = 0
        while True:
            found = self._start.search(self._buffer, self._place + searched)
            if found is None:
                searched = max(searched, self._waiting() - self._longest)
                if not self._read_on(CHUNK):
                    return -1
            elif _is_inside(self._buffer, self._place, found.start()):
                searched = found.end() - self._place
            else:
                self._element = found[1]
                return found.start() - self._place

    def _find_end(self) -> int:
        """Return the length of the item that begins here, or -1 without an end."""
        searched = 0
        while (tag_end := self._buffer.find(b">", self._place + searched)) < 0:
            searched = self._waiting()
            if searched > MAX_ITEM or not self._read_on(CHUNK):
                return -1
        if self._buffer[tag_end - 1 : tag_end] == b"/":
            return tag_end + 1 - self._place
        searched, closing = 0, b"</" + self._element + b">"
        while True:
            found = self._buffer.find(closing, self._place + searched)
            if found < 0:
                waiting = self._waiting()
                searched = max(searched, waiting - len(closing))
                if waiting > MAX_ITEM or not self._read_on(CHUNK):
                    return -1
                continue
            if not _is_inside(self._buffer, self._place, found):
                return found + len(closing) - self._place
            searched = found + len(closing) - self._place


def _is_inside(data: bytearray, start: int, stop: int) -> bool:
    """Return whether a comment or a CDATA section of a part is open at its end.

    A mark means nothing inside the other kind of section. Mostly the last mark is
    enough; only where it seems open is everything read from the beginning.
    """
    opened = max(data.rfind(mark, start, stop) for mark in _ENDS)
    if opened < 0 or data.find(_end_of(data, opened), opened, stop) >= 0:
        return False
    place = start
    while found := _marks.search(data, place, stop):
        end = _end_of(data, found.start())
        place = data.find(end, found.end(), stop)
        if place < 0:
            return True
        place += len(end)
    return False


def _end_of(data: bytearray, opened: int) -> bytes:
    return next(end for mark, end in _ENDS.items() if data.startswith(mark, opened))
