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
from commentarchive.importers.parsed import UNKNOWN_STATUS, ParsedPost, Reading
from commentarchive.importers.reader_process import Apart
from commentarchive.intake.counts import Counts, IdHoles
from commentarchive.intake.matcher import (
    blog_facts,
    find_post,
    on_blog,
    repeated_article,
    same_article,
)
from commentarchive.intake.plan import (
    Change,
    Guarded,
    PostPlan,
    Step,
    make_plan,
)
from commentarchive.intake.report import Report, cannot_tell, known_report
from commentarchive.intake.session import Progress
from commentarchive.intake.stored import Known, Version, known_comments
from commentarchive.matching import Key, article_key
from commentarchive.models import Blog, Capture, CaptureState

type ArticleKey = str


@dataclass(slots=True)
class _Planned:
    """An article that occurs more than once, as the plans so far would leave it."""

    comments: dict[Key, Known] = field(default_factory=dict)
    article: ParsedPost | None = None


type Seen = dict[ArticleKey, _Planned]


def dry_run(
    paths: Sequence[Path],
    *,
    blog_slug: str = "",
    source: str = "",
    saved_at: datetime | None = None,
    progress: Progress | None = None,
) -> list[Report]:
    """Read files and compare them with the archive. Raise as `import_files` does.

    Each file is read twice: only articles that occur again are remembered whole.
    """
    sources = [Apart(path, source=source, saved_at=saved_at) for path in paths]
    occurs = Counter(
        article_key(parsed) for each in sources for parsed in each.posts(Reading())
    )
    seen: Seen = {key: _Planned() for key, number in occurs.items() if number > 1}
    read = [_read_one(each, blog_slug, seen, progress) for each in sources]
    for report, orphans in read:
        if report.was_known:
            continue
        waiting = [
            key
            for article, key in orphans
            if article not in seen
            or key not in seen[article].comments
            or seen[article].comments[key].is_placeholder
        ]
        # Negative keys stand for placeholders that were not written.
        report.counts.orphans = {-1 - n: 1 for n in range(len(waiting))}
    return [report for report, _orphans in read]


def _read_one(
    source: Apart, slug: str, seen: Seen, progress: Progress | None
) -> tuple[Report, list[tuple[ArticleKey, Key]]]:
    blog = find_blog(blog_facts(source, slug))
    kept = capture_files.measure(source.path)
    capture = blog and Capture.objects.filter(blog=blog, sha256=kept.sha256).first()
    if capture and capture.state != CaptureState.READING:
        report = known_report(source, capture)
        report.capture = None
        return report, []
    reading, counts, holes = Reading(), Counts(), IdHoles()
    orphans: list[tuple[ArticleKey, Key]] = []
    for ordinal, told in enumerate(source.posts(reading)):
        parsed = on_blog(told, blog.address if blog else "")
        holes.add([each.source_id for each in parsed.comments])
        plan = _plan(parsed, ordinal, blog, seen, counts)
        orphans += [(article_key(parsed), key) for key in plan.orphans]
        if progress:
            progress(parsed.byte, counts.comments.seen)
    report = Report(
        source=source.importer.name,
        path=source.path,
        blog=blog,
        capture=None,
        sha256=kept.sha256,
        counts=counts,
        repairs=reading.repairs,
        problems=[*reading.problems, *counts.remarks],
        cannot_tell=cannot_tell(source, holes, counts.comments.seen),
        is_complete=reading.is_whole,
    )
    return report, orphans


def _plan(
    parsed: ParsedPost,
    ordinal: int,
    blog: Blog | None,
    seen: Seen,
    counts: Counts,
) -> PostPlan:
    article = article_key(parsed)
    post = find_post(parsed, blog, counts.remarks) if blog else None
    known = known_comments(post) if post else {}
    planned = seen.get(article)
    if planned:
        known |= planned.comments
    plan = make_plan(
        parsed,
        post=post,
        known=known,
        # What waits for the desk is counted as what it is all the same.
        guarded=Guarded(),
        zone=blog.time_zone if blog else settings.TIME_ZONE,
        ordinal=ordinal,
    )
    if planned and planned.article:
        plan.change = _against(planned.article, parsed)
        if parsed.source_id and plan.change == "changed":
            plan.remarks.append(repeated_article(parsed))
    elif post:
        plan.change = "unchanged" if same_article(post, parsed) else "changed"
    counts.count_post(plan)
    for step in plan.steps:
        if step.parsed:
            counts.comments.count(step.change)
    if planned:
        planned.comments = {step.key: _as_if_written(step) for step in plan.steps}
        planned.article = _after(planned.article, parsed)
    return plan


def _against(before: ParsedPost, now: ParsedPost) -> Change:
    same = now.status in {before.status, UNKNOWN_STATUS} and (
        not now.has_text or (before.title, before.raw) == (now.title, now.raw)
    )
    return "unchanged" if same else "changed"


def _after(before: ParsedPost | None, now: ParsedPost) -> ParsedPost:
    """Give the article as it would stand: what a copy does not tell stays."""
    if before is None:
        return now
    status = before.status if now.status == UNKNOWN_STATUS else now.status
    told = now if now.has_text else before
    return replace(now, status=status, title=told.title, raw=told.raw)


def _as_if_written(step: Step) -> Known:
    parsed, known = step.parsed, step.known
    if parsed is None and known is not None:
        return known
    last = Version(0, 1, "")
    return Known(
        pk=0,
        ref="",
        parent_pk=None,
        position=step.position,
        depth=step.depth,
        visibility="",
        source_state=parsed.state if parsed else "",
        source_parent=step.source_parent,
        is_placeholder=parsed is None,
        when=step.when.utc.timestamp() if step.when.utc else inf,
        versions={step.fingerprint: last},
        last=last,
    )
