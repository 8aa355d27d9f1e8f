"""A dry run: the report that an import would print, with nothing left written.

An article that stands once is planned and counted. What one that stands several times
says depends on what its first occurrence leaves: that is rehearsed (`rehearsal`).
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from commentarchive.importers.parsed import ParsedPost
from commentarchive.intake.file_reading import Progress, open_sources
from commentarchive.intake.foreseen import ForeseenFile, foreseen_files
from commentarchive.intake.matcher import find_post
from commentarchive.intake.met_by_hand import as_of_the_copy
from commentarchive.intake.plan import ArticlePlan, plan_article
from commentarchive.intake.rehearsal import Occurrence, rehearse_all
from commentarchive.intake.repeated import Again, Said, note_again
from commentarchive.intake.report import Report
from commentarchive.intake.stored import stored_comments


def dry_run(
    paths: Sequence[Path],
    *,
    blog_slug: str = "",
    source: str = "",
    saved_at: date | None = None,
    marks: Path | None = None,
    progress: Progress | None = None,
) -> list[Report]:
    """Read files and compare them with the archive. Raise as `import_files` does.

    Each file is read twice: only articles that occur again are remembered whole.
    """
    sources = open_sources(paths, source, saved_at, blog_slug, marks)
    files = foreseen_files(sources, blog_slug)
    to_read = [file for file in files if not file.is_known]
    # A number in place of the words: most articles stand once.
    standing = Counter(hash(name) for file in to_read for name in file.look_over())
    rehearse_all([each for file in to_read for each in _read(file, standing, progress)])
    return [file.report() for file in files]


def _read(
    file: ForeseenFile, standing: Counter[int], progress: Progress | None
) -> Iterator[Occurrence]:
    """Count the articles of a file that stand once; yield the others."""
    file.begin()
    said = Said()
    start = file.capture.cursor_post if file.capture else 0
    for ordinal, parsed in file.reading.articles(progress):
        again = said.again(parsed)
        if ordinal < start:
            # A killed import has written it.
            continue
        file.note_text(parsed, again)
        names = file.names_of(parsed, row := file.rows[ordinal])
        if any(standing[hash(name)] > 1 for name in names):
            file.take(row)
            yield Occurrence(file, ordinal, parsed, again, names)
            continue
        with file.saying(ordinal):
            _count(_plan(parsed, ordinal, file, again), file)


def _plan(
    parsed: ParsedPost, ordinal: int, file: ForeseenFile, again: Again | None
) -> ArticlePlan:
    """Plan one article on top of what the archive has of it."""
    post, moves = None, file.moves
    if file.blog:
        post = find_post(parsed, file.blog, file.counts.remarks)
    if moves:
        parsed, post = moves.article(parsed, post, file.counts.remarks)
    stored = as_of_the_copy(parsed, stored_comments(post)) if post else {}
    if moves and post:
        parsed = moves.comments(parsed, post, stored)
    if post:
        parsed = file.mirrored.meet(parsed, post, stored)
    plan = plan_article(
        parsed,
        post=post,
        stored=stored,
        decisions=file.decisions,
        zone=file.zone,
        ordinal=ordinal,
        file=file.evidence(),
    )
    note_again(plan, again)
    return plan


def _count(plan: ArticlePlan, file: ForeseenFile) -> None:
    """Count an article, or what a killed import has left of it."""
    begun = file.capture
    is_begun = begun is not None and begun.cursor_post == plan.ordinal
    start = begun.cursor_position if begun and is_begun else 0
    if start == 0:
        file.counts.count_article(plan)
    for planned in plan.comments[start:]:
        if planned.parsed:
            file.counts.comments.count(planned.change)
    file.orphans += len(plan.missing_parents)
    file.note_filled(plan)
