"""A thread in other orders: flat by time, or only what was moderated."""

from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from commentarchive.discussion.gaps import gaps_in_thread
from commentarchive.discussion.query import thread_rows
from commentarchive.discussion.quotations import with_quotations
from commentarchive.models import Comment, Post, Tombstone, Visibility
from commentarchive.models.comment import CommentQuerySet, is_hidden_elsewhere
from commentarchive.threads.days import in_order_of_time
from commentarchive.threads.render import (
    EMPTY,
    WINDOW_SIZE,
    RenderedWindow,
    render_gaps,
    render_window,
)
from commentarchive.threads.thread_rows import ThreadRow
from commentarchive.threads.tree import reading_order

# How much of a comment is quoted above the notice that answers it.
QUOTED = 120


class ListPage(NamedTuple):
    """One page of a flat list of a thread, and whether one follows it."""

    number: int
    window: RenderedWindow
    has_next: bool
    # What may be missing before the first comment.
    above: str = ""


def page_by_time(post: Post, number: int, *, newest: bool) -> ListPage | None:
    """Return one page of a thread as a flat list by time; None beyond its end.

    What has no date comes last. Two queries: keys first, so that no text is sorted;
    one more where a day without an hour is among them.
    """
    public = Comment.objects.public().filter(post=post)
    ordered = public.newest_first() if newest else public.oldest_first()
    has_days = Exists(Comment.objects.filter(post=post, day_only=True))
    keys = ordered.values_list("ref", has_days)
    read, has_next = _cut(keys, number)
    refs = [ref for ref, _has_days in read]
    if any(has_days for _ref, has_days in read):
        refs, has_next = _cut(_with_days(public, newest=newest), number)
    if not refs:
        return ListPage(1, EMPTY, False) if number == 1 else None
    turn = {ref: place for place, ref in enumerate(refs)}
    among = thread_rows(public.filter(ref__in=refs), post.blog.time_zone)
    rows = sorted(with_quotations(among), key=lambda row: turn[row.ref])
    flat = [row._replace(depth=0) for row in rows]
    return ListPage(number, render_window(flat, is_flat=True), has_next)


def times_in_lists(public: CommentQuerySet) -> dict[str, datetime | None]:
    """Return by which time each comment of a thread stands in lists, in its order.

    A day without an hour stands no earlier than what it answers; one query.
    """
    rows = public.in_thread_order().values_list(
        "ref", "pk", "parent", "posted_at", "day_only"
    )
    thread = list(rows)
    stands = in_order_of_time(row[1:] for row in thread)
    return {ref: stands[pk] for ref, pk, *_facts in thread}


def _with_days(public: CommentQuerySet, *, newest: bool) -> list[str]:
    """Return a thread by time in which a day stands no earlier than what it answers."""
    stands = times_in_lists(public)
    dated = [(at, ref) for ref, at in stands.items() if at]
    # Sorting keeps what is of one moment as the thread has it.
    dated.sort(key=lambda each: each[0])
    undated = [ref for ref, at in stands.items() if at is None]
    if newest:
        dated.reverse()
        undated.reverse()
    return [ref for _at, ref in dated] + undated


def moderated_page(post: Post, number: int) -> ListPage | None:
    """Return one page of a thread's notices and gaps; None beyond its end.

    Each notice stands below a line of what it answers, where that is shown, and each
    gap below a line of the comment that it follows. Three queries, and those for gaps.
    """
    gaps = gaps_in_thread(post)
    public = Comment.objects.public().filter(post=post)
    open_notice = Tombstone.objects.filter(comment=OuterRef("pk"), is_open=True)
    found = public.filter(
        ~Q(visibility=Visibility.PUBLISHED)
        | Exists(open_notice)
        | is_hidden_elsewhere()
        | Q(position__in=gaps)
    ).in_thread_order()
    places, has_next = _cut(found.values_list("pk", "parent"), number)
    above = render_gaps(gaps.get(-1, ())) if number == 1 else ""
    if not places:
        return ListPage(1, EMPTY, False, above) if number == 1 else None
    pks = {pk for place in places for pk in place if pk is not None}
    around = public.filter(pk__in=pks)
    rows = thread_rows(around, post.blog.time_zone)
    plain = around.shown().values_list("ref", "current_revision__text__plain")
    quoted = {ref: _one_line(text or "") for ref, text in plain}
    window = render_window(
        [
            row if row.notice else row._replace(html=quoted.get(row.ref, ""))
            for row in _below_parents(rows)
        ],
        gaps=gaps,
        folds=False,
    )
    return ListPage(number, window, has_next, above)


def _cut[T](found: QuerySet[Any, T] | Sequence[T], number: int) -> tuple[list[T], bool]:
    """Read one page of keys, and whether there are more."""
    start = max(0, number - 1) * WINDOW_SIZE
    keys = list(found[start : start + WINDOW_SIZE + 1]) if number else []
    return keys[:WINDOW_SIZE], len(keys) > WINDOW_SIZE


def _one_line(plain: str) -> str:
    line = " ".join(plain.split())
    return escape(line if len(line) <= QUOTED else f"{line[:QUOTED]}…")


def _below_parents(rows: Sequence[ThreadRow]) -> list[ThreadRow]:
    """Put each row below the one that it answers, if that is among them."""
    by_ref = {row.ref: row for row in rows}
    parents = {row.ref: row.parent_ref or None for row in rows}
    rank = {row.ref: (row.position,) for row in rows}
    return [
        by_ref[place.key]._replace(depth=place.depth)
        for place in reading_order(parents, rank).places
    ]
