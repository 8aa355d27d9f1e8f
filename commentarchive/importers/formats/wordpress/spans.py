"""Where comments begin and end in a WordPress export, by its bytes."""

import re
from bisect import bisect_right
from collections.abc import Iterator

comment_start = re.compile(rb"<wp:comment(?=[\s>])[^>]*>")
COMMENT_END = b"</wp:comment>"
_comment_marks = re.compile(
    rb"<!\[CDATA\[.*?\]\]>|<!--.*?-->|<wp:comment(?=[\s/>])[^>]*>|</wp:comment>",
    re.DOTALL,
)
_given_id = re.compile(rb"<wp:comment_id(?:\s[^>]*)?>\s*(?:<!\[CDATA\[\s*)?([^<\]\s]+)")


def comment_end(data: bytes) -> int:
    """Return where the comment at the start of the data ends, or -1."""
    start, end = next(comment_spans(data), (-1, -1))
    return end if start == 0 else -1


def comment_spans(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield where the outermost comments outside CDATA begin and end; -1 for no end."""
    depth = start = 0
    for found in _comment_marks.finditer(data):
        mark = found[0]
        if mark.startswith(b"<!"):
            continue
        if mark == COMMENT_END:
            depth = max(0, depth - 1)
            if not depth and start >= 0:
                yield start, found.end()
                start = -1
            continue
        if not depth:
            start = found.start()
        if not mark.endswith(b"/>"):
            depth += 1
        elif not depth:
            yield start, found.end()
            start = -1
    if depth and start >= 0:
        yield start, -1


def fragments(data: bytes, source_ids: set[str]) -> Iterator[tuple[int, int]]:
    """Find everything that begins as a comment with one of these ids."""
    starts = [found.start() for found in comment_start.finditer(data)]
    for found in _given_id.finditer(data):
        at = bisect_right(starts, found.start())
        if at and found[1].decode("ascii", "replace") in source_ids:
            end = data.find(b"</item>", found.start())
            ends = [*starts[at : at + 1], len(data) if end < 0 else end]
            yield starts[at - 1], min(ends)
