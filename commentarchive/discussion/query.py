"""Read a thread's comments and notices as plain rows, ready for rendering.

One query however many rows: text and names are fetched only where they are shown.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import Any

from django.db.models import QuerySet

from commentarchive.discussion.look_alikes import look_alikes
from commentarchive.importers.registry import facts_of
from commentarchive.models import (
    Comment,
    RevisionOrigin,
    Tombstone,
    Visibility,
)
from commentarchive.models.comment import CommentQuerySet
from commentarchive.models.times import on_source_clock
from commentarchive.storage.prepared import LONGEST, Prepared
from commentarchive.text.alike_names import is_odd
from commentarchive.text.shown_names import shown_name
from commentarchive.text.unseen import marked
from commentarchive.threads.notice_words import interval, notice_words
from commentarchive.threads.part_words import placeholder
from commentarchive.threads.thread_rows import Alike, NoticeRow, ThreadRow

# What `notice_row` reads of a notice, in its order.
NOTICE_FIELDS = (
    *("kind", "grade", "since_not_before", "since_not_after", "actor_label"),
    *("clause_label", "statement_path", "opened_capture__ref", "was_public"),
    *("seen_capture__ref", "opened_capture__importer", "ends_at"),
)
# By when at the latest a copy was made: the first of these that is known.
MOMENTS = ("written_until", "written_at", "taken_at")
type RowValues = QuerySet[Any, tuple[Any, ...]]

_FIELDS = (
    *("post_id", "ref", "position", "depth", "kind", "visibility"),
    *("parent_shown_ref", "parent_shown_name", "posted_at", "utc_offset"),
    *("day_only", "printed_at", "shown_name", "commenter__ref", "shown_html"),
    *("current_revision__origin", "name_hidden_as", "parent_name_hidden_as"),
    *(f"notice__{name}" for name in NOTICE_FIELDS),
    "hidden_as",
)
_NAME, _NAME_REF, _HTML = map(
    _FIELDS.index, ("shown_name", "commenter__ref", "shown_html")
)


def thread_rows(
    comments: CommentQuerySet, zone: str, *, most: int | None = None
) -> list[ThreadRow]:
    """Read comments of one blog's zone as rows, in reading order; one query.

    And one for notices of other sources, where any hides a comment.
    """
    return list(rows_of(list(row_values(comments)[:most]), zone))


def public_rows(pks: Sequence[int], zone: str) -> list[ThreadRow]:
    """Read public comments by primary key, on one clock; as `thread_rows`."""
    return list(rows_of(_public(tuple(pks)), zone))


@Prepared
def _public(pks: Sequence[int]) -> RowValues:
    return row_values(Comment.objects.public().filter(pk__in=pks))


def rows_by_post(post_pks: Sequence[int], zone: str) -> dict[int, list[ThreadRow]]:
    """Read public threads of one zone as rows, by article; as `thread_rows`."""
    found: dict[int, list[ThreadRow]] = {}
    read = _in_threads(tuple(post_pks))
    for values, row in zip(read, rows_of(read, zone), strict=True):
        found.setdefault(values[0], []).append(row)
    return found


@Prepared
def _in_threads(post_pks: Sequence[int]) -> RowValues:
    return row_values(Comment.objects.public().filter(post__in=post_pks))


def rows_of(read: Sequence[Sequence[Any]], zone: str) -> Iterator[ThreadRow]:
    """Build rows of what `row_values` asks for, in that order.

    What is hidden in another source has that one's notice.
    """
    elsewhere = {values[-1] for values in read} - {None}
    notices: dict[int, NoticeRow] = {}
    if elsewhere:
        stand = Tombstone.objects.filter(comment__in=elsewhere, is_open=True)
        for pk, *notice in stand.values_list("comment", *NOTICE_FIELDS):
            notices[pk] = notice_row(notice, zone)
    alikes = _alikes(read)
    for values in read:
        row = _row(values[:-1], zone)
        if row.is_shown and row.name_ref in alikes:
            row = row._replace(alike=alikes[row.name_ref])
        notice = notices.get(values[-1])
        if values[-1] is not None:
            kind = notice.kind if notice else Visibility.HELD.value
            row = row._replace(visibility=kind, notice=notice)
        yield row


def _alikes(read: Sequence[Sequence[Any]]) -> dict[str, Alike]:
    """Return which names pose as others; no query where none could."""
    odd = {
        values[_NAME_REF]
        for values in read
        if values[_HTML] is not None and is_odd(values[_NAME] or "")
    }
    return look_alikes(odd) if odd else {}


def rows_by_key(pks: Sequence[int]) -> dict[int, ThreadRow]:
    """Read public comments of any blogs as rows, by primary key; as `thread_rows`.

    As many at once as a prepared query takes.
    """
    by_zone: dict[str, list[Sequence[Any]]] = {}
    for part in batched(pks, LONGEST, strict=False):
        for zone, *values in _by_key(part):
            by_zone.setdefault(zone, []).append(values)
    found: dict[int, ThreadRow] = {}
    for zone, read in by_zone.items():
        rows = rows_of([values[1:] for values in read], zone)
        found.update(zip((values[0] for values in read), rows, strict=True))
    return found


@Prepared
def _by_key(pks: Sequence[int]) -> RowValues:
    ready = Comment.objects.public().filter(pk__in=pks).with_notice()
    return ready.with_parent_name().values_list("post__blog__time_zone", "pk", *_FIELDS)


def row_values(comments: CommentQuerySet) -> RowValues:
    """Ask for what `rows_of` reads of some comments, in reading order."""
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
        day_only,
        printed,
        name,
        name_ref,
        html,
        origin,
        hidden_as,
        parent_hidden_as,
        *notice,
    ) = values
    return ThreadRow(
        ref,
        position,
        depth,
        kind,
        visibility,
        parent_ref or "",
        _name(parent_name, parent_hidden_as),
        on_source_clock(posted_at, utc_offset, zone, day_only=day_only),
        marked(printed or ""),
        _name(name, hidden_as),
        name_ref or "",
        html or "",
        notice_row(notice, zone) if notice[0] else None,
        origin == RevisionOrigin.EDITED,
        name_hidden_as=hidden_as or "",
    )


def _name(name: str | None, hidden_as: str | None) -> str:
    """Return a name as readers see it, or what happened to it."""
    return placeholder("name", hidden_as) if hidden_as else shown_name(name or "")


def notice_row(values: Sequence[Any], zone: str) -> NoticeRow:
    """Build a notice's row, with its times on the blog's clock."""
    kind, grade, early, late, actor, clause, path, capture, *more = values
    was_public, seen, importer, ends_at = more
    return NoticeRow(
        kind,
        grade,
        on_source_clock(early, None, zone),
        on_source_clock(late, None, zone),
        marked(actor),
        marked(clause),
        path,
        capture or "",
        was_public,
        seen or "",
        facts_of(importer or "").missing_from,
        on_source_clock(ends_at, None, zone),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoricalNotice:
    """An open or closed notice: its words, and until when it stood."""

    words: str
    is_open: bool
    until: str
    closing_path: str
    # The bounds of its beginning and its end, as far as they are known, and the copy
    # that tells of it.
    since_early: datetime | None
    since_late: datetime | None
    until_early: datetime | None
    until_late: datetime | None
    known_at: datetime | None


def notices_of(comment: Comment) -> list[HistoricalNotice]:
    """Return every notice that a comment ever had, oldest first; one query.

    In each of its sources, where it is tied to others.
    """
    zone = comment.post.blog.time_zone
    tie = comment.leader_id
    found = _notices(comment.pk if tie is None else tie, tie is not None)
    return [_historical(values, zone) for values in found]


@Prepared
def _notices(key: int, is_tied: bool) -> RowValues:  # values have places
    return (
        Tombstone.objects.told_of(key, is_tied=is_tied)
        .order_by("pk")
        .values_list(
            *("is_open", "until_not_before", "until_not_after", "closing_path"),
            *NOTICE_FIELDS,
            *(f"closed_capture__{each}" for each in MOMENTS),
            *(f"opened_capture__{each}" for each in MOMENTS),
        )
    )


def _historical(values: Sequence[Any], zone: str) -> HistoricalNotice:
    is_open, early, late, path, *notice = values
    *notice, end, made, read, opened_end, opened_made, opened_read = notice
    row = notice_row(notice, zone)
    until_early = on_source_clock(early, None, zone)
    # Where only a copy tells that it had ended, it was before that copy.
    until_late = on_source_clock(late or end or made or read, None, zone)
    return HistoricalNotice(
        words=notice_words(row),
        is_open=is_open,
        until=interval(until_early, until_late),
        closing_path=path,
        since_early=row.not_before,
        since_late=row.not_after,
        until_early=until_early,
        until_late=until_late,
        known_at=on_source_clock(opened_end or opened_made or opened_read, None, zone),
    )
