"""Check that each thread stands in reading order: places, depths, siblings by time."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from commentarchive.ledger.comparison import Difference
from commentarchive.models import Comment


class _Row(NamedTuple):
    """A comment's place in its thread, and what siblings are ordered by."""

    post: int
    pk: int
    ref: str
    parent: int | None
    position: int
    depth: int
    posted_at: datetime | None
    source_id: str
    twin: int

    @property
    def rank(self) -> tuple[datetime | None, int, str, int]:
        number = int(self.source_id) if self.source_id.isdecimal() else 0
        return self.posted_at, number, self.source_id, self.twin


def compare_order() -> Iterator[Difference]:
    """Report the comments that do not stand where their parents and times put them.

    Reads every comment once, in the order of an index.
    """
    rows = Comment.objects.in_thread_order().values_list(
        *("post_id", "pk", "ref", "parent_id", "position", "depth"),
        *("posted_at", "source_id", "twin"),
    )
    read = map(_Row._make, rows.iterator(chunk_size=5000))
    for _post, thread in groupby(read, key=attrgetter("post")):
        yield from _thread(thread)


def _thread(rows: Iterator[_Row]) -> Iterator[Difference]:
    """Walk down a thread with the comments that the next one may answer.

    A comment without a time is passed over: a placeholder takes the place of its first
    reply, and what has no date comes last.
    """
    above: list[_Row] = []
    # The last dated sibling on each level of the branch.
    before: list[_Row | None] = [None]
    for place, row in enumerate(rows):
        del above[row.depth :], before[row.depth + 1 :]
        parent = above[-1].pk if above else None
        if row.depth != len(above) or row.parent != parent or row.position != place:
            yield Difference(None, f"comment {row.ref} stands at another place")
            return
        if row.posted_at is not None:
            sibling = before[row.depth]
            if sibling is not None and sibling.rank > row.rank:
                reason = f"comment {row.ref} stands after a later one, {sibling.ref}"
                yield Difference(None, reason)
            before[row.depth] = row
        above.append(row)
        before.append(None)
