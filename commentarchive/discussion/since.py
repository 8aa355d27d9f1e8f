"""What is new in a thread since a moment, or since one of its comments."""

from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from commentarchive.discussion.windows import ThreadPage, changed_window, page_of
from commentarchive.ledger.merkle.refs import is_ref
from commentarchive.models import Comment, Post
from commentarchive.models.comment import CommentQuerySet
from commentarchive.threads.render import WINDOW_SIZE
from commentarchive.threads.thread_rows import ThreadRow


class News(NamedTuple):
    """How many shown comments are newer than a moment, where the first is; a page."""

    number: int
    first: str
    page: ThreadPage


def read_moment(post: Post, text: str) -> datetime | None:
    """Read a day, a time, or a comment of the thread; None for anything else.

    A day means its beginning, on the clock of the blog, as does a time that names no
    clock. One query for a comment.
    """
    if is_ref(text):
        public = Comment.objects.public().filter(post=post, ref=text)
        return public.values_list("posted_at", flat=True).first()
    try:
        # What came out of an address has a space for the plus of a clock.
        moment = datetime.fromisoformat(text.replace(" ", "+"))
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(post.blog.time_zone))
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def news_since(post: Post, moment: datetime, number: int, query: str) -> News | None:
    """Mark what is newer than a moment on one page of a thread; None beyond its end.

    As many rows as the plain page, made from rows; three queries more.
    """
    new = Comment.objects.shown().filter(post=post, posted_at__gt=moment)
    beyond = new.filter(position__gte=number * WINDOW_SIZE)
    further = _link(beyond, query)
    page = changed_window(post, number, lambda rows: _marked(rows, moment, further))
    if page is None:
        return None
    return News(new.count(), _link(new, query), page)


def _link(new: CommentQuerySet, query: str) -> str:
    """Return the place of the first of some comments in the marked thread, or ""."""
    found = new.in_thread_order().values_list("position", "ref").first()
    if found is None:
        return ""
    position, ref = found
    return f"?since={query}&page={page_of(position)}#{ref}"


def _marked(rows: list[ThreadRow], moment: datetime, further: str) -> list[ThreadRow]:
    """Mark new rows; each leads to the next one, the last to another page."""
    following, made = further, []
    for row in reversed(rows):
        if row.is_shown and row.when is not None and row.when > moment:
            made.append(row._replace(next_new=following, is_new=True))
            following = f"#{row.ref}"
        else:
            made.append(row)
    return made[::-1]
