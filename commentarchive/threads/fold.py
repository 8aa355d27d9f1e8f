"""Fold neighbouring notices of comments that were never public into one line."""

from collections.abc import Iterator, Sequence

from commentarchive.threads.thread_rows import NEVER_PUBLIC, ThreadRow

type RowOrRun = ThreadRow | list[ThreadRow]


def fold(rows: Sequence[ThreadRow], *, depth_after: int | None) -> Iterator[RowOrRun]:
    """Yield each row, but runs of never-public ones without shown replies as lists.

    `depth_after` is the depth of the row after the last one, or None. That row counts
    as shown, so that a notice with a reply on the next page is not folded.
    """
    if not any(row.visibility in NEVER_PUBLIC for row in rows):
        yield from rows
        return
    foldable = _foldable(rows, depth_after)
    run: list[ThreadRow] = []
    for row, may_fold in zip(rows, foldable, strict=True):
        if run and (not may_fold or row.depth < run[0].depth):
            yield run if len(run) > 1 else run[0]
            run = []
        if may_fold:
            run.append(row)
        else:
            yield row
    if run:
        yield run if len(run) > 1 else run[0]


def _foldable(rows: Sequence[ThreadRow], depth_after: int | None) -> list[bool]:
    """Return for each row whether it was never public and has no shown reply below.

    Goes backwards: replies come after their parent, so that whatever lies below a row
    is known when the row is reached.
    """
    marks = [False] * len(rows)
    # Depth of the nearest row below that is not foldable, or of the highest since.
    shown_from = depth_after if depth_after is not None else -1
    for index in range(len(rows) - 1, -1, -1):
        row = rows[index]
        seen = row.notice is not None and row.notice.was_public
        hidden = row.visibility in NEVER_PUBLIC and not seen
        marks[index] = hidden and shown_from <= row.depth
        shown_from = row.depth if not marks[index] else min(shown_from, row.depth)
    return marks
