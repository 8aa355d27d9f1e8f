"""Rows of a thread as the database has them, made ready for rendering.

One query a window, whatever its size: text and names come only where they are shown.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from commentarchive.models import Comment, Gap, Post
from commentarchive.models.comment import CommentQuerySet
from commentarchive.models.times import on_source_clock
from commentarchive.threads.render import SEGMENT, join, render_gaps, render_segment
from commentarchive.threads.rows import GapRow, NoticeRow, ThreadRow

# Comments before and after one that a moderator looks at.
AROUND = 4

_FIELDS = (
    *("ref", "position", "depth", "kind", "visibility", "parent__ref"),
    *("parent__position", "parent_shown_name", "posted_at", "utc_offset"),
    *("printed_at", "shown_name", "commenter__ref", "shown_link", "shown_html"),
    *("notice__kind", "notice__grade", "notice__since_not_before"),
    *("notice__since_not_after", "notice__actor_label", "notice__clause_label"),
    *("notice__statement_path", "notice__opened_capture__ref"),
    "notice__was_public",
)


def thread_rows(
    comments: CommentQuerySet, zone: str, *, most: int | None = None
) -> list[ThreadRow]:
    """Read comments of one blog's zone as rows, in reading order; one query."""
    found = (
        comments.with_notice()
        .with_parent_name()
        .in_thread_order()
        .values_list(*_FIELDS)
    )
    return [_row(values, zone) for values in found[:most]]


def _row(values: Sequence[Any], zone: str) -> ThreadRow:
    (
        ref,
        position,
        depth,
        kind,
        visibility,
        parent_ref,
        parent_position,
        parent_name,
        posted_at,
        utc_offset,
        printed,
        name,
        name_ref,
        link,
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
        -1 if parent_position is None else parent_position,
        parent_name or "",
        on_source_clock(posted_at, utc_offset, zone),
        printed or "",
        name or "",
        name_ref or "",
        link or "",
        html or "",
        _notice(notice) if notice[0] else None,
    )


def _notice(values: Sequence[Any]) -> NoticeRow:
    kind, grade, early, late, actor, clause, path, capture, was_public = values
    return NoticeRow(
        kind, grade, early, late, actor, clause, path, capture or "", was_public
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One page of a thread, ready to print, and how many pages there are."""

    html: str
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


def thread_window(post: Post, number: int) -> Window | None:
    """Render one page of a public thread; None beyond its end. Three queries."""
    last = _last_position(post)
    count = max(1, page_of(last)) if last >= 0 else 1
    if not 1 <= number <= count:
        return None
    start = (number - 1) * SEGMENT
    rows = thread_rows(
        Comment.objects.public().filter(
            post=post, position__gte=start - 1, position__lte=start + SEGMENT
        ),
        post.blog.time_zone,
    )
    before = [row for row in rows if row.position < start]
    after = [row for row in rows if row.position >= start + SEGMENT]
    gaps = gaps_of(post)
    html = render_gaps(gaps.get(-1, ())) if number == 1 else ""
    html += _render(
        [row for row in rows if start <= row.position < start + SEGMENT],
        before[-1].ref if before else "",
        after[0] if after else None,
        gaps,
    )
    return Window(html=html, number=number, count=count, total=last + 1)


def whole_thread(post: Post) -> Window:
    """Render a public thread whole: the same segments, joined. Two queries."""
    rows = thread_rows(Comment.objects.public().filter(post=post), post.blog.time_zone)
    gaps = gaps_of(post)
    pages = list(_by_segment(rows))
    segments = []
    for index, page in enumerate(pages):
        following = pages[index + 1][0] if index + 1 < len(pages) else None
        segments.append(
            render_segment(
                page,
                depth_after=following.depth if following else None,
                previous_ref=pages[index - 1][-1].ref if index else "",
                next_ref=following.ref if following else "",
                gaps=gaps,
            )
        )
    html = render_gaps(gaps.get(-1, ())) + join(segments)
    return Window(html=html, number=1, count=1, total=len(rows))


def _by_segment(rows: Sequence[ThreadRow]) -> Iterable[list[ThreadRow]]:
    pages: dict[int, list[ThreadRow]] = {}
    for row in rows:
        pages.setdefault(row.position // SEGMENT, []).append(row)
    return pages.values()


def _render(
    rows: Sequence[ThreadRow],
    previous_ref: str,
    following: ThreadRow | None,
    gaps: dict[int, list[GapRow]],
) -> str:
    if not rows:
        return ""
    segment = render_segment(
        rows,
        depth_after=following.depth if following else None,
        previous_ref=previous_ref,
        next_ref=following.ref if following else "",
        gaps=gaps,
    )
    return join([segment])


def _last_position(post: Post) -> int:
    last = (
        Comment.objects.public()
        .filter(post=post)
        .order_by("-post_id", "-position")
        .values_list("position", flat=True)
        .first()
    )
    return -1 if last is None else last


def gaps_of(post: Post) -> dict[int, list[GapRow]]:
    """Read what may be missing in a thread, by the position it comes after."""
    found: dict[int, list[GapRow]] = {}
    gaps = Gap.objects.filter(post=post, withdrawn_entry=None).order_by("pk")
    for values in gaps.values_list(
        *("ref", "after__position", "at_least", "at_most", "grade", "kind"),
        "said_in__ref",
    ):
        ref, after, at_least, at_most, grade, kind, said_in = values
        position = -1 if after is None else after
        found.setdefault(position, []).append(
            GapRow(ref, position, at_least, at_most, grade, kind, said_in or "")
        )
    return found


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
    return _render(rows, "", None, {})
