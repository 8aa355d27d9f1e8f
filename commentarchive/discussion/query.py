"""Rows of a thread as the database has them, made ready for rendering.

One query a window, whatever its size: text and names come only where they are shown.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from isal import isal_zlib

from commentarchive.models import Comment, Gap, GapKind, Post
from commentarchive.models import Segment as StoredSegment
from commentarchive.models.comment import CommentQuerySet
from commentarchive.models.times import on_source_clock
from commentarchive.threads.render import (
    EMPTY,
    SEGMENT,
    Segment,
    interval,
    join,
    notice_words,
    render_gaps,
    render_segment,
)
from commentarchive.threads.thread_rows import GapRow, NoticeRow, ThreadRow

type Gaps = Mapping[int, Sequence[GapRow]]

# Comments before and after one that a moderator looks at.
AROUND = 4

_FIELDS = (
    *("post_id", "ref", "position", "depth", "kind", "visibility"),
    *("parent_shown_ref", "parent_shown_name", "posted_at", "utc_offset"),
    *("printed_at", "shown_name", "commenter__ref", "shown_html"),
    *("notice__kind", "notice__grade", "notice__since_not_before"),
    *("notice__since_not_after", "notice__actor_label", "notice__clause_label"),
    *("notice__statement_path", "notice__opened_capture__ref"),
    *("notice__was_public", "notice__seen_capture__ref"),
    "notice__opened_capture__importer",
)


def thread_rows(
    comments: CommentQuerySet, zone: str, *, most: int | None = None
) -> list[ThreadRow]:
    """Read comments of one blog's zone as rows, in reading order; one query."""
    return [_row(values, zone) for values in _values(comments)[:most]]


def _rows_by_post(comments: CommentQuerySet, zone: str) -> dict[int, list[ThreadRow]]:
    """Read comments of several articles of one zone as rows; one query."""
    found: dict[int, list[ThreadRow]] = {}
    for values in _values(comments):
        found.setdefault(values[0], []).append(_row(values, zone))
    return found


def _values(comments: CommentQuerySet) -> QuerySet[Any, tuple[Any, ...]]:
    ready = comments.with_notice().with_parent_name().in_thread_order()
    return ready.values_list(*_FIELDS)


def _row(values: Sequence[Any], zone: str) -> ThreadRow:
    (
        _post,
        ref,
        position,
        depth,
        kind,
        visibility,
        parent_ref,
        parent_name,
        posted_at,
        utc_offset,
        printed,
        name,
        name_ref,
        html,
        *notice,
    ) = values
    return ThreadRow(
        ref,
        position,
        depth,
        kind,
        visibility,
        parent_ref or "",
        parent_name or "",
        on_source_clock(posted_at, utc_offset, zone),
        printed or "",
        name or "",
        name_ref or "",
        html or "",
        _notice(notice, zone) if notice[0] else None,
    )


def _notice(values: Sequence[Any], zone: str) -> NoticeRow:
    """Make a notice's row, its times on the clock of the blog."""
    kind, grade, early, late, actor, clause, path, capture, *more = values
    was_public, seen, importer = more
    return NoticeRow(
        kind,
        grade,
        on_source_clock(early, None, zone),
        on_source_clock(late, None, zone),
        actor,
        clause,
        path,
        capture or "",
        was_public,
        seen or "",
        importer or "",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PastNotice:
    """A notice as it was or is: its words, and until when it stood."""

    words: str
    is_open: bool
    until: str
    closing_path: str


def notices_of(comment: Comment) -> list[PastNotice]:
    """Give every notice that a comment ever had, oldest first; one query."""
    zone = comment.post.blog.time_zone
    found = comment.tombstones.order_by("pk").values_list(
        *("is_open", "until_not_before", "until_not_after", "closing_path"),
        *("kind", "grade", "since_not_before", "since_not_after", "actor_label"),
        *("clause_label", "statement_path", "opened_capture__ref", "was_public"),
        *("seen_capture__ref", "opened_capture__importer"),
    )
    return [
        PastNotice(
            words=notice_words(_notice(notice, zone)),
            is_open=is_open,
            until=interval(
                on_source_clock(early, None, zone), on_source_clock(late, None, zone)
            ),
            closing_path=path,
        )
        for is_open, early, late, path, *notice in found
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
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
    """Say on which page a position stands, from 1."""
    return position // SEGMENT + 1


def pages_in(places: int) -> int:
    """Say how many pages so many places fill; an empty thread has one."""
    return max(1, -(-places // SEGMENT))


def thread_window(post: Post, number: int) -> Window | None:
    """Give one page of a public thread; None beyond its end.

    From the stored segment where there is one, else from rows.
    """
    places = places_of(post)
    count = pages_in(places)
    if not 1 <= number <= count:
        return None
    segments = _stored(post, number - 1, number) or render_windows(
        post, number - 1, number
    )
    html = join(segments)
    if number == 1:
        html = _first_gaps(post) + html
    return Window(html=html, number=number, count=count, total=places)


def whole_thread(post: Post) -> Window:
    """Give a public thread whole: the same segments, joined."""
    places = places_of(post)
    count = pages_in(places)
    segments = _stored(post, 0, count) or render_windows(post, 0, count)
    html = _first_gaps(post) + join(segments)
    return Window(html=html, number=1, count=1, total=places)


def places_of(post: Post) -> int:
    """Count the places of a public thread; costs a query unless they are stored."""
    if post.stored_places is not None:
        return post.stored_places
    last = (
        Comment.objects.public()
        .filter(post=post)
        .order_by("-post_id", "-position")
        .values_list("position", flat=True)
        .first()
    )
    return 0 if last is None else last + 1


def _stored(post: Post, first: int, stop: int) -> list[Segment]:
    """Read stored windows; none at all unless every one of them is there."""
    if not post.stored_places:
        return [EMPTY] if post.stored_places == 0 else []
    found = StoredSegment.objects.filter(
        post=post, number__gte=first, number__lt=stop
    ).order_by("post_id", "number")
    segments = [
        Segment(isal_zlib.decompress(packed), first_level, last_level)
        for packed, first_level, last_level in found.values_list(
            "packed", "first_level", "last_level"
        )
    ]
    return segments if len(segments) == stop - first else []


def render_windows(post: Post, first: int, stop: int) -> list[Segment]:
    """Render some windows of a public thread from its rows; two queries.

    A window comes out the same whichever others are rendered with it.
    """
    rows = thread_rows(
        Comment.objects.public().filter(
            post=post,
            position__gte=first * SEGMENT - 1,
            position__lte=stop * SEGMENT,
        ),
        post.blog.time_zone,
    )
    return _windows(rows, gaps_of([post.pk]).get(post.pk, {}), range(first, stop))


def render_threads(post_pks: Sequence[int], zone: str) -> dict[int, list[Segment]]:
    """Render public threads of one blog's zone whole, by article; two queries.

    An article of which nothing is public has no windows.
    """
    rows = _rows_by_post(Comment.objects.public().filter(post__in=post_pks), zone)
    gaps = gaps_of(post_pks)
    return {
        pk: _windows(
            rows[pk], gaps.get(pk, {}), range(pages_in(rows[pk][-1].position + 1))
        )
        if pk in rows
        else []
        for pk in post_pks
    }


def _windows(
    rows: Sequence[ThreadRow], gaps: Gaps, numbers: Iterable[int]
) -> list[Segment]:
    windows: dict[int, list[ThreadRow]] = {}
    for row in rows:
        windows.setdefault(row.position // SEGMENT, []).append(row)
    return [
        _render(
            windows.get(number, ()),
            _row_at(number * SEGMENT - 1, windows),
            _row_at((number + 1) * SEGMENT, windows),
            gaps,
        )
        for number in numbers
    ]


def _row_at(
    position: int, windows: Mapping[int, Sequence[ThreadRow]]
) -> ThreadRow | None:
    """Find the row at one end of a window; none where nothing public stands."""
    rows = windows.get(position // SEGMENT)
    if not rows:
        return None
    row = rows[0] if position % SEGMENT == 0 else rows[-1]
    return row if row.position == position else None


def _render(
    rows: Sequence[ThreadRow],
    before: ThreadRow | None,
    after: ThreadRow | None,
    gaps: Gaps,
) -> Segment:
    if not rows:
        return EMPTY
    return render_segment(
        rows,
        depth_after=after.depth if after else None,
        previous_ref=before.ref if before else "",
        next_ref=after.ref if after else "",
        gaps=gaps,
    )


def _first_gaps(post: Post) -> bytes:
    """Render what may be missing before the first comment."""
    gaps = _read_gaps(Gap.objects.filter(post=post, after=None)).get(post.pk, {})
    return render_gaps(gaps.get(-1, ())).encode()


def gaps_of(post_pks: Sequence[int]) -> dict[int, Gaps]:
    """Read what may be missing in threads, by article and the place before it."""
    return _read_gaps(Gap.objects.filter(post__in=post_pks))


def _read_gaps(gaps: QuerySet[Gap]) -> dict[int, Gaps]:
    found: dict[int, dict[int, list[GapRow]]] = {}
    # A comment that is known from its replies has a place of its own that says so.
    told = gaps.exclude(kind=GapKind.MISSING_PARENT)
    standing = told.filter(withdrawn_entry=None).order_by("pk")
    for values in standing.values_list(
        *("post_id", "ref", "after__position", "at_least", "at_most"),
        *("grade", "kind", "said_in__ref"),
    ):
        post, ref, after, at_least, at_most, grade, kind, said_in = values
        place = -1 if after is None else after
        found.setdefault(post, {}).setdefault(place, []).append(
            GapRow(ref, place, at_least, at_most, grade, kind, said_in or "")
        )
    return {post: dict(by_place) for post, by_place in found.items()}


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
