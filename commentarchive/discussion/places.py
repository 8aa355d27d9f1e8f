"""Where in a thread something stands: under whom, on which page, since which day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from commentarchive.discussion.query import RowValues, row_values, rows_of
from commentarchive.discussion.windows import ThreadPage
from commentarchive.models import Comment, Post
from commentarchive.models.times import PrintedTime, printed_time
from commentarchive.storage.prepared import Prepared
from commentarchive.threads.render import WINDOW_SIZE
from commentarchive.threads.thread_rows import ThreadRow

ANCESTORS = 5
type Keys = QuerySet[Any, tuple[int | None, ...]]
# How many pages before and after the one that is shown are linked.
NEAR = 2


# The primary keys of the nearest comments above, nearest first.
_ABOVE = ["parent_id"]
for _step in range(ANCESTORS - 1):
    _ABOVE.append(f"parent__{_ABOVE[-1]}")


def ancestors(comment_pk: int) -> list[int]:
    """Find the nearest comments above one; one query of a few joins."""
    return _known(_above.first(comment_pk))


@Prepared
def _above(comment_pk: int) -> Keys:
    return Comment.objects.filter(pk=comment_pk).values_list(*_ABOVE)


@Prepared
def _above_first(post_pk: int, start: int) -> Keys:
    public = Comment.objects.public().filter(post=post_pk, position__gte=start)
    return public.in_thread_order().values_list(*_ABOVE)[:1]


def _known(keys: Sequence[int | None] | None) -> list[int]:
    return [pk for pk in keys or () if pk is not None]


@Prepared
def _among(post_pk: int, pks: Sequence[int]) -> RowValues:
    return row_values(Comment.objects.public().filter(post=post_pk, pk__in=pks))


def continued_under(post: Post, number: int) -> Sequence[ThreadRow]:
    """Return whom the first comment of a page answers, and whom that one answers.

    The outermost first; the nearest few of them. Two queries.
    """
    above = _known(_above_first.first(post.pk, (number - 1) * WINDOW_SIZE))
    return list(rows_of(_among(post.pk, tuple(above)), post.blog.time_zone))


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLink:
    """One page of a thread, when its first comment was made, and what comes before."""

    number: int
    begins: PrintedTime | None
    is_after_others: bool


def page_links(post: Post, window: ThreadPage) -> list[PageLink]:
    """Return the first and last page of a thread, and those near a window; one query.

    `is_after_others` is set where pages before it are left out.
    """
    near = range(window.number - NEAR, window.number + NEAR + 1)
    numbers = sorted({1, *near, window.count} & set(range(1, window.count + 1)))
    first = tuple((number - 1) * WINDOW_SIZE for number in numbers)
    begins = {
        position // WINDOW_SIZE + 1: printed_time(
            moment, offset, post.blog.time_zone, day_only=day_only
        )
        for position, moment, offset, day_only in _times_at(post.pk, first)
    }
    before = [0, *numbers]
    return [
        PageLink(
            number=number,
            begins=begins.get(number),
            is_after_others=number > last + 1,
        )
        for last, number in zip(before, numbers, strict=False)
    ]


@Prepared
def _times_at(post_pk: int, positions: Sequence[int]) -> RowValues:
    found = Comment.objects.public().filter(post=post_pk, position__in=positions)
    return found.values_list("position", "posted_at", "utc_offset", "day_only")


def first_since(post: Post, day: date) -> Comment | None:
    """Find the earliest comment since the beginning of a day on its blog's clock."""
    zone = ZoneInfo(post.blog.time_zone)
    try:
        start = datetime.combine(day, time(), zone).astimezone(UTC)
    except OverflowError:
        # The very first and last days that can be written are no days of any blog.
        start = datetime.combine(day, time(), UTC)
    public = Comment.objects.public().filter(post=post, posted_at__gte=start)
    return public.order_by("posted_at", "position").first()
