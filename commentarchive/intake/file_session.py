"""One file on its way in: read in batches, written, and closed with one entry.

The stages, each in a module of its own: a file's articles (`file_reading`) are found
again in the archive (`matcher`, `stored`), compared with it (`plan`, or `new_articles`
where nothing is stored), written (`batches`), and told of (`closing_entries`).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils import timezone

from commentarchive.actions.blogs import (
    settle_look,
)
from commentarchive.actions.commenters import Commenters
from commentarchive.captures import files as capture_files
from commentarchive.importers.characters import printable
from commentarchive.importers.isolated_source import IsolatedSource
from commentarchive.importers.parsed import ParsedPost, Remark
from commentarchive.intake.batches import (
    ARTICLE_COST,
    BATCH_COMMENTS,
    BatchWriter,
    Plan,
)
from commentarchive.intake.closing_entries import closing_entries
from commentarchive.intake.decision_watch import DecisionWatch
from commentarchive.intake.drawn import Drawn
from commentarchive.intake.file_reading import FileReading, Progress
from commentarchive.intake.matcher import (
    an_article_of,
    find_post,
    settle_attachments,
)
from commentarchive.intake.met_by_hand import as_of_the_copy
from commentarchive.intake.mirrored import Mirrored
from commentarchive.intake.moved import Moves
from commentarchive.intake.moved_blogs import articles_of, moved_here
from commentarchive.intake.new_articles import (
    MOST_COMMENTS,
    NewArticle,
    plan_new_article,
)
from commentarchive.intake.plan import ArticlePlan, plan_article
from commentarchive.intake.read_ahead import ReadAhead
from commentarchive.intake.repeated import Again, Said, note_again
from commentarchive.intake.stored import stored_comments
from commentarchive.intake.weighing import file_of
from commentarchive.intake.write_thread import Destination
from commentarchive.ledger.append import SYSTEM, By, append_all, next_index
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.models import (
    Blog,
    Capture,
    CaptureFile,
    CaptureState,
    Post,
)
from commentarchive.storage.bulk_insert import Rows
from commentarchive.storage.import_tables import TABLES
from commentarchive.storage.write_locks import long_write

CANCELLED = "the import was cancelled here, and the rest was not read"


def open_capture(
    source: IsolatedSource, blog: Blog, kept: capture_files.StoredFile, reading_ref: str
) -> Capture:
    """Add the row of a capture whose bytes are kept."""
    ref, now = new_ref("k"), timezone.now()
    start, end = source.blog.written_at, source.blog.written_until
    capture = Capture.objects.create(
        ref=ref,
        blog=blog,
        importer=source.importer.name,
        importer_version=source.importer.version,
        sha256=kept.sha256,
        size=kept.size,
        taken_at=now,
        written_at=start,
        # It was there when it was read.
        written_until=end and min(end, max(now, start or now)),
        reading=reading_ref or ref,
        is_compared=False,
    )
    CaptureFile.objects.create(capture=capture, name=printable(source.path.name)[:500])
    return capture


class FileArticle(NamedTuple):
    """An article of the file, and its plan where that needs no look-up."""

    ordinal: int
    parsed: ParsedPost
    # What it says otherwise than before, where the file holds it again.
    again: Again | None
    # Whether it may be one that was read.
    is_repeated: bool
    plan: NewArticle | None


def _size(article: FileArticle) -> int:
    return ARTICLE_COST + len(article.parsed.comments)


@dataclass(slots=True)
class FileSession:
    """One file's way from its reader to the closed capture."""

    reading: FileReading
    blog: Blog
    capture: Capture
    by: By = SYSTEM
    is_cancelled: Callable[[], bool] = lambda: False
    # None while the blog has no articles: there is nothing to be found again.
    moves: Moves | None = None
    # What the file tells of other systems' numbers, also what was written before.
    mirrored: Mirrored = field(default_factory=Mirrored)
    drawn: Drawn = field(default_factory=Drawn)
    is_given_up: bool = False

    def read(self, progress: Progress | None) -> None:
        """Plan article after article, and write them in batches."""
        decisions = DecisionWatch(self.blog)
        # While the blog has no articles, nothing has to be looked up.
        if an_article_of(self.blog.pk):
            self.moves = Moves(self.blog, self.reading.source, self.capture)
        articles = self._articles(progress, decisions)
        with ReadAhead(articles, size=_size, most=BATCH_COMMENTS) as ahead:
            writer = self.writer(decisions, before_insert=ahead.start)
            for article in ahead:
                if self.is_cancelled():
                    self._give_up(article.parsed.byte)
                    break
                # What waits has to be there before this one is looked up.
                if article.is_repeated:
                    writer.flush()
                writer.add(self.plan(article, decisions, writer))
            writer.flush()

    def _give_up(self, byte: int) -> None:
        """Note that the rest is not read: nothing is told by its absence."""
        notes = self.reading.notes
        notes.is_whole = notes.has_all_records = False
        notes.problems.append(Remark(f"byte {byte}", CANCELLED))
        self.is_given_up = True

    def _articles(
        self, progress: Progress | None, decisions: DecisionWatch
    ) -> Iterator[FileArticle]:
        """Read the articles that are not written yet; plan those of a new blog.

        It may run in a thread, and looks nothing up in the database.
        """
        start = self.capture.cursor_post
        said = Said()
        for ordinal, parsed in self.reading.articles(progress):
            self.mirrored.note(parsed)
            again = said.again(parsed)
            if ordinal < start:
                continue
            is_repeated = again is not None or said.may_be_known(parsed)
            plan = None
            if not is_repeated and self.moves is None:
                plan = self._plan_new(parsed, decisions, ordinal)
            yield FileArticle(ordinal, parsed, again, is_repeated, plan)

    def writer(
        self, decisions: DecisionWatch, before_insert: Callable[[], None]
    ) -> BatchWriter:
        return BatchWriter(
            self.blog,
            Destination(
                capture=self.capture,
                commenters=Commenters(self.blog.pk),
                rows=Rows(TABLES),
            ),
            counts=self.reading.counts,
            decisions=decisions,
            replan=lambda parsed, ordinal: self._compare(
                parsed, None, decisions, ordinal
            ),
            before_insert=before_insert,
        )

    def plan(
        self, article: FileArticle, decisions: DecisionWatch, writer: BatchWriter
    ) -> Plan:
        """Return what is to be written of an article, which may be stored already."""
        ordinal, parsed, again, _is_repeated, planned = article
        if planned is not None:
            return planned
        post = None
        if article.is_repeated or self.moves:
            remarks = self.reading.counts.remarks
            post = find_post(parsed, self.blog, remarks)
            if self.moves:
                parsed, post = self.moves.article(parsed, post, remarks)
        if post is not None and writer.has_waiting(post.pk):
            # Two numbers of the file may lead to one article.
            writer.flush()
            posts = Post.objects.select_related("current_revision__text")
            post = posts.get(pk=post.pk)
        plan: Plan | None = None
        if post is None and (article.is_repeated or self.moves):
            plan = self._plan_new(parsed, decisions, ordinal)
        if plan is None:
            plan = self._compare(parsed, post, decisions, ordinal)
            note_again(plan, again)
        return plan

    def _plan_new(
        self, parsed: ParsedPost, decisions: DecisionWatch, ordinal: int
    ) -> NewArticle | None:
        """Plan an article that is not stored; None if the general way has to."""
        if len(parsed.comments) > MOST_COMMENTS:
            return None
        return plan_new_article(
            parsed,
            decisions=decisions.snapshot,
            zone=self.blog.time_zone,
            ordinal=ordinal,
            drawn=self.drawn,
        )

    def _compare(
        self,
        parsed: ParsedPost,
        post: Post | None,
        decisions: DecisionWatch,
        ordinal: int,
    ) -> ArticlePlan:
        stored = as_of_the_copy(parsed, stored_comments(post)) if post else {}
        if self.moves and post:
            parsed = self.moves.comments(parsed, post, stored)
        if post:
            parsed = self.mirrored.meet(parsed, post, stored)
        return plan_article(
            parsed,
            post=post,
            stored=stored,
            decisions=decisions.snapshot,
            zone=self.blog.time_zone,
            ordinal=ordinal,
            file=file_of(self.capture),
        )

    def close(self) -> None:
        """Close the capture and append its one entry."""
        self.mirrored.remember(self.blog, self.capture)
        counts, capture, notes = self.reading.counts, self.capture, self.reading.notes
        moves = self.moves
        counts.remarks += (
            moves.remarks if moves else moved_here(articles_of(self.blog), self.blog)
        )
        counts.remarks += self.mirrored.remarks
        self.reading.name_lines()
        with long_write():
            if self.moves:
                # Before anything is shown with its article: it may have to wait.
                self.moves.close()
            settle_attachments(self.blog)
            settle_look(self.blog)
            capture.progress = counts.pack() | {
                "repairs": [[each.place, each.reason] for each in notes.repairs],
                "problems": [[each.place, each.reason] for each in notes.problems],
                "how": notes.how,
                "cannot_tell": self.reading.cannot_tell(),
                "has_all_records": notes.has_all_records,
                "is_dated_by_hand": self.reading.source.is_dated_by_hand,
                "scope": self.reading.scope.pack(),
            }
            capture.root = counts.root()
            capture.state = self._final_state()
            capture.closed_at = timezone.now()
            capture.entry_index = next_index()
            capture.save()
            append_all(closing_entries(self.reading, capture, self.by))

    def _final_state(self) -> CaptureState:
        if self.is_given_up:
            return CaptureState.ABANDONED
        is_whole = self.reading.notes.is_whole
        return CaptureState.COMPLETE if is_whole else CaptureState.PARTIAL
