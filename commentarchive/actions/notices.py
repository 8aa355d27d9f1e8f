"""Notices: the one door through which a comment is hidden or shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

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

# An import's notices say this of whoever hid the comment; it was the owner where what
# was erased here came again.
BY_THE_BLOG, BY_THE_OWNER = "the blog", "the owner"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a notice will say, and the entry that opens it."""

    grade: Grade
    entry_index: int
    since: datetime | None
    actor_label: str
    clause_label: str = ""
    statement_path: str = ""
    was_public: bool = False
    shows_name: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a decision makes of one comment: its state and the version shown."""

    comment: Comment
    visibility: Visibility
    notice: Notice
    revision: Revision | None


def was_public(comment: Comment) -> bool:
    """Return whether readers see a comment, or had seen it before it was hidden."""
    notice = comment.tombstones.filter(is_open=True).first()
    is_shown = comment.visibility == Visibility.PUBLISHED
    return is_shown or (notice is not None and notice.was_public)


def set_visibility(changes: Sequence[Change]) -> None:
    """Hide or show comments by decisions, and let no import undo it.

    Closes the open notices, opens new ones for comments that are not shown, sets
    which version the public sees, and rewrites each page that shows one of the
    comments once. The caller holds the locks of posts and comments.
    """
    _close_open(changes)
    Tombstone.objects.bulk_create(
        [
            Tombstone(
                comment=change.comment,
                kind=change.visibility,
                grade=change.notice.grade,
                since_not_before=change.notice.since,
                since_not_after=change.notice.since,
                actor_label=change.notice.actor_label,
                clause_label=change.notice.clause_label,
                statement_path=change.notice.statement_path,
                was_public=change.notice.was_public,
                shows_name=change.notice.shows_name,
                opened_entry=change.notice.entry_index,
            )
            for change in changes
            if change.visibility in TombstoneKind
        ]
    )
    for change in changes:
        change.comment.visibility = change.visibility
        change.comment.current_revision = change.revision
        change.comment.decided_entry = change.notice.entry_index
    comments = [change.comment for change in changes]
    Comment.objects.bulk_update(
        comments, ["visibility", "current_revision", "decided_entry"]
    )
    rewrite_around(comments)


def _close_open(changes: Sequence[Change]) -> None:
    notices = {change.comment.pk: change.notice for change in changes}
    closed = list(Tombstone.objects.filter(comment__in=notices, is_open=True))
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


@dataclass(frozen=True, slots=True)
class Hidden:
    """A comment that an import found hidden at its blog."""

    comment_pk: int
    visibility: Visibility
    not_before: datetime | None
    was_public: bool = False
    # The last copy that held it, for one that was seen to vanish.
    seen_capture: int | None = None
    # When it was hidden at the latest, where that is not the copy's own time.
    not_after: datetime | None = None


def grade_and_actor(
    visibility: str, seen_capture: int | None = None
) -> tuple[Grade, str]:
    """Say of a notice that an import opens how it is known, and who hid the comment."""
    if seen_capture is not None:
        return Grade.OBSERVED, ""
    if visibility == Visibility.ERASED:
        return Grade.DECIDED, BY_THE_OWNER
    return Grade.IMPORTED, BY_THE_BLOG


def open_imported(found: Sequence[Hidden], *, capture: Capture, rows: Rows) -> None:
    """Open a notice for each comment that its source does not show.

    It was hidden at some time between its own date and the copy's. The notices are
    added to the rows of the transaction.
    """
    hidden = [each for each in found if each.visibility in TombstoneKind]
    time_as_stored = bulk_insert.time_storer()
    made = []
    for pk, each in zip(rows.new_ids(Tombstone, len(hidden)), hidden, strict=True):
        grade, actor = grade_and_actor(each.visibility, each.seen_capture)
        made.append(
            (
                *(pk, each.comment_pk, each.visibility.value, grade.value),
                time_as_stored(each.not_before),
                time_as_stored(each.not_after or capture.moment),
                *(actor, "", ""),
                *(each.was_public, False, capture.pk, each.seen_capture),
                *("", True),
            )
        )
    rows.add(Tombstone, made)


def close_observed(
    comment: Comment, *, capture: Capture, not_after: datetime | None
) -> None:
    """Close the notice that a comment had vanished: a copy holds it again."""
    notice = comment.tombstones.filter(is_open=True, grade=Grade.OBSERVED).first()
    if notice is None:
        return
    until = not_after or capture.moment
    missed = notice.since_not_after
    notice.until_not_before = missed if missed and missed <= until else None
    notice.until_not_after = until
    notice.closed_capture = capture
    notice.is_open = False
    notice.save(
        update_fields=[
            *("until_not_before", "until_not_after", "closed_capture", "is_open"),
        ]
    )


def close_imported(turned: Sequence[Hidden], *, capture: Capture) -> None:
    """Close the notices that imports opened on comments that stand otherwise now."""
    for each in turned:
        Tombstone.objects.filter(
            comment=each.comment_pk, is_open=True, opened_capture__isnull=False
        ).update(
            until_not_before=each.not_before,
            until_not_after=capture.moment,
            closed_capture=capture,
            is_open=False,
        )
