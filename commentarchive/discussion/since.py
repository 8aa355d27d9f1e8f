"""What is new in a thread since a moment, or since one of its comments."""

from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Q

from commentarchive.discussion.lists import times_in_lists
from commentarchive.discussion.windows import ThreadPage, changed_window, page_of
from commentarchive.ledger.merkle.refs import is_ref
from commentarchive.models import Comment, Post
from commentarchive.models.comment import CommentQuerySet
from commentarchive.models.times import PrintedTime, printed_time
from commentarchive.threads.days import ALL_DAY, Day
from commentarchive.threads.render import WINDOW_SIZE
from commentarchive.threads.thread_rows import ThreadRow


class News(NamedTuple):
    """How many shown comments are newer than a moment, where the first is; a page."""

    number: int
    first: str
    page: ThreadPage


class Since(NamedTuple):
    """Since when something is new: as a page prints it, in UTC, and which comment."""

    shown: PrintedTime | None
    after: datetime
    ref: str = ""


def read_since(post: Post, text: str) -> Since | None:
    """Read a day, a time, or a comment of the thread; None for anything else.

    A day means its beginning, on the clock of the blog, as does a time that names no
    clock. One query for a comment; one more where no hour of it is known.
    """
    zone = post.blog.time_zone
    if not is_ref(text):
        moment = _moment(text, zone)
        return Since(printed_time(moment, None, zone), moment) if moment else None
    public = Comment.objects.public().filter(post=post)
    own = public.filter(ref=text).values_list("posted_at", "day_only").first()
    made_at, day_only = own or (None, False)
    if made_at is None:
        return None
    shown = printed_time(made_at, None, zone, day_only=day_only)
    # What it answers was there before it.
    after = times_in_lists(public)[text] if day_only else None
    return Since(shown, after or made_at, text)


def _moment(text: str, zone: str) -> datetime | None:
    try:
        # What came out of an address has a space for the plus of a clock.
        moment = datetime.fromisoformat(text.replace(" ", "+"))
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(zone))
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def news_since(post: Post, since: Since, number: int, query: str) -> News | None:
    """Mark what is newer than a moment on one page of a thread; None beyond its end.

    A day without an hour is new unless it ended before: it may be. As many rows as the
    plain page, made from rows; three queries more.
    """
    later = Q(posted_at__gt=since.after)
    later |= Q(day_only=True, posted_at__gt=since.after - ALL_DAY)
    new = Comment.objects.shown().filter(later, post=post).exclude(ref=since.ref)
    beyond = new.filter(position__gte=number * WINDOW_SIZE)
    further = _link(beyond, query)
    page = changed_window(post, number, lambda rows: _marked(rows, since, further))
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


def _marked(rows: list[ThreadRow], since: Since, further: str) -> list[ThreadRow]:
    """Mark new rows; each leads to the next one, the last to another page.

    The comment that was asked for is not newer than itself.
    """
    following, made = further, []
    for row in reversed(rows):
        if row.is_shown and row.ref != since.ref and _is_new(row.when, since.after):
            made.append(row._replace(next_new=following, is_new=True))
            following = f"#{row.ref}"
        else:
            made.append(row)
    return made[::-1]


def _is_new(when: datetime | None, moment: datetime) -> bool:
    """Return whether something was made after a moment, or may have been."""
    if when is None:
        return False
    return moment - when < ALL_DAY if isinstance(when, Day) else when > moment
