"""A thread as the public saw it at the end of a day, by the clock of its blog.

Made of the same rows as the plain thread, with what is known of each: its notices,
its versions, and the copies that held it. Never more than the thread shows today.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models.functions import Coalesce

from commentarchive.discussion.copies_then import held_before, lacked
from commentarchive.discussion.query import (
    MOMENTS,
    NOTICE_FIELDS,
    RowValues,
    notice_row,
)
from commentarchive.discussion.versions import (
    Revisions,
    revision_values,
    text_at,
    versions_from,
)
from commentarchive.discussion.windows import (
    ThreadPage,
    at_places,
    changed_window,
    places_in,
)
from commentarchive.models import Comment, Post, Tombstone, Visibility
from commentarchive.models.comment import CommentQuerySet
from commentarchive.models.times import on_source_clock
from commentarchive.storage.prepared import Prepared
from commentarchive.threads.as_of import PastNotice, not_held, row_then, undated
from commentarchive.threads.thread_rows import ThreadRow

# Before the first blog; years beyond have no clock.
_FIRST_DAY = date(1990, 1, 1)
# One copy has nothing that it is compared with.
SEVERAL = 2


def today_at(post: Post) -> date:
    """Return the present day on the clock of an article's blog."""
    return datetime.now(ZoneInfo(post.blog.time_zone)).date()


def end_of(day: date, zone: str) -> datetime:
    """Return the moment at which a day has ended on a blog's clock."""
    following = max(day, _FIRST_DAY) + timedelta(days=1)
    return datetime.combine(following, time(), ZoneInfo(zone)).astimezone(UTC)


def thread_as_of(post: Post, day: date, number: int) -> ThreadPage | None:
    """Return one page of a thread as it was at the end of a day; None beyond its end.

    The pages hold the same places as those of the plain thread. Today's is the plain
    one, made from rows.
    """
    if day >= today_at(post):
        return changed_window(post, number, list)
    return changed_window(post, number, rows_then(post, day, number))


def rows_then(
    post: Post, day: date, number: int
) -> Callable[[list[ThreadRow]], list[ThreadRow]]:
    """Return what makes the rows of a page those of the end of a past day."""
    places = places_in(number - 1, number)
    return _Past(post, places, end_of(day, post.blog.time_zone)).rows


class _Past:
    """What is known of some places of a thread at a moment."""

    def __init__(self, post: Post, places: tuple[int, int], moment: datetime) -> None:
        self._post = post
        self._places = places
        self._moment = moment

    def rows(self, rows: list[ThreadRow]) -> list[ThreadRow]:
        """Return the rows that were there, as the public saw them."""
        told = _notices_at(self._post.pk, *self._places)
        notices = _in_order(told, self._post.blog.time_zone)
        versions = versions_from(_revisions_at(self._post.pk, *self._places))
        there = self._there(rows)
        made: list[ThreadRow] = []
        for row in rows:
            if there[row.ref] is None:
                made.append(undated(row))
            elif there[row.ref]:
                past = notices.get(row.ref, ())
                wordings = versions.get(row.ref)
                text = text_at(wordings, self._moment) if wordings else None
                made.append(row_then(row, past, text, self._moment))
        return self._marked(made, notices)

    def _there(self, rows: Sequence[ThreadRow]) -> dict[str, bool | None]:
        """Return which places were there by then; None for what cannot be told."""
        there: dict[str, bool | None] = {
            row.ref: row.when < self._moment if row.when else None for row in rows
        }
        unknown = [ref for ref, is_there in there.items() if is_there is None]
        if unknown:
            there |= dict.fromkeys(self._known_by_then(unknown), True)
        # What is known only from its replies came with them.
        there |= {
            row.ref: bool(there[row.ref])
            for row in rows
            if row.visibility == Visibility.UNKNOWN
        }
        return there

    def _known_by_then(self, refs: Collection[str]) -> set[str]:
        """Return which comments had a reply by then, or were in a copy."""
        public = Comment.objects.public().filter(post=self._post)
        replies = public.filter(parent__ref__in=refs, posted_at__lt=self._moment)
        return {
            *replies.values_list("parent__ref", flat=True),
            *held_before(self._moment, public.filter(ref__in=refs), self._post),
        }

    def _marked(
        self, rows: list[ThreadRow], notices: Mapping[str, Sequence[PastNotice]]
    ) -> list[ThreadRow]:
        """Mark the comments that copies of about then do not hold."""
        shown = [row.ref for row in rows if row.is_shown and not row.then]
        if len(self._post.copies) < SEVERAL or not shown:
            return rows
        public = Comment.objects.public().filter(post=self._post, ref__in=shown)
        zone = self._post.blog.time_zone
        lacking = lacked(self._moment, public, self._post)
        return [
            not_held(row, on_source_clock(made, None, zone) or made)
            if (made := lacking.get(row.ref))
            and all(each.stood(made) is False for each in notices.get(row.ref, ()))
            else row
            for row in rows
        ]


def past_notices(comments: CommentQuerySet, zone: str) -> dict[str, list[PastNotice]]:
    """Return every notice that some comments ever had, in order; one query.

    In each of its sources, where a comment is tied to others.
    """
    return _in_order(_notices(comments), zone)


@Prepared
def _notices_at(post_pk: int, start: int, end: int) -> RowValues:
    return _notices(at_places(Comment.objects.public(), post_pk, start, end))


@Prepared
def _revisions_at(post_pk: int, start: int, end: int) -> Revisions:
    return revision_values(at_places(Comment.objects.all(), post_pk, start, end))


def _notices(comments: CommentQuerySet) -> RowValues:
    tied = comments.exclude(leader=None)
    own = Tombstone.objects.filter(comment__in=comments)
    theirs = Tombstone.objects.filter(comment__leader__in=tied.values("leader"))
    # Either by an index of its own: as one condition, every notice there is was read.
    either = own.order_by().values("pk").union(theirs.order_by().values("pk"))
    return (
        Tombstone.objects.filter(pk__in=either)
        .annotate(shown_as=Coalesce("comment__leader__ref", "comment__ref"))
        .order_by("pk")
        .values_list(
            *("shown_as", "is_open", "opened_entry", "closed_entry"),
            *("until_not_before", "until_not_after"),
            *(f"closed_capture__{each}" for each in MOMENTS),
            *NOTICE_FIELDS,
        )
    )


def _in_order(rows: Iterable[Sequence[Any]], zone: str) -> dict[str, list[PastNotice]]:
    found: dict[str, list[PastNotice]] = {}
    ended: dict[int, datetime | None] = {}
    for ref, is_open, opened, closed, early, late, end, made, read, *notice in rows:
        row = notice_row(notice, zone)
        until = [
            on_source_clock(moment, None, zone)
            for moment in (early, late or end or made or read)
        ]
        since = (row.not_before, row.not_after)
        # A notice that an undoing opened again stands anew from there.
        if opened is not None and row.capture_ref:
            since = _again(found.get(ref, ()), ended.get(opened))
        if closed is not None:
            ended[closed] = until[1]
        past = PastNotice(row, is_open, since, (until[0], until[1]))
        found.setdefault(ref, []).append(past)
    for notices in found.values():
        notices.sort(key=_beginning)
    return found


def _again(
    before: Sequence[PastNotice], undone: datetime | None
) -> tuple[datetime | None, datetime | None]:
    """Return when a notice stood again: with the undoing, else after its own end."""
    if undone is not None:
        return undone, undone
    return max((end for each in before if (end := each.until[1])), default=None), None


def _beginning(past: PastNotice) -> tuple[bool, float]:
    moment = past.since[1] or past.since[0]
    return (past.is_open, moment.timestamp() if moment else 0)
