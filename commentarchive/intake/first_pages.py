"""The pages of a new article, made from the rows that are about to be written.

They are what `discussion.stored_pages` would make of the same rows later, at half the
cost: nothing has to be read back.
"""

from collections.abc import Sequence

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
from commentarchive.models import Blog, Capture, TombstoneKind, Visibility
from commentarchive.models.times import on_source_clock
from commentarchive.text.shown_names import shown_name
from commentarchive.text.unseen import marked
from commentarchive.threads.thread_rows import NoticeRow, ThreadRow


class FirstPages:
    """Renders new threads of one capture and one blog."""

    def __init__(self, capture: Capture, blog: Blog) -> None:
        self._capture = capture
        self._zone = blog.time_zone
        self._key = key_of(blog)

    def row(
        self,
        comment: ParsedComment,
        when: When,
        *,
        place: tuple[int, int],
        refs: tuple[str, str],
        commenter: CommenterKey | None,
        visibility: Visibility,
        parent_name: str,
    ) -> ThreadRow:
        """Return a comment as its page shows it: without a hidden word or name.

        `place` is position and depth, `refs` the comment's and its parent's.
        """
        is_shown = visibility is Visibility.PUBLISHED
        return ThreadRow(
            *(refs[0], *place, comment.kind, visibility.value, refs[1]),
            shown_name(parent_name),
            on_source_clock(when.utc, when.offset, self._zone),
            marked(when.printed[:60]),
            shown_name(comment.name) if is_shown else "",
            commenter.ref if commenter else "",
            comment.html if is_shown else "",
            None if is_shown else self._notice(visibility, when),
        )

    def _notice(self, visibility: Visibility, when: When) -> NoticeRow | None:
        """Return the notice that an import opens on a comment its blog hides."""
        if visibility not in TombstoneKind:
            return None
        grade, actor = grade_and_actor(visibility)
        return NoticeRow(
            *(visibility.value, grade.value),
            on_source_clock(when.utc, None, self._zone),
            on_source_clock(self._capture.moment, None, self._zone),
            *(actor, "", "", self._capture.ref),
            importer=self._capture.importer,
        )

    def render(
        self, rows: Sequence[ThreadRow]
    ) -> tuple[StoredThread, list[PackedWindow]]:
        """Return what is stored of a public thread: in sum, and its windows."""
        places = rows[-1].position + 1 if rows else 0
        windows = [pack_window(window) for window in render_thread(rows, {})]
        return StoredThread.of(places, self._key, windows), windows
