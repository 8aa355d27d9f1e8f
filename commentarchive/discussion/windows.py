"""Windows of 200 places of a public thread: from stored bytes, else from rows.

Every window comes out the same whichever way it was made, so that what is stored may
be dropped at any time.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet

from commentarchive.discussion.gaps import Gaps, gaps_in_thread, gaps_of
from commentarchive.discussion.query import (
    RowValues,
    row_values,
    rows_by_post,
    rows_of,
    thread_rows,
)
from commentarchive.discussion.quotations import with_quotations
from commentarchive.discussion.stored_threads import (
    PackedWindow,
    is_stored,
    join_packed,
    pack_window,
    read_windows,
)
from commentarchive.models import Comment, Post, Visibility
from commentarchive.models.comment import CommentQuerySet, is_hidden_elsewhere
from commentarchive.storage.prepared import Prepared
from commentarchive.threads.packing import Packed, pack, plain_body
from commentarchive.threads.render import (
    EMPTY,
    WINDOW_SIZE,
    RenderedWindow,
    render_gaps,
    render_window,
)
from commentarchive.threads.thread_rows import ThreadRow


class ThreadCounts(NamedTuple):
    """What a whole public thread holds; `size` is bytes of HTML, 0 if not known.

    `notices` are those in a comment's place, and those of what may be missing.
    """

    shown: int
    hidden: int
    notices: int
    size: int

    @property
    def comments(self) -> int:
        """Every comment that was ever seen, and those known from their replies."""
        return self.shown + self.hidden


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadPage:
    """One page of a thread, ready to send, and how many pages there are."""

    pieces: Sequence[Packed]
    number: int
    count: int
    counts: ThreadCounts
    # Whether it begins inside a thread.
    is_continued: bool

    @property
    def html(self) -> bytes:
        """The page's part of the thread, as UTF-8."""
        return plain_body(self.pieces)


def page_of(position: int) -> int:
    """Return the number of the page that shows a position, from 1."""
    return position // WINDOW_SIZE + 1


def pages_in(places: int) -> int:
    """Return how many pages that many places fill; an empty thread has one."""
    return max(1, -(-places // WINDOW_SIZE))


def thread_window(post: Post, number: int) -> ThreadPage | None:
    """Return one page of a public thread; None beyond its end.

    From the stored window where there is one, else from rows.
    """
    count = pages_in(places_of(post))
    if not 1 <= number <= count:
        return None
    windows = read_windows(post, number - 1, number) or [
        pack_window(window) for window in render_windows(post, number - 1, number)
    ]
    return _page(post, windows, number, count, Comment.objects.public)


def whole_thread(post: Post) -> ThreadPage:
    """Return a public thread whole: the same windows, joined."""
    count = pages_in(places_of(post))
    windows = read_windows(post, 0, count) or [
        pack_window(window) for window in render_windows(post, 0, count)
    ]
    return _page(post, windows, 1, 1, Comment.objects.public)


def preview_window(post: Post, number: int) -> ThreadPage | None:
    """Return one page of a thread as it would be if its blog were public.

    Made from rows, and stored nowhere. None beyond its end.
    """
    comments = Comment.objects.in_thread()
    count = pages_in(_after(_last_among(comments, post.pk).first()))
    if not 1 <= number <= count:
        return None
    rows = _lifted(
        post,
        thread_rows(
            at_places(comments, post.pk, *places_in(number - 1, number)),
            post.blog.time_zone,
        ),
    )
    rendered = _windows(rows, gaps_in_thread(post), [number - 1])
    windows = [pack_window(window) for window in rendered]
    return _page(post, windows, number, count, lambda: comments)


def changed_window(
    post: Post, number: int, change: Callable[[list[ThreadRow]], list[ThreadRow]]
) -> ThreadPage | None:
    """Return one page of a public thread whose rows were changed before rendering.

    The same places, and no more rows, as the plain page; it counts what it holds
    itself. Made from rows, and stored nowhere. None beyond its end.
    """
    count = pages_in(places_of(post))
    if not 1 <= number <= count:
        return None
    rows = change(_rows(post, number - 1, number))
    gaps = gaps_in_thread(post)
    window = _windows(rows, gaps, [number - 1])[0]
    pieces = join_packed([pack_window(window)])
    if number == 1 and -1 in gaps:
        pieces.insert(0, pack(render_gaps(gaps[-1]).encode()))
    return ThreadPage(
        pieces=pieces,
        number=number,
        count=count,
        is_continued=window.first_level > 0,
        counts=ThreadCounts(*window.counts, 0),
    )


def _page(
    post: Post,
    windows: Sequence[PackedWindow],
    number: int,
    count: int,
    comments: Callable[[], CommentQuerySet],
) -> ThreadPage:
    gaps = gaps_in_thread(post)
    pieces = join_packed(windows)
    # What is missing before the first comment stands above it.
    if number == 1 and -1 in gaps:
        pieces.insert(0, pack(render_gaps(gaps[-1]).encode()))
    counts = _counts(post, comments)
    number_of_gaps = sum(map(len, gaps.values()))
    return ThreadPage(
        pieces=pieces,
        number=number,
        count=count,
        is_continued=windows[0].first_level > 0,
        counts=counts._replace(notices=counts.notices + number_of_gaps),
    )


def _counts(post: Post, comments: Callable[[], CommentQuerySet]) -> ThreadCounts:
    """Count what a whole thread holds; costs a query unless it is stored."""
    if is_stored(post):
        return ThreadCounts(
            post.stored_shown,
            post.stored_hidden,
            post.stored_notices,
            post.stored_bytes,
        )
    is_shown = Q(visibility=Visibility.PUBLISHED) & ~is_hidden_elsewhere()
    found = (
        comments()
        .filter(post=post)
        .with_notice()
        .aggregate(
            places=Count("pk"),
            shown=Count("pk", filter=is_shown),
            under_notice=Count("pk", filter=is_shown & Q(notice__isnull=False)),
        )
    )
    hidden = found["places"] - found["shown"]
    return ThreadCounts(found["shown"], hidden, hidden + found["under_notice"], 0)


def places_of(post: Post) -> int:
    """Count the places of a public thread; costs a query unless they are stored."""
    if is_stored(post) and post.stored_places is not None:
        return post.stored_places
    return _after(_last_place.first(post.pk))


@Prepared
def _last_place(post_pk: int) -> QuerySet[Any, int]:
    return _last_among(Comment.objects.public(), post_pk)


def _last_among(comments: CommentQuerySet, post_pk: int) -> QuerySet[Any, int]:
    """Ask for the last place of a thread."""
    last = comments.filter(post=post_pk).order_by("-post_id", "-position")
    return last.values_list("position", flat=True)[:1]


def _after(last: int | None) -> int:
    return 0 if last is None else last + 1


def render_windows(post: Post, first: int, stop: int) -> list[RenderedWindow]:
    """Render some windows of a public thread from its rows; three queries.

    A window comes out the same whichever others are rendered with it.
    """
    rows = _rows(post, first, stop)
    return _windows(rows, gaps_in_thread(post), range(first, stop))


def beside_their_parents(post: Post, rows: list[ThreadRow]) -> list[ThreadRow]:
    """Return rows of a thread from several sources, each beside its parent's place.

    What is shown in another one's place leaves its own replies behind. They take its
    level, so that they seem to answer nobody else, and name the parent.
    """
    places = Comment.objects.filter(post=post).in_thread_order()
    above: list[tuple[int, int]] = []
    lifted: dict[int, int] = {}
    for pk, leader, position, depth in places.values_list(
        "pk", "leader", "position", "depth"
    ):
        while above and above[-1][0] >= depth:
            above.pop()
        levels = above[-1][1] if above else 0
        lifted[position] = levels
        above.append((depth, levels + (leader not in {None, pk})))
    return [
        row._replace(depth=row.depth - lifted[row.position], is_lifted=True)
        if lifted.get(row.position)
        else row
        for row in rows
    ]


def _rows(post: Post, first: int, stop: int) -> list[ThreadRow]:
    read = _values(post.pk, *places_in(first, stop))
    return _lifted(post, list(rows_of(read, post.blog.time_zone)))


@Prepared
def _values(post_pk: int, start: int, end: int) -> RowValues:
    return row_values(at_places(Comment.objects.public(), post_pk, start, end))


def _lifted(post: Post, rows: list[ThreadRow]) -> list[ThreadRow]:
    return rows if post.leader_id is None else beside_their_parents(post, rows)


def places_in(first: int, stop: int) -> tuple[int, int]:
    """Return the first and the last place that some windows need: one after their own.

    Whether the last notice of a window may fold, and whether a thread goes on, depends
    on that one.
    """
    return first * WINDOW_SIZE, stop * WINDOW_SIZE


def at_places(
    comments: CommentQuerySet, post_pk: int, start: int, end: int
) -> CommentQuerySet:
    """Keep an article's comments between two places, with these."""
    return comments.filter(post=post_pk, position__gte=start, position__lte=end)


def render_threads(
    post_pks: Sequence[int], zone: str
) -> dict[int, list[RenderedWindow]]:
    """Render whole public threads of one time zone, by article; three queries.

    An article without a public comment has no windows.
    """
    rows = rows_by_post(post_pks, zone)
    gaps = gaps_of(post_pks)
    return {pk: render_thread(rows.get(pk, ()), gaps.get(pk, {})) for pk in post_pks}


def render_thread(rows: Sequence[ThreadRow], gaps: Gaps) -> list[RenderedWindow]:
    """Render a whole public thread from its rows; no windows where there are none."""
    if not rows:
        return []
    return _windows(rows, gaps, range(pages_in(rows[-1].position + 1)))


def _windows(
    rows: Sequence[ThreadRow], gaps: Gaps, numbers: Iterable[int]
) -> list[RenderedWindow]:
    windows: dict[int, list[ThreadRow]] = {}
    for row in rows:
        windows.setdefault(row.position // WINDOW_SIZE, []).append(row)
    return [
        render_window(
            with_quotations(windows[number]),
            after=_first_at((number + 1) * WINDOW_SIZE, windows.get(number + 1, ())),
            gaps=gaps,
        )
        if number in windows
        else EMPTY
        for number in numbers
    ]


def _first_at(position: int, rows: Sequence[ThreadRow]) -> ThreadRow | None:
    """Return the first row if it stands at a position: where the window above ends.

    Nobody is told of what is not for readers, so that a row further on counts as none.
    """
    return rows[0] if rows and rows[0].position == position else None
