"""Where the records of a file begin and end, by its bytes alone, for an erasure."""

import re
from collections.abc import Iterator

from commentarchive.importers.contract import JSON_MARKER, XML_MARKER, Cutting
from commentarchive.importers.parsed import Reading
from commentarchive.importers.safe_json import Records, object_end, spans


class RecordSpans:
    """Where elements of one kind begin and end; `ids` finds the id inside one."""

    def __init__(self, element: str, ids: re.Pattern[bytes]) -> None:
        name = rb"(?:[\w.-]+:)?(?:" + element.encode() + rb")"
        self._start = re.compile(rb"<" + name + rb"(?=[\s>])")
        self._marks = re.compile(
            rb"<!\[CDATA\[.*?\]\]>|<!--.*?-->|(</" + name + rb"\s*>)", re.DOTALL
        )
        self._ids = ids

    def cutting(self, article_end: bytes) -> Cutting:
        """Return how an erasure cuts such records out of a kept file."""
        return Cutting(
            comment_end=self.end,
            fragments=self.fragments,
            article_end=article_end,
            marker=XML_MARKER,
        )

    def end(self, data: bytes) -> int:
        """Return where the record at the start of the data ends, or -1."""
        ends = (found.end() for found in self._marks.finditer(data) if found[1])
        return next(ends, -1)

    def fragments(self, data: bytes, source_ids: set[str]) -> Iterator[tuple[int, int]]:
        """Find everything that begins as a record with one of these ids."""
        starts = [found.start() for found in self._start.finditer(data)]
        for start, end in zip(starts, [*starts[1:], len(data)], strict=True):
            given = self._ids.search(data, start, end)
            found = given[given.lastindex or 0] if given else b""
            if found.decode("utf-8", "replace") in source_ids:
                yield start, end


class ObjectSpans:
    """Where objects of one array begin and end; `ids` are the names of their ids."""

    def __init__(self, array: str, *ids: str) -> None:
        """Take the name of the array, "" for the outermost, and of the ids."""
        self._array = array
        names = "|".join(map(re.escape, ids))
        self._id = re.compile(rf'"(?:{names})"\s*:\s*"?([^",}}\s]+)'.encode())

    def cutting(self) -> Cutting:
        """Return how an erasure cuts such records out of a kept file."""
        return Cutting(
            comment_end=object_end,
            fragments=self.fragments,
            article_end=b"]",
            marker=JSON_MARKER,
            is_sure=True,
        )

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
