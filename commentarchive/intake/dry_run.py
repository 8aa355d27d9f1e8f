"""A dry run: the report that an import would print, with nothing written at all."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import inf
from pathlib import Path

from django.conf import settings

from commentarchive.actions.blogs import find_blog
from commentarchive.captures import files as capture_files
from commentarchive.importers.isolated_source import IsolatedSource
from commentarchive.importers.parsed import UNKNOWN_STATUS, ParsedPost
from commentarchive.intake.file_reading import FileReading, Progress, open_sources
from commentarchive.intake.matcher import blog_facts, find_post
from commentarchive.intake.met_by_hand import as_of_the_copy
from commentarchive.intake.mirrored import Mirrored
from commentarchive.intake.moved import Moves
from commentarchive.intake.plan import (
    ArticlePlan,
    Change,
    DecisionSnapshot,
    PlannedComment,
    plan_article,
)
from commentarchive.intake.repeated import Again, Said, note_again
from commentarchive.intake.report import Report, known_report
from commentarchive.intake.stored import (
    StoredComment,
    StoredVersion,
    stored_comments,
)
from commentarchive.intake.weighing import FileRead
from commentarchive.matching import Key, article_key
from commentarchive.models import Blog, Capture, CaptureState
from commentarchive.threads.evidence import Facts

type ArticleKey = str


@dataclass(slots=True)
class _Imagined:
    """An article that occurs more than once, as the plans so far would leave it."""

    comments: dict[Key, StoredComment] = field(default_factory=dict)
    article: ParsedPost | None = None


type ImaginedArticles = dict[ArticleKey, _Imagined]


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
    occurrences = Counter(
        article_key(parsed)
        for opened in sources
        for _ordinal, parsed in FileReading(
            source=opened, blog=None, size=opened.path.stat().st_size
        ).articles(None)
    )
    imagined: ImaginedArticles = {
        key: _Imagined() for key, number in occurrences.items() if number > 1
    }
    read = [_read_file(opened, blog_slug, imagined, progress) for opened in sources]
    for report, orphans in read:
        if report.was_known:
            continue
        waiting = [
            key
            for article, key in orphans
            if article not in imagined
            or key not in imagined[article].comments
            or imagined[article].comments[key].is_placeholder
        ]
        # Negative keys stand for placeholders that were not written.
        report.counts.orphans = {-1 - n: 1 for n in range(len(waiting))}
    return [report for report, _orphans in read]


def _read_file(
    source: IsolatedSource,
    slug: str,
    imagined: ImaginedArticles,
    progress: Progress | None,
) -> tuple[Report, list[tuple[ArticleKey, Key]]]:
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
    orphans: list[tuple[ArticleKey, Key]] = []
    moves = Moves(blog, source, None) if blog else None
    mirrored, said = Mirrored(), Said()
    for ordinal, parsed in reading.articles(progress):
        again = said.again(parsed)
        plan = _plan(parsed, ordinal, imagined, reading, moves, mirrored, file, again)
        orphans += [(article_key(parsed), key) for key in plan.missing_parents]
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
) -> ArticlePlan:
    """Plan one article and count it, on top of what earlier plans would leave."""
    blog: Blog | None = reading.blog
    counts = reading.counts
    repeated = imagined.get(article_key(parsed))
    post = find_post(parsed, blog, counts.remarks) if blog else None
    if moves:
        parsed, post = moves.article(parsed, post, counts.remarks)
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
    if repeated and repeated.article:
        plan.change = _change(repeated.article, parsed)
    note_again(plan, again)
    counts.count_article(plan)
    for planned in plan.comments:
        if planned.parsed:
            counts.comments.count(planned.change)
    if repeated:
        repeated.comments = {
            planned.key: _as_if_written(planned) for planned in plan.comments
        }
        repeated.article = _merged(repeated.article, parsed)
    return plan


def _change(before: ParsedPost, now: ParsedPost) -> Change:
    """Return what the second occurrence of an article changes in the first."""
    same = now.status in {before.status, UNKNOWN_STATUS} and (
        not now.has_text or (before.title, before.raw) == (now.title, now.raw)
    )
    return "unchanged" if same else "changed"


def _merged(before: ParsedPost | None, now: ParsedPost) -> ParsedPost:
    """Return the article as both occurrences leave it; what is untold stays."""
    if before is None:
        return now
    status = before.status if now.status == UNKNOWN_STATUS else now.status
    telling = now if now.has_text else before
    return replace(now, status=status, title=telling.title, raw=telling.raw)


def _as_if_written(planned: PlannedComment) -> StoredComment:
    """Return a planned comment as a stored one, without the keys it would have."""
    parsed, stored = planned.parsed, planned.stored
    if parsed is None and stored is not None:
        return stored
    version = StoredVersion(0, 1, "")
    return StoredComment(
        pk=0,
        ref="",
        parent_pk=None,
        position=planned.position,
        depth=planned.depth,
        visibility=planned.visibility,
        source_state=parsed.source_state if parsed else "",
        source_parent=planned.source_parent,
        is_placeholder=parsed is None,
        when=planned.when.utc.timestamp() if planned.when.utc else inf,
        facts=Facts(moment=planned.when.utc, parent=planned.source_parent),
        versions={planned.fingerprint: version},
        last=version,
    )
