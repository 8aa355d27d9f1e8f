"""Windows of 200 places of a public thread: from stored bytes, else from rows.

Every window comes out the same whichever way it was made, so that what is stored may
be dropped at any time.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from isal import isal_zlib

from commentarchive.discussion.query import (
    Gaps,
    gaps_of,
    gaps_of_leader,
    read_gaps,
    rows_by_post,
    thread_rows,
)
from commentarchive.models import Comment, Gap, Post, Segment
from commentarchive.models.comment import CommentQuerySet
from commentarchive.threads.render import (
    EMPTY,
    WINDOW_SIZE,
    RenderedWindow,
    join,
    render_gaps,
    render_window,
)
from commentarchive.threads.thread_rows import ThreadRow

# Comments before and after the one that a moderator looks at.
AROUND = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadPage:
    """One page of a thread, ready to send, and how many pages there are."""

    html: bytes
    number: int
    count: int
    total: int

    @property
    def previous(self) -> int:
        return self.number - 1

    @property
    def next(self) -> int:
        return self.number + 1


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
    places = places_of(post)
    count = pages_in(places)
    if not 1 <= number <= count:
        return None
    windows = _stored(post, number - 1, number) or render_windows(
        post, number - 1, number
    )
    html = join(windows)
    if number == 1:
        html = _first_gaps(post) + html
    return ThreadPage(html=html, number=number, count=count, total=places)


def whole_thread(post: Post) -> ThreadPage:
    """Return a public thread whole: the same windows, joined."""
    places = places_of(post)
    count = pages_in(places)
    windows = _stored(post, 0, count) or render_windows(post, 0, count)
    html = _first_gaps(post) + join(windows)
    return ThreadPage(html=html, number=1, count=1, total=places)


def places_of(post: Post) -> int:
    """Count the places of a public thread; costs a query unless they are stored."""
    if post.stored_places is not None:
        return post.stored_places
    return _places_among(Comment.objects.public(), post)


def _places_among(comments: CommentQuerySet, post: Post) -> int:
    last = (
        comments.filter(post=post)
        .order_by("-post_id", "-position")
        .values_list("position", flat=True)
        .first()
    )
    return 0 if last is None else last + 1


def _stored(post: Post, first: int, stop: int) -> list[RenderedWindow]:
    """Read stored windows; return none at all unless every one of them is there."""
    if not post.stored_places:
        return [EMPTY] if post.stored_places == 0 else []
    found = Segment.objects.filter(
        post=post, number__gte=first, number__lt=stop
    ).order_by("post_id", "number")
    windows = [
        RenderedWindow(isal_zlib.decompress(packed), first_level, last_level)
        for packed, first_level, last_level in found.values_list(
            "packed", "first_level", "last_level"
        )
    ]
    return windows if len(windows) == stop - first else []


def render_windows(post: Post, first: int, stop: int) -> list[RenderedWindow]:
    """Render some windows of a public thread from its rows; two queries.

    A window comes out the same whichever others are rendered with it.
    """
    return _render_windows(post, first, stop, Comment.objects.public())


def preview_window(post: Post, number: int) -> ThreadPage | None:
    """Return one page of a thread as it would be if its blog were public.

    Made from rows, and stored nowhere. None beyond its end.
    """
    comments = Comment.objects.in_thread()
    places = _places_among(comments, post)
    count = pages_in(places)
    if not 1 <= number <= count:
        return None
    html = join(_render_windows(post, number - 1, number, comments))
    return ThreadPage(html=html, number=number, count=count, total=places)


def _render_windows(
    post: Post, first: int, stop: int, comments: CommentQuerySet
) -> list[RenderedWindow]:
    # One more row at either end: a window links to its neighbours, and whether its
    # last notice may fold depends on the row after it.
    rows = thread_rows(
        comments.filter(
            post=post,
            position__gte=first * WINDOW_SIZE - 1,
            position__lte=stop * WINDOW_SIZE,
        ),
        post.blog.time_zone,
    )
    if post.leader_id is None:
        gaps = gaps_of([post.pk]).get(post.pk, {})
    else:
        gaps = gaps_of_leader(post.pk)
        rows = beside_their_parents(post, rows)
    return _windows(rows, gaps, range(first, stop))


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


def render_threads(
    post_pks: Sequence[int], zone: str
) -> dict[int, list[RenderedWindow]]:
    """Render whole public threads of one time zone, by article; two queries.

    An article without a public comment has no windows.
    """
    rows = rows_by_post(Comment.objects.public().filter(post__in=post_pks), zone)
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
        _render(
            windows.get(number, ()),
            _row_at(number * WINDOW_SIZE - 1, windows),
            _row_at((number + 1) * WINDOW_SIZE, windows),
            gaps,
        )
        for number in numbers
    ]


def _row_at(
    position: int, windows: Mapping[int, Sequence[ThreadRow]]
) -> ThreadRow | None:
    """Return the row at one end of a window; None where no public one stands."""
    rows = windows.get(position // WINDOW_SIZE)
    if not rows:
        return None
    row = rows[0] if position % WINDOW_SIZE == 0 else rows[-1]
    return row if row.position == position else None


def _render(
    rows: Sequence[ThreadRow],
    before: ThreadRow | None,
    after: ThreadRow | None,
    gaps: Gaps,
) -> RenderedWindow:
    if not rows:
        return EMPTY
    return render_window(
        rows,
        depth_after=after.depth if after else None,
        previous_ref=before.ref if before else "",
        next_ref=after.ref if after else "",
        gaps=gaps,
    )


def _first_gaps(post: Post) -> bytes:
    """Render the gaps that come before the first comment."""
    gaps = read_gaps(Gap.objects.filter(post=post, after=None)).get(post.pk, {})
    return render_gaps(gaps.get(-1, ())).encode()


def staff_context(comment: Comment) -> str:
    """Render a comment's neighbours as the public sees them, for the desk.

    The comment's own place is among them; hidden texts are not.
    """
    around = Comment.objects.filter(
        post=comment.post,
        position__gte=comment.position - AROUND,
        position__lte=comment.position + AROUND,
    )
    rows = thread_rows(around, comment.post.blog.time_zone)
    return join([_render(rows, None, None, {})]).decode()
