"""Open and close notices: the only way in which a comment is hidden or shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from commentarchive.discussion.stored_pages import rewrite_around
from commentarchive.models import (
    Capture,
    Comment,
    Grade,
    Revision,
    Tombstone,
    TombstoneKind,
    Visibility,
)
from commentarchive.storage import bulk_insert
from commentarchive.storage.bulk_insert import Rows
from commentarchive.storage.prepared import Prepared

# Who hid the comment, according to a notice that an import opens. The owner erased it
# here before if it is a comment that came back.
BY_THE_BLOG, BY_THE_OWNER, BY_THE_AUTHOR = "the blog", "the owner", "its author"


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedNotice:
    """What the notice of a decision says, and the entry that opens it."""

    grade: Grade
    entry_index: int
    since: datetime | None
    actor_label: str
    clause_label: str = ""
    statement_path: str = ""
    ends_at: datetime | None = None
    was_public: bool = False
    shows_name: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VisibilityChange:
    """What a decision makes of one comment: its state and the version shown."""

    comment: Comment
    visibility: Visibility
    notice: DecidedNotice
    revision: Revision | None
    # A closed notice that stands again as it was: no decision taken here had opened it.
    restored: Tombstone | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PastNotice:
    """A notice that stood and was gone before anybody told of it here."""

    comment: Comment
    kind: Visibility
    notice: DecidedNotice
    # What is known to have ended it: a later copy, or a later decision.
    copy: Capture | None = None
    ended_at: datetime | None = None
    ended_entry: int | None = None
    closing_path: str = ""


def was_public(comment: Comment) -> bool:
    """Return whether readers see a comment, or saw it before it was hidden."""
    notice = comment.tombstones.filter(is_open=True).first()
    is_shown = comment.visibility == Visibility.PUBLISHED
    return is_shown or (notice is not None and notice.was_public)


def set_visibility(changes: Sequence[VisibilityChange]) -> None:
    """Hide or show comments by decisions, which no import undoes.

    The caller holds the locks of posts and comments.
    """
    if not changes:
        return
    # 1. Close the open notices: a comment never has more than one.
    _close_open(changes)
    # 2. Open new ones for comments that are not shown.
    Tombstone.objects.bulk_create(
        [
            _again(change.restored, change)
            if change.restored
            else _of_decision(change.comment, change.visibility, change.notice)
            for change in changes
            if change.restored or change.visibility in TombstoneKind
        ]
    )
    # 3. Set what the public sees; `decided_entry` keeps imports from changing it.
    for change in changes:
        change.comment.visibility = change.visibility
        change.comment.current_revision = change.revision
        change.comment.decided_entry = change.notice.entry_index
        change.comment.has_phrases = False
    comments = [change.comment for change in changes]
    bulk_insert.update(
        Comment,
        [
            *("visibility", "current_revision_id", "decided_entry", "has_news"),
            *("has_phrases", "told_revision_id"),
        ],
        [
            (
                *(change.visibility.value, comment.current_revision_id),
                *(comment.decided_entry, comment.has_news),
                *(comment.has_phrases, comment.told_revision_id, comment.pk),
            )
            for change, comment in zip(changes, comments, strict=True)
        ],
    )
    # 4. Render again the stored pages that show them.
    rewrite_around(comments)


def _of_decision(
    comment: Comment, kind: Visibility, notice: DecidedNotice
) -> Tombstone:
    return Tombstone(
        comment=comment,
        kind=kind,
        grade=notice.grade,
        since_not_before=notice.since,
        since_not_after=notice.since,
        actor_label=notice.actor_label,
        clause_label=notice.clause_label,
        statement_path=notice.statement_path,
        ends_at=notice.ends_at,
        was_public=notice.was_public,
        shows_name=notice.shows_name and kind != Visibility.WITHHELD,
        opened_entry=notice.entry_index,
    )


# All that a notice says, of which its reopening changes nothing.
RESTORED = (
    *("kind", "grade", "since_not_before", "since_not_after", "actor_label"),
    *("clause_label", "statement_path", "was_public", "opened_capture_id"),
    "seen_capture_id",
)


def _again(closed: Tombstone, change: VisibilityChange) -> Tombstone:
    return Tombstone(
        comment=change.comment,
        shows_name=closed.shows_name and closed.kind != Visibility.WITHHELD,
        opened_entry=change.notice.entry_index,
        **{name: getattr(closed, name) for name in RESTORED},
    )


def add_past(past: PastNotice) -> None:
    """Add a notice that stood in the past; readers see no more and no less for it.

    Where only a copy shows that it had ended, its end stays open to be filled in.
    """
    notice = _of_decision(past.comment, past.kind, past.notice)
    notice.is_open = False
    notice.closed_capture = past.copy
    notice.until_not_before = notice.until_not_after = past.ended_at
    notice.closed_entry = past.ended_entry
    notice.closing_path = past.closing_path
    notice.save(force_insert=True)


def end_past(comment: Comment, ending: DecidedNotice) -> None:
    """Fill in when the last past notice before an ending ended, if that is unknown."""
    if ending.since is None:
        return
    unended = comment.tombstones.filter(
        is_open=False,
        opened_entry__isnull=False,
        closed_entry=None,
        until_not_after=None,
        since_not_before__lte=ending.since,
    )
    notice = unended.order_by("-since_not_before", "-pk").first()
    if notice is None:
        return
    notice.until_not_before = notice.until_not_after = ending.since
    notice.closed_entry = ending.entry_index
    notice.closing_path = ending.statement_path
    notice.save(
        update_fields=[
            *("until_not_before", "until_not_after", "closed_entry", "closing_path")
        ]
    )


def _close_open(changes: Sequence[VisibilityChange]) -> None:
    notices = {change.comment.pk: change.notice for change in changes}
    closed = _open_of(tuple(notices))
    for tombstone in closed:
        notice = notices[tombstone.comment_id]
        tombstone.until_not_before = tombstone.until_not_after = notice.since
        tombstone.closed_entry = notice.entry_index
        tombstone.closing_path = notice.statement_path
        tombstone.is_open = False
    Tombstone.objects.bulk_update(
        closed,
        [
            *("until_not_before", "until_not_after", "closed_entry"),
            *("closing_path", "is_open"),
        ],
    )


@Prepared
def _open_of(comment_pks: Sequence[int]) -> QuerySet[Tombstone]:
    return Tombstone.objects.filter(comment__in=comment_pks, is_open=True)


def put_right_rule(comment: Comment, *, statement_path: str, clause_label: str) -> None:
    """Let the notices of a decision name the rule by which it was put right.

    The caller holds the locks of article and comment.
    """
    notices = Tombstone.objects.filter(comment=comment, statement_path=statement_path)
    if notices.update(clause_label=clause_label):
        rewrite_around([comment])


@dataclass(frozen=True, slots=True)
class VisibilityAtSource:
    """How an import found one comment at its blog, and since when it was so."""

    comment_pk: int
    visibility: Visibility
    not_before: datetime | None
    was_public: bool = False
    # The last copy that held it, if it was seen to vanish.
    seen_capture: int | None = None
    # The latest time of the change; None for the time of the copy.
    not_after: datetime | None = None
    # Kept back by this archive: its source does not say that it waits.
    waits_here: bool = False


def grade_and_actor(
    visibility: str, seen_capture: int | None = None, *, waits_here: bool = False
) -> tuple[Grade, str]:
    """Return how a notice that an import opens is known, and who hid the comment."""
    if seen_capture is not None:
        return Grade.OBSERVED, ""
    if visibility == Visibility.ERASED:
        return Grade.DECIDED, BY_THE_OWNER
    if visibility == Visibility.DELETED_BY_AUTHOR:
        return Grade.IMPORTED, BY_THE_AUTHOR
    # A mark of deletion does not say whose act it was, nor does an unknown state.
    is_untold = waits_here or visibility == Visibility.GONE_AT_SOURCE
    return Grade.IMPORTED, "" if is_untold else BY_THE_BLOG


def has_waited_here(comment: Comment, visibility: Visibility, told: str = "") -> bool:
    """Return whether a comment that waits again did so for this archive's own reasons.

    `told` is its source's word in the copy; older copies kept none.
    """
    if visibility is not Visibility.HELD:
        return False
    if told:
        return told != "pending"
    return comment.tombstones.filter(
        kind=Visibility.HELD, grade=Grade.IMPORTED, actor_label=""
    ).exists()


def open_imported(
    found: Sequence[VisibilityAtSource], *, capture: Capture, rows: Rows
) -> None:
    """Open a notice for each comment that its source does not show.

    It was hidden at some time between its own date and the copy's. Adds the notices
    to the rows of the transaction.
    """
    hidden = [comment for comment in found if comment.visibility in TombstoneKind]
    time_as_stored = bulk_insert.time_storer()
    made = []
    for pk, comment in zip(rows.new_ids(Tombstone, len(hidden)), hidden, strict=True):
        grade, actor = grade_and_actor(
            comment.visibility, comment.seen_capture, waits_here=comment.waits_here
        )
        made.append(
            (
                *(pk, comment.comment_pk, comment.visibility.value, grade.value),
                time_as_stored(comment.not_before),
                time_as_stored(comment.not_after or capture.moment),
                *(actor, "", ""),
                *(comment.was_public, False, capture.pk, comment.seen_capture),
                *("", True),
            )
        )
    rows.add(Tombstone, made)


def close_observed(
    comment: Comment, *, capture: Capture, not_after: datetime | None
) -> None:
    """Close the notice of a comment that had vanished: a copy holds it again.

    Not one that a decision has opened again: what decisions say, no import changes.
    """
    notice = comment.tombstones.filter(
        is_open=True, grade=Grade.OBSERVED, opened_entry=None
    ).first()
    if notice is None:
        return
    until = not_after or capture.moment
    # It was still gone in the copy that missed it. But copies may be read in another
    # order than they were made, and an interval must not end before it begins.
    missed, copy = notice.since_not_after, notice.opened_capture
    if copy is not None and copy.day_only and missed == copy.written_until:
        # Of a day, from its beginning on.
        missed = copy.written_at
    notice.until_not_before = missed if missed and missed <= until else None
    notice.until_not_after = until
    notice.closed_capture = capture
    notice.is_open = False
    notice.save(
        update_fields=[
            *("until_not_before", "until_not_after", "closed_capture", "is_open"),
        ]
    )


def close_imported(
    visibility_changes: Sequence[VisibilityAtSource], *, capture: Capture
) -> None:
    """Close the notices that imports opened on comments whose source has changed."""
    for change in visibility_changes:
        Tombstone.objects.filter(
            comment=change.comment_pk,
            is_open=True,
            opened_capture__isnull=False,
            opened_entry=None,
        ).update(
            until_not_before=change.not_before,
            until_not_after=capture.moment,
            closed_capture=capture,
            is_open=False,
        )
