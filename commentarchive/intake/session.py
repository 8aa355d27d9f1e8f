"""An import: files are kept, read one by one, and compared with what was read before.

A `FileSession` takes each of them in; the import's lock makes this one the only one at
work.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from django.conf import settings

from commentarchive.actions.blogs import (
    BlogFacts,
    find_blog,
    make_blog,
)
from commentarchive.captures import files as capture_files
from commentarchive.captures.changes import changes_of
from commentarchive.captures.gaps import compare_copies
from commentarchive.discussion.stored_pages import store_missing
from commentarchive.erasure.sweep import forget_unnamed
from commentarchive.importers.isolated_source import IsolatedSource
from commentarchive.intake.file_reading import FileReading, Progress, open_sources
from commentarchive.intake.file_session import FileSession, open_capture
from commentarchive.intake.known_copies import (
    belong_to_another_reading,
    known_file,
    sweep,
)
from commentarchive.intake.matcher import (
    blog_facts,
    unnamed,
)
from commentarchive.intake.rare_collections import rare_collections
from commentarchive.intake.report import Counts, Report
from commentarchive.ledger.append import SYSTEM, By
from commentarchive.models import (
    BlogVisibility,
    Capture,
    CaptureState,
)
from commentarchive.storage.bulk_insert import undo_in_memory
from commentarchive.storage.hidden_phrases import keep_phrases_between_writes
from commentarchive.storage.write_locks import import_lock, long_write


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
    session = FileSession(reading, blog, capture, by, is_cancelled)
    with undo_in_memory():
        session.read(progress)
    session.close()
    if failure := sweep(capture):
        reading.notes.problems.append(failure)
        reading.notes.is_whole = False
    store_missing(blog)
    return reading.report(sha256=capture.sha256, capture=capture.ref)
