"""Places in a file as people find them: its line, and its byte."""

import re
from bisect import bisect_left
from collections.abc import Iterable
from typing import BinaryIO

from commentarchive.importers.parsed import Remark

CHUNK = 1 << 20
_byte = re.compile(r"byte (\d+)")
# A database has no lines.
_DATABASE = b"SQLite format 3\0"


class Lines:
    """The lines of the bytes that some remarks name, counted in one pass."""

    def __init__(self, remarks: Iterable[Remark], stream: BinaryIO) -> None:
        """Take remarks that name bytes of the stream."""
        found = (_byte.fullmatch(each.place) for each in remarks)
        places = sorted({int(each[1]) for each in found if each})
        lines = _lines(places, stream)
        self._places = {
            f"byte {byte}": f"line {line}, byte {byte}"
            for byte, line in zip(places, lines, strict=bool(lines))
        }

    def named(self, remarks: Iterable[Remark]) -> list[Remark]:
        """Return the remarks with lines beside their bytes."""
        return [
            each._replace(place=self._places.get(each.place, each.place))
            for each in remarks
        ]


def _lines(places: list[int], stream: BinaryIO) -> list[int]:
    """Return the line of each byte in order; nothing for what has no lines."""
    found: list[int] = []
    line, start, after = 1, 0, 0
    while len(found) < len(places) and (chunk := stream.read(CHUNK)):
        if not start and chunk.startswith(_DATABASE):
            return []
        before = 0
        for place in places[len(found) : bisect_left(places, start + len(chunk))]:
            line += chunk.count(b"\n", before, place - start)
            before = place - start
            found.append(line)
        line += chunk.count(b"\n", before)
        start += len(chunk)
        after = chunk.endswith(b"\n")
    # Those past the end are on the last line, and no line begins after its end.
    return found + [line - after] * (len(places) - len(found))
