"""Let comments follow their copies again, once these outrank what was told of them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from commentarchive.actions.notices import VisibilityAtSource, open_imported
from commentarchive.discussion.stored_pages import rewrite_around
from commentarchive.models import (
    Capture,
    Comment,
    Grade,
    Tombstone,
    Visibility,
)
from commentarchive.storage.bulk_insert import Rows
from commentarchive.storage.import_tables import TABLES


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What is known to have ended a notice: a copy, or a later decision."""

    copy: Capture | None = None
    ended_at: datetime | None = None
    ended_entry: int | None = None
    closing_path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AsCopied:
    """A comment as its copies have it, in place of what was told of it."""

    comment: Comment
    found: VisibilityAtSource
    # The copy that has it so, and the version that it holds.
    capture: Capture
    revision: int | None
    source_state: str
    ending: Ending


def follow_copies(found: Sequence[AsCopied]) -> None:
    """Close what records of a blog opened, and let readers see what the copies have.

    Imports change these comments again. The caller holds the locks.
    """
    if not found:
        return
    for each in found:
        _end_told(each.comment, each.ending)
    rows = Rows(TABLES)
    hidden: dict[Capture, list[VisibilityAtSource]] = defaultdict(list)
    for each in found:
        hidden[each.capture].append(each.found)
        # Whether the text of what vanished is shown is up to its blog.
        blog, kind = each.comment.post.blog, each.found.visibility
        shows_gone = each.found.seen_capture is not None and blog.show_gone_text
        each.comment.visibility = Visibility.PUBLISHED if shows_gone else kind
        each.comment.current_revision_id = each.revision
        each.comment.source_state = each.source_state
        each.comment.decided_entry, each.comment.has_news = None, False
        each.comment.told_revision_id = None
    for capture, at_source in hidden.items():
        open_imported(at_source, capture=capture, rows=rows)
    rows.flush()
    comments = [each.comment for each in found]
    Comment.objects.bulk_update(
        comments,
        [
            *("visibility", "current_revision", "source_state"),
            *("decided_entry", "has_news", "told_revision"),
        ],
    )
    rewrite_around(comments)


def _end_told(comment: Comment, ending: Ending) -> None:
    Tombstone.objects.filter(
        comment=comment, is_open=True, grade=Grade.IMPORTED, opened_entry__isnull=False
    ).update(
        is_open=False,
        closed_capture=ending.copy,
        until_not_before=ending.ended_at,
        until_not_after=ending.ended_at,
        closed_entry=ending.ended_entry,
        closing_path=ending.closing_path,
    )
