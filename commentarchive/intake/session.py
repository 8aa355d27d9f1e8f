"""An import: a file is kept, read in batches, and closed with one entry.

The stages, each in a module of its own: a file's articles (`file_reading`) are found
again in the archive (`matcher`, `stored`), compared with it (`plan`, or `new_articles`
where nothing is stored), written (`batches`), and reported (`report`). The session
holds them together; the import's lock makes it the only one at work.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone

from commentarchive.actions.blogs import (
    BlogFacts,
    find_blog,
    make_blog,
    settle_look,
)
from commentarchive.actions.commenters import Commenters
from commentarchive.captures import files as capture_files
from commentarchive.captures.changes import changes_of
from commentarchive.captures.gaps import compare_copies
from commentarchive.discussion.stored_pages import store_missing
from commentarchive.erasure.sweep import forget_unnamed
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
from commentarchive.intake.file_reading import FileReading, Progress, open_sources
from commentarchive.intake.known_copies import (
    belong_to_another_reading,
    known_file,
    sweep,
)
from commentarchive.intake.matcher import (
    an_article_of,
    blog_facts,
    find_post,
    settle_attachments,
    unnamed,
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
from commentarchive.intake.rare_collections import rare_collections
from commentarchive.intake.read_ahead import ReadAhead
from commentarchive.intake.repeated import Again, Said, note_again
from commentarchive.intake.report import Counts, Report
from commentarchive.intake.stored import stored_comments
from commentarchive.intake.weighing import file_of
from commentarchive.intake.write_thread import Destination
from commentarchive.ledger.append import SYSTEM, By, append_all, next_index
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.models import (
    Blog,
    BlogVisibility,
    Capture,
    CaptureFile,
    CaptureState,
    Post,
)
from commentarchive.storage.bulk_insert import Rows, undo_in_memory
from commentarchive.storage.hidden_phrases import keep_phrases_between_writes
from commentarchive.storage.import_tables import TABLES
from commentarchive.storage.write_locks import import_lock, long_write

CANCELLED = "the import was cancelled here, and the rest was not read"


def import_files(  # noqa: PLR0913  # all but the first have defaults
    paths: Sequence[Path],
    *,
    blog_slug: str = "",
    source: str = "",
    saved_at: date | None = None,
    marks: Path | None = None,
    progress: Progress | None = None,
    by: By = SYSTEM,
    visibility: BlogVisibility = BlogVisibility.UNLISTED,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> list[Report]:
    """Read files into the archive; files that are given together are one reading.

    `saved_at` is the time or the day on which they were made, unless they say so, a day
    by the clock of their blog; `marks` is a file of what was decided about a plain
    text; `visibility` is that of a blog which is new; `by` is whoever entered them, the
    program if nobody did. Once cancelled, what has been read stays as a copy that was
    given up; the same bytes can be imported again. Raise Unreadable or OSError for a
    refused file, before anything is written, and ImportRunning during another import.
    """
    sources = open_sources(paths, source, saved_at, blog_slug, marks)
    facts = [blog_facts(opened, blog_slug) for opened in sources]
    reports: list[Report] = []
    with import_lock(is_import=True), rare_collections():
        is_part = belong_to_another_reading(sources)
        reading_ref = ""
        for opened, blog in zip(sources, facts, strict=True):
            if is_cancelled():
                break
            report = _import_file(
                opened,
                replace(blog, visibility=visibility),
                reading_ref=reading_ref if opened.host is None and not is_part else "",
                is_part=is_part and opened.host is None,
                progress=progress,
                by=by,
                is_cancelled=is_cancelled,
            )
            reading_ref = reading_ref or report.capture or ""
            reports.append(report)
        refs = [report.capture for report in reports if report.capture]
        compare_copies(refs)
        keep_phrases_between_writes()
        for report in reports:
            if report.capture and not report.was_known:
                report.changes = changes_of(report.capture)
    return reports


def _import_file(
    source: IsolatedSource,
    facts: BlogFacts,
    *,
    reading_ref: str,
    is_part: bool,
    progress: Progress | None,
    by: By,
    is_cancelled: Callable[[], bool],
) -> Report:
    """Import one file; a killed import of the same bytes is gone on with."""
    kept = capture_files.keep(source.path)
    blog = find_blog(facts)
    capture = blog and Capture.objects.of_bytes(blog, kept.sha256)
    if capture:
        # Bytes from which comments were erased are kept under another digest.
        forget_unnamed(kept.sha256)
    source.read_by_clock(blog.time_zone if blog else settings.TIME_ZONE)
    if capture and capture.state != CaptureState.READING:
        return known_file(source, capture)
    with long_write():
        blog = blog or make_blog(facts)
        capture = capture or open_capture(source, blog, kept, reading_ref)
    reading = FileReading(
        source=source,
        blog=blog,
        size=capture.size,
        counts=Counts.unpack(capture.progress),
        is_part=is_part,
    )
    if not reading.counts.posts.seen:
        reading.counts.remarks += unnamed(facts, blog.address, blog.slug)
    session = Session(reading, blog, capture, by, is_cancelled)
    with undo_in_memory():
        session.read(progress)
    session.close()
    if failure := sweep(capture):
        reading.notes.problems.append(failure)
        reading.notes.is_whole = False
    store_missing(blog)
    return reading.report(sha256=capture.sha256, capture=capture.ref)


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
class Session:
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
        start, said = self.capture.cursor_post, Said()
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
