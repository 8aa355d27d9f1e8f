"""Fold neighbouring notices of comments that were never public into one line."""

from collections.abc import Iterator, Sequence

from commentarchive.threads.thread_rows import NEVER_PUBLIC, ThreadRow

type Fold = ThreadRow | list[ThreadRow]


def fold(rows: Sequence[ThreadRow], *, depth_after: int | None) -> Iterator[Fold]:
    """Give rows singly, and runs of never-public ones without shown replies together.

    `depth_after` is the depth of the row that follows the last one, or None: what
    follows counts as shown, so that a notice with a reply on the next page stands by
    itself.
    """
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
    """Tell of each row whether it was never public and nothing below it is shown."""
    marks = [False] * len(rows)
    # Rows deeper than this one have a shown row among or below them.
    shown_from = depth_after if depth_after is not None else -1
    for index in range(len(rows) - 1, -1, -1):
        row = rows[index]
        seen = row.notice is not None and row.notice.was_public
        hidden = row.visibility in NEVER_PUBLIC and not seen
        marks[index] = hidden and shown_from <= row.depth
        shown_from = row.depth if not marks[index] else min(shown_from, row.depth)
    return marks
