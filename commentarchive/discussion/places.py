"""Where in a thread something stands: under whom, on which page, since which day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from commentarchive.discussion.query import thread_rows
from commentarchive.discussion.windows import ThreadPage
from commentarchive.models import Comment, Post
from commentarchive.models.comment import CommentQuerySet
from commentarchive.models.times import PrintedTime, printed_time
from commentarchive.threads.render import WINDOW_SIZE
from commentarchive.threads.thread_rows import ThreadRow

ANCESTORS = 5
# How many pages before and after the one that is shown are linked.
NEAR = 2


# The primary keys of the nearest comments above, nearest first.
_ABOVE = ["parent_id"]
for _step in range(ANCESTORS - 1):
    _ABOVE.append(f"parent__{_ABOVE[-1]}")


def ancestors(comments: CommentQuerySet) -> list[int]:
    """Find the nearest comments above the first of some; one query of a few joins."""
    found = comments.values_list(*_ABOVE).first() or ()
    return [pk for pk in found if pk is not None]


def continued_under(post: Post, number: int) -> Sequence[ThreadRow]:
    """Return whom the first comment of a page answers, and whom that one answers.

    The outermost first; the nearest few of them. Two queries.
    """
    public = Comment.objects.public().filter(post=post)
    start = (number - 1) * WINDOW_SIZE
    above = ancestors(public.filter(position__gte=start).in_thread_order())
    return thread_rows(public.filter(pk__in=above), post.blog.time_zone)


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
    first = Comment.objects.public().filter(
        post=post, position__in=[(number - 1) * WINDOW_SIZE for number in numbers]
    )
    begins = {
        position // WINDOW_SIZE + 1: printed_time(
            moment, offset, post.blog.time_zone, day_only=day_only
        )
        for position, moment, offset, day_only in first.values_list(
            "position", "posted_at", "utc_offset", "day_only"
        )
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
