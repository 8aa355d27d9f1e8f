"""Where the records of an XML file begin and end, by its bytes alone."""

import re
from collections.abc import Iterator

from commentarchive.importers.contract import XML_MARKER, Cutting


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
