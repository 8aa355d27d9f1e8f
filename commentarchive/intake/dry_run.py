"""A dry run: the report that an import would print, with nothing written at all."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.conf import settings

from commentarchive.actions.blogs import find_blog
from commentarchive.captures import files as capture_files
from commentarchive.importers.isolated_source import IsolatedSource
from commentarchive.importers.parsed import ParsedPost
from commentarchive.intake.file_reading import FileReading, Progress, open_sources
from commentarchive.intake.imagined import Imagined, ImaginedArticles
from commentarchive.intake.matcher import blog_facts, find_post
from commentarchive.intake.met_by_hand import as_of_the_copy
from commentarchive.intake.mirrored import Mirrored
from commentarchive.intake.moved import Moves
from commentarchive.intake.plan import (
    DecisionSnapshot,
    plan_article,
)
from commentarchive.intake.repeated import Again, Said, note_again
from commentarchive.intake.report import Report, known_report
from commentarchive.intake.stored import (
    stored_comments,
)
from commentarchive.intake.weighing import FileRead
from commentarchive.matching import Key
from commentarchive.models import Blog, Capture, CaptureState

# The article that a reply is on, where it occurs again, and the parent that it lacks.
type Orphan = tuple[Imagined | None, Key]


def dry_run(
    paths: Sequence[Path],
    *,
    blog_slug: str = "",
    source: str = "",
    saved_at: datetime | None = None,
    marks: Path | None = None,
    progress: Progress | None = None,
) -> list[Report]:
    """Read files and compare them with the archive. Raise as `import_files` does.

    Each file is read twice: only articles that occur again are remembered whole.
    """
    sources = open_sources(paths, source, saved_at, blog_slug, marks)
    # Files together are one reading; the blogs of one file have nothing in common.
    together = [source for source in sources if not source.host]
    groups = [together, *([source] for source in sources if source.host)]
    return [
        report
        for group in groups
        for report in _read_together(group, blog_slug, progress)
    ]


def _read_together(
    sources: Sequence[IsolatedSource], blog_slug: str, progress: Progress | None
) -> list[Report]:
    """Return the reports on files that are one reading."""
    imagined = ImaginedArticles(
        parsed
        for opened in sources
        for _ordinal, parsed in FileReading(
            source=opened, blog=None, size=opened.path.stat().st_size
        ).articles(None)
    )
    read = [_read_file(opened, blog_slug, imagined, progress) for opened in sources]
    for report, orphans in read:
        if report.was_known:
            continue
        waiting = [each for each in orphans if imagined.is_waited_for(*each)]
        # Negative keys stand for placeholders that were not written.
        report.counts.orphans = {-1 - n: 1 for n in range(len(waiting))}
    return [report for report, _orphans in read]


def _read_file(
    source: IsolatedSource,
    slug: str,
    imagined: ImaginedArticles,
    progress: Progress | None,
) -> tuple[Report, list[Orphan]]:
    """Return the report on one file, and the parents that its replies lack."""
    blog = find_blog(blog_facts(source, slug))
    measured = capture_files.measure(source.path)
    capture = blog and Capture.objects.of_bytes(blog, measured.sha256)
    if capture and capture.state != CaptureState.READING:
        report = known_report(source, capture)
        report.capture = None
        return report, []
    reading = FileReading(source=source, blog=blog, size=measured.size)
    file = FileRead(source.importer.name, measured.sha256, source.blog.written_at)
    orphans: list[Orphan] = []
    moves = Moves(blog, source, None) if blog else None
    mirrored, said = Mirrored(), Said()
    for ordinal, parsed in reading.articles(progress):
        again = said.again(parsed)
        orphans += _plan(
            parsed, ordinal, imagined, reading, moves, mirrored, file, again
        )
    reading.counts.remarks += moves.remarks if moves else []
    reading.counts.remarks += mirrored.remarks
    return reading.report(sha256=measured.sha256, capture=None), orphans


def _plan(
    parsed: ParsedPost,
    ordinal: int,
    imagined: ImaginedArticles,
    reading: FileReading,
    moves: Moves | None,
    mirrored: Mirrored,
    file: FileRead,
    again: Again | None,
) -> list[Orphan]:
    """Plan one article and count it, on top of what earlier plans would leave.

    Return the parents that its replies lack.
    """
    blog: Blog | None = reading.blog
    counts = reading.counts
    post = find_post(parsed, blog, counts.remarks) if blog else None
    if moves:
        parsed, post = moves.article(parsed, post, counts.remarks)
    repeated = imagined.find(parsed, post)
    post = repeated.post if repeated else post
    stored = as_of_the_copy(parsed, stored_comments(post)) if post else {}
    if moves and post:
        parsed = moves.comments(parsed, post, stored)
    if post:
        parsed = mirrored.meet(parsed, post, stored)
    if repeated:
        stored |= repeated.comments
    plan = plan_article(
        parsed,
        post=post,
        stored=stored,
        # Decisions are left out: what an import would hold for the desk is still
        # counted as new or changed.
        decisions=DecisionSnapshot(),
        zone=blog.time_zone if blog else settings.TIME_ZONE,
        ordinal=ordinal,
        file=file,
    )
    change = repeated.change(parsed) if repeated else None
    plan.change = change or plan.change
    note_again(plan, again)
    counts.count_article(plan)
    for planned in plan.comments:
        if planned.parsed:
            counts.comments.count(planned.change)
    if repeated:
        repeated.take_in(plan)
    return [(repeated, parent) for parent in plan.missing_parents]
