"""Read a thread's comments, notices and gaps as plain rows, ready for rendering.

One query however many rows: text and names are fetched only where they are shown.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from commentarchive.discussion.look_alikes import look_alikes
from commentarchive.models import (
    Answer,
    Comment,
    Gap,
    GapAnswer,
    GapKind,
    Post,
    RevisionOrigin,
    Tombstone,
    Visibility,
)
from commentarchive.models.comment import CommentQuerySet, is_hidden_elsewhere
from commentarchive.models.times import on_source_clock
from commentarchive.storage.prepared import Prepared
from commentarchive.text.alike_names import is_odd
from commentarchive.text.shown_names import shown_name
from commentarchive.text.unseen import marked
from commentarchive.threads.notice_words import interval, notice_words
from commentarchive.threads.render import ELSEWHERE
from commentarchive.threads.thread_rows import Alike, GapRow, NoticeRow, ThreadRow

# What `notice_row` reads of a notice, in its order.
NOTICE_FIELDS = (
    *("kind", "grade", "since_not_before", "since_not_after", "actor_label"),
    *("clause_label", "statement_path", "opened_capture__ref", "was_public"),
    *("seen_capture__ref", "opened_capture__importer"),
)
type Gaps = Mapping[int, Sequence[GapRow]]
type RowValues = QuerySet[Any, tuple[Any, ...]]

_FIELDS = (
    *("post_id", "ref", "position", "depth", "kind", "visibility"),
    *("parent_shown_ref", "parent_shown_name", "posted_at", "utc_offset"),
    *("day_only", "printed_at", "shown_name", "commenter__ref", "shown_html"),
    "current_revision__origin",
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
    """Read public comments of any blogs as rows, by primary key; as `thread_rows`."""
    by_zone: dict[str, list[Sequence[Any]]] = {}
    for zone, *values in _by_key(tuple(pks)):
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
        on_source_clock(posted_at, utc_offset, zone, day_only=day_only),
        marked(printed or ""),
        shown_name(name or ""),
        name_ref or "",
        html or "",
        notice_row(notice, zone) if notice[0] else None,
        origin == RevisionOrigin.EDITED,
    )


def notice_row(values: Sequence[Any], zone: str) -> NoticeRow:
    """Build a notice's row, with its times on the blog's clock."""
    kind, grade, early, late, actor, clause, path, capture, *more = values
    was_public, seen, importer = more
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
        importer or "",
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
            *("closed_capture__written_at", "closed_capture__taken_at"),
            *("opened_capture__written_at", "opened_capture__taken_at"),
        )
    )


def _historical(values: Sequence[Any], zone: str) -> HistoricalNotice:
    is_open, early, late, path, *notice = values
    *notice, written, taken, opened_written, opened_taken = notice
    row = notice_row(notice, zone)
    until_early = on_source_clock(early, None, zone)
    # Where only a copy tells that it had ended, it was before that copy.
    until_late = on_source_clock(late or written or taken, None, zone)
    return HistoricalNotice(
        words=notice_words(row),
        is_open=is_open,
        until=interval(until_early, until_late),
        closing_path=path,
        since_early=row.not_before,
        since_late=row.not_after,
        until_early=until_early,
        until_late=until_late,
        known_at=on_source_clock(opened_written or opened_taken, None, zone),
    )


def gaps_of(post_pks: Sequence[int]) -> dict[int, Gaps]:
    """Return the gaps of some threads, by article and the position they follow.

    With the claims that are made in these threads of other places; two queries.
    """
    found = gap_rows(_gaps(tuple(post_pks)))
    wanted = set(post_pks)
    own = {post: gaps for post, gaps in found.items() if post in wanted}
    return _with_said(own, post_pks)


@Prepared
def _gaps(post_pks: Sequence[int]) -> RowValues:
    # A quotation that is not answered goes with its comment to another article.
    moved = Q(
        kind=GapKind.QUOTED, after__post__in=post_pks, after__told_below__isnull=False
    )
    return gap_values(Gap.objects.filter(Q(post__in=post_pks) | moved))


def _with_said(found: dict[int, Gaps], post_pks: Sequence[int]) -> dict[int, Gaps]:
    for post, row in _said_of_other_places(post_pks):
        by_place = {place: list(rows) for place, rows in found.get(post, {}).items()}
        by_place.setdefault(row.after_position, []).append(row)
        found[post] = dict(by_place)
    return found


def _said_of_other_places(post_pks: Sequence[int]) -> Iterator[tuple[int, GapRow]]:
    """Yield what shown comments claim of another article or blog, with their article.

    The place is not named: whether readers may see it is for its own page to say.
    """
    for post, *values in _claims_of_others(tuple(post_pks)):
        ref, place, at_least, at_most, grade, said_in = values
        yield post, GapRow(ref, place, at_least, at_most, grade, ELSEWHERE, said_in)


@Prepared
def _claims_of_others(post_pks: Sequence[int]) -> RowValues:
    made_here = Gap.objects.filter(
        said_in__post__in=post_pks,
        said_in__visibility=Visibility.PUBLISHED,
        kind=GapKind.SAID,
        withdrawn_entry=None,
    )
    shown = made_here.exclude(is_hidden_elsewhere("said_in__leader"))
    others = shown.exclude(post=F("said_in__post")).order_by("pk")
    return others.values_list(
        *("said_in__post_id", "ref", "said_in__position", "at_least", "at_most"),
        *("grade", "said_in__ref"),
    )


def gaps_in_thread(post: Post) -> Gaps:
    """Return the gaps of a thread as readers see it; two queries.

    By the position they follow; of one from several sources, those of all of them.
    """
    if post.leader_id is not None:
        return _gaps_of_leader(post.pk)
    return gaps_of([post.pk]).get(post.pk, {})


def _gaps_of_leader(post_pk: int) -> Gaps:
    """Return the gaps of a thread from several sources, by the position they follow.

    Those after a comment that another source holds too are that comment's.
    """
    found = gap_rows(_gaps_of_sources(post_pk))
    return _with_said(found, [post_pk]).get(post_pk, {})


@Prepared
def _gaps_of_sources(post_pk: int) -> RowValues:
    after = Q(after__leader__post=post_pk, post__in=Post.objects.reachable())
    return gap_values(Gap.objects.filter(Q(post=post_pk) | after))


# Where the comment before a gap was put by hand; what nobody may read goes nowhere.
_STANDS_BELOW = Case(
    When(after__told_below__isnull=True, then=None),
    When(post__is_public=True, then=F("after__post_id")),
    default=0,
)


def gap_values(gaps: QuerySet[Gap]) -> RowValues:
    """Ask for what `gap_rows` reads of some gaps."""
    # A missing parent has a placeholder in the thread that says so already.
    printed = gaps.exclude(kind=GapKind.MISSING_PARENT)
    standing = printed.filter(withdrawn_entry=None).order_by("pk")
    answers = GapAnswer.objects.filter(gap=OuterRef("pk")).order_by("-entry_index")
    dated = answers.annotate(at=Coalesce("answered_at", "recorded_at"))
    answered = standing.annotate(
        last_answer=Subquery(answers.values("answer")[:1]),
        last_at=Subquery(dated.values("at")[:1]),
    )
    # A notice outlives the comment that claims it, but leads only to public ones.
    public = Comment.objects.public().filter(pk=OuterRef("said_in")).values("ref")
    return answered.values_list(
        Coalesce("after__leader__post_id", "post_id"),
        _STANDS_BELOW,
        Coalesce("after__leader__position", "after__position"),
        "post__blog__time_zone",
        *("last_answer", "last_at"),
        *("ref", "at_least", "at_most", "grade", "kind"),
        *(Subquery(public), "proof__ref"),
    )


def gap_rows(gaps: Iterable[Sequence[Any]]) -> dict[int, Gaps]:
    """Read gaps as rows, by article and position; -1 is before every comment."""
    found: dict[int, dict[int, list[GapRow]]] = {}
    for told_of, stands_below, after, zone, answer, at, *values in gaps:
        ref, at_least, at_most, grade, kind, said_in, proof = values
        place = -1 if after is None else after
        post = told_of
        if stands_below is not None:
            # Its comment was put under another article. What is told of the article in
            # the copies stays there.
            is_quotation = values[4] == GapKind.QUOTED
            post = stands_below if is_quotation else told_of
            place = place if is_quotation else -1
        row = GapRow(
            *(ref, place, at_least, at_most, grade, kind, said_in or "", proof or ""),
            str(Answer(answer).label) if answer else "",
            on_source_clock(at, None, zone),
        )
        found.setdefault(post, {}).setdefault(place, []).append(row)
    return {post: dict(by_place) for post, by_place in found.items()}
