"""Records counted a second time by their bytes alone, by something that reads nothing.

An importer that lost a record cannot know it; a pattern that every record begins with
can be counted without understanding any of them.
"""

import re
from typing import BinaryIO

from commentarchive.importers.parsed import Reading

# No beginning of a record is longer than this.
_LONGEST = 1 << 10


class CountedStream:
    """A stream that counts on the way how often a pattern begins in its bytes."""

    def __init__(self, stream: BinaryIO, pattern: re.Pattern[bytes]) -> None:
        self._stream, self._pattern = stream, pattern
        self._kept = b""
        self.number = 0

    def read(self, size: int = -1) -> bytes:
        """Read from the stream; at its end, what was kept back is counted as well."""
        chunk = self._stream.read(size)
        data = self._kept + chunk
        # What begins near the end may go on in the next chunk.
        end = len(data) - (_LONGEST if chunk else 0)
        place = 0
        for found in self._pattern.finditer(data):
            if found.start() >= end:
                break
            self.number += 1
            place = found.end()
        self._kept = data[max(end, place, 0) :]
        return chunk


def count_starts(data: bytes, pattern: re.Pattern[bytes]) -> int:
    """Count how often a pattern stands in bytes that are there as a whole."""
    return sum(1 for _found in pattern.finditer(data))


def compare_counts(reading: Reading, begun: int, byte: int) -> None:
    """Set the second count of comments, and report where it differs from the first.

    `byte` is the place of the remark: the end of the file.
    """
    reading.raw_comments = begun
    if begun != reading.parsed_comments:
        reading.problem(
            byte,
            f"{begun} comments begin in the file and "
            f"{reading.parsed_comments} could be read",
        )
