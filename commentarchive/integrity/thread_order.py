"""Check that each thread stands in reading order: places, depths, siblings by time."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from django.db.models import QuerySet

from commentarchive.ledger.comparison import Difference
from commentarchive.matching import number_in
from commentarchive.models import Comment
from commentarchive.storage.prepared import Prepared
from commentarchive.threads.days import not_before, placed


class _Row(NamedTuple):
    """A comment's place in its thread, and what siblings are ordered by."""

    post: int
    pk: int
    ref: str
    parent: int | None
    position: int
    depth: int
    # By which it stands; of a day alone its beginning, or a later time of that day.
    moment: float | None
    day_only: bool
    scheme: str
    told_below: int | None
    source_id: str
    twin: int

    @property
    def number(self) -> int:
        return number_in(self.source_id)

    @property
    def rank(self) -> tuple[float | None, int, str, int]:
        is_as_read = self.day_only and not self.number
        by_id = placed(self.position) if is_as_read else self.source_id
        return self.moment, self.number, by_id, self.twin


def compare_order() -> Iterator[Difference]:
    """Report the comments that do not stand where their parents and times put them.

    Reads every comment once, in the order of an index.
    """
    read = map(_row, _in_order.stream())
    for _post, thread in groupby(read, key=attrgetter("post")):
        yield from _thread(_days_in_place(list(thread)))


@Prepared
def _in_order() -> QuerySet[Comment, tuple[Any, ...]]:
    return Comment.objects.in_thread_order().values_list(
        *("post_id", "pk", "ref", "parent_id", "position", "depth"),
        *("posted_at", "day_only", "scheme", "told_below_id", "source_id", "twin"),
    )


def _row(values: tuple[Any, ...]) -> _Row:
    row = _Row._make(values)
    at: datetime | None = values[6]
    return row._replace(moment=at.timestamp() if at else None)


def _days_in_place(rows: list[_Row]) -> list[_Row]:
    """Return a thread whose days without an hour stand by the time of lower ids."""
    days = [row.pk for row in rows if row.day_only]
    if not days:
        return rows
    numbered = (
        ((row.parent, row.scheme, row.told_below), row.number, row.pk) for row in rows
    )
    moments = {row.pk: row.moment for row in rows if row.moment is not None}
    later = not_before(numbered, moments, days)
    return [row._replace(moment=later.get(row.pk, row.moment)) for row in rows]


def _thread(rows: Iterable[_Row]) -> Iterator[Difference]:
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
        if row.moment is not None:
            sibling = before[row.depth]
            if sibling is not None and sibling.rank > row.rank:
                reason = f"comment {row.ref} stands after a later one, {sibling.ref}"
                yield Difference(None, reason)
            before[row.depth] = row
        above.append(row)
        before.append(None)
