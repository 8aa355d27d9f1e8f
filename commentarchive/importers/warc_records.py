"""The records of a web archive, counted in its bytes while something else reads them.

That count knows nothing of lengths and payloads: what a reader of records steps over
without a word shows as a difference.
"""

import re
from collections import Counter
from collections.abc import Mapping
from typing import BinaryIO

_head = re.compile(
    rb"WARC/1\.\d\r?\n(?:(?!WARC-Type:)[^\r\n]{1,8000}\r?\n){0,100}"
    rb"WARC-Type:[ \t]*([A-Za-z-]{1,40})[ \t]*\r?\n",
    re.IGNORECASE,
)
_MARK = b"WARC/1."
# The longest head of a record that is looked for.
_LONGEST = 1 << 16


class RecordCounter:
    """A stream that only goes forward, and counts the heads of records in it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._place = stream, 0
        # What every record ends with: two line ends.
        self.last = b""
        self.types: Counter[str] = Counter()
        self._tail = b"\n\n"

    def read(self, size: int = -1) -> bytes:
        """Read some bytes and count what begins in them."""
        data = self._stream.read(size)
        self._place += len(data)
        self.last = (self.last + data)[-4:]
        if data:
            self._count(data)
        return data

    def tell(self) -> int:
        """Return how many bytes were read."""
        return self._place

    def drain(self) -> None:
        """Count what is left in bytes that were read."""
        self._count(b"", is_end=True)

    def _count(self, data: bytes, *, is_end: bool = False) -> None:
        text = self._tail + data
        place = 0
        while (found := text.find(_MARK, place)) >= 0:
            if len(text) - found < _LONGEST and not is_end:
                # Its head may not be all there yet.
                self._tail = text[max(0, found - 4) :]
                return
            is_start = text[max(0, found - 4) : found].endswith((b"\n\n", b"\r\n\r\n"))
            match = _head.match(text, found) if is_start else None
            if match:
                self.types[match[1].decode().lower()] += 1
            place = found + len(_MARK)
        self._tail = b"" if is_end else text[max(place, len(text) - 16) :]


def types_in_words(types: Mapping[str, int]) -> str:
    """Return counts of records as words: "3 response, 1 resource"."""
    return ", ".join(f"{number} {kind}" for kind, number in sorted(types.items()))
