"""Read a thread's comments, notices and gaps as plain rows, ready for rendering.

One query however many rows: text and names are fetched only where they are shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from commentarchive.models import Answer, Comment, Gap, GapAnswer, GapKind
from commentarchive.models.comment import CommentQuerySet
from commentarchive.models.times import on_source_clock
from commentarchive.text.shown_names import shown_name
from commentarchive.threads.render import interval, notice_words
from commentarchive.threads.thread_rows import GapRow, NoticeRow, ThreadRow

type Gaps = Mapping[int, Sequence[GapRow]]

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


def rows_by_post(comments: CommentQuerySet, zone: str) -> dict[int, list[ThreadRow]]:
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
        shown_name(parent_name or ""),
        on_source_clock(posted_at, utc_offset, zone),
        printed or "",
        shown_name(name or ""),
        name_ref or "",
        html or "",
        _notice(notice, zone) if notice[0] else None,
    )


def _notice(values: Sequence[Any], zone: str) -> NoticeRow:
    """Build a notice's row, with its times on the blog's clock."""
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
class HistoricalNotice:
    """An open or closed notice: its words, and until when it stood."""

    words: str
    is_open: bool
    until: str
    closing_path: str


def notices_of(comment: Comment) -> list[HistoricalNotice]:
    """Return every notice that a comment ever had, oldest first; one query."""
    zone = comment.post.blog.time_zone
    found = comment.tombstones.order_by("pk").values_list(
        *("is_open", "until_not_before", "until_not_after", "closing_path"),
        *("kind", "grade", "since_not_before", "since_not_after", "actor_label"),
        *("clause_label", "statement_path", "opened_capture__ref", "was_public"),
        *("seen_capture__ref", "opened_capture__importer"),
        *("closed_capture__written_at", "closed_capture__taken_at"),
    )
    return [
        HistoricalNotice(
            words=notice_words(_notice(notice, zone)),
            is_open=is_open,
            until=interval(
                on_source_clock(early, None, zone),
                # Where only a copy tells that it had ended, it was before that copy.
                on_source_clock(late or written or taken, None, zone),
            ),
            closing_path=path,
        )
        for is_open, early, late, path, *notice, written, taken in found
    ]


def gaps_of(post_pks: Sequence[int]) -> dict[int, Gaps]:
    """Return the gaps of some threads, by article and the position they follow."""
    return read_gaps(Gap.objects.filter(post__in=post_pks))


def read_gaps(gaps: QuerySet[Gap]) -> dict[int, Gaps]:
    """Read gaps as rows, by article and position; -1 is before every comment."""
    found: dict[int, dict[int, list[GapRow]]] = {}
    # A missing parent has a placeholder in the thread that says so already.
    printed = gaps.exclude(kind=GapKind.MISSING_PARENT)
    standing = printed.filter(withdrawn_entry=None).order_by("pk")
    answers = GapAnswer.objects.filter(gap=OuterRef("pk")).order_by("-entry_index")
    dated = answers.annotate(at=Coalesce("answered_at", "recorded_at"))
    answered = standing.annotate(
        last_answer=Subquery(answers.values("answer")[:1]),
        last_at=Subquery(dated.values("at")[:1]),
    )
    for post, after, zone, answer, at, *values in answered.values_list(
        *("post_id", "after__position", "post__blog__time_zone"),
        *("last_answer", "last_at"),
        *("ref", "at_least", "at_most", "grade", "kind"),
        *("said_in__ref", "proof__ref"),
    ):
        ref, at_least, at_most, grade, kind, said_in, proof = values
        place = -1 if after is None else after
        row = GapRow(
            *(ref, place, at_least, at_most, grade, kind, said_in or "", proof or ""),
            str(Answer(answer).label) if answer else "",
            on_source_clock(at, None, zone),
        )
        found.setdefault(post, {}).setdefault(place, []).append(row)
    return {post: dict(by_place) for post, by_place in found.items()}
