"""The pages of a new article, made from the rows that are about to be written.

They are what `discussion.stored_pages` would make of the same rows later, at half the
cost: nothing has to be read back.
"""

from collections.abc import Sequence
from typing import NamedTuple

from commentarchive.actions.commenters import CommenterKey
from commentarchive.actions.notices import grade_and_actor
from commentarchive.discussion.stored_threads import (
    PackedWindow,
    StoredThread,
    key_of,
    pack_window,
)
from commentarchive.discussion.windows import render_thread
from commentarchive.importers.parsed import ParsedComment, When
from commentarchive.importers.registry import facts_of
from commentarchive.intake.plan import waits_here
from commentarchive.models import Blog, Capture, TombstoneKind, Visibility
from commentarchive.models.times import on_source_clock
from commentarchive.text.shown_names import shown_name
from commentarchive.text.unseen import marked
from commentarchive.threads.thread_rows import NoticeRow, ThreadRow


class Place(NamedTuple):
    """A comment in reading order; `parent` is the place of its parent, or -1."""

    comment: ParsedComment
    when: When
    parent: int
    depth: int
    visibility: Visibility


class FirstPages:
    """Renders new threads of one capture and one blog."""

    def __init__(self, capture: Capture, blog: Blog) -> None:
        self._capture = capture
        self._zone = blog.time_zone
        self._key = key_of(blog)

    def render(
        self,
        places: Sequence[Place],
        refs: Sequence[str],
        commenters: Sequence[CommenterKey | None],
    ) -> tuple[StoredThread, list[PackedWindow]]:
        """Return what is stored of a public thread: in sum, and its windows."""
        rows = self._rows(places, refs, commenters)
        number = rows[-1].position + 1 if rows else 0
        windows = [pack_window(window) for window in render_thread(rows, {})]
        return StoredThread.of(number, self._key, windows), windows

    def _rows(
        self,
        places: Sequence[Place],
        refs: Sequence[str],
        commenters: Sequence[CommenterKey | None],
    ) -> list[ThreadRow]:
        """Return comments as their page shows them: without a hidden word or name."""
        rows = []
        for position, (place, ref, commenter) in enumerate(
            zip(places, refs, commenters, strict=True)
        ):
            comment, when, above, depth, visibility = place
            if visibility is Visibility.INTERNAL:
                continue
            parent_ref = parent_name = ""
            if above >= 0:
                parent = places[above]
                if parent.visibility is not Visibility.INTERNAL:
                    parent_ref = refs[above]
                if parent.visibility is Visibility.PUBLISHED:
                    parent_name = shown_name(parent.comment.name)
            is_shown = visibility is Visibility.PUBLISHED
            rows.append(
                ThreadRow(
                    ref,
                    position,
                    depth,
                    comment.kind,
                    visibility.value,
                    parent_ref,
                    parent_name,
                    on_source_clock(
                        when.utc, when.offset, self._zone, day_only=when.day_only
                    ),
                    marked(when.printed[:60]),
                    shown_name(comment.name) if is_shown else "",
                    commenter.ref if commenter else "",
                    comment.html if is_shown else "",
                    None if is_shown else self._notice(comment, visibility, when),
                )
            )
        return rows

    def _notice(
        self, comment: ParsedComment, visibility: Visibility, when: When
    ) -> NoticeRow | None:
        """Return the notice that an import opens on a comment its blog hides."""
        if visibility not in TombstoneKind:
            return None
        waits = waits_here(visibility, comment.state)
        grade, actor = grade_and_actor(visibility, waits_here=waits)
        return NoticeRow(
            *(visibility.value, grade.value),
            on_source_clock(when.utc, None, self._zone),
            on_source_clock(self._capture.moment, None, self._zone),
            *(actor, "", "", self._capture.ref),
            missing_from=facts_of(self._capture.importer).missing_from,
        )
