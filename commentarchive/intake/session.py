"""Imports: a file is kept, read in batches, and closed with one entry.

The one writer of several transactions. Each batch commits its rows, its counts and
its cursor together, so that an import which was killed goes on where it stopped.
"""

import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from django.utils import timezone

from commentarchive.actions.blogs import BlogFacts, find_blog, make_blog
from commentarchive.actions.commenters import Commenters
from commentarchive.actions.crossposts import (
    normal_addresses,
    record_cross_posts,
    tie_cross_posts,
)
from commentarchive.captures import files as capture_files
from commentarchive.captures.gaps import compare_copies
from commentarchive.discussion.stored_pages import drop_segments, store_missing
from commentarchive.erasure.sweep import (
    forget_unnamed,
)
from commentarchive.importers.parsed import ParsedPost, Reading, Remark, Unreadable
from commentarchive.importers.reader_process import Apart
from commentarchive.intake.counts import Counts, IdHoles
from commentarchive.intake.guard import Guard
from commentarchive.intake.matcher import (
    blog_facts,
    find_post,
    on_blog,
    repeated_article,
    same_article,
    settle_attachments,
)
from commentarchive.intake.mentions import unmet
from commentarchive.intake.open_capture import open_capture, sweep_or_tell
from commentarchive.intake.plan import PostPlan, make_plan
from commentarchive.intake.report import Report, cannot_tell, known_report
from commentarchive.intake.stored import known_comments
from commentarchive.intake.write_article import (
    Written,
    write_post,
)
from commentarchive.intake.write_thread import Slice, write_slice
from commentarchive.ledger.append import Statement, append, next_index
from commentarchive.matching import article_id
from commentarchive.models import (
    Blog,
    Capture,
    CaptureState,
    Post,
)
from commentarchive.storage.bulk_insert import Rows
from commentarchive.storage.import_tables import TABLES
from commentarchive.storage.write_locks import import_batch, only_import
from commentarchive.text.addresses import normalise

BATCH_COMMENTS = 2500
# Looked at between articles, while rows are made; to insert them takes as long again.
BATCH_SECONDS = 0.07

# What a copy may do to a comment that readers can notice.
_NEWS = frozenset({"new", "changed"})

type Progress = Callable[[int, int], None]


@dataclass(slots=True, kw_only=True)
class _Run:
    """One file on its way in."""

    source: Apart
    blog: Blog
    capture: Capture
    reading: Reading = field(default_factory=Reading)
    counts: Counts
    holes: IdHoles = field(default_factory=IdHoles)
    commenters: Commenters
    rows: Rows
    guard: Guard
    # False while the blog has no articles yet: nothing has to be looked up.
    looks_up: bool
    # Read without the other files that make it whole.
    is_part: bool


def import_files(
    paths: Sequence[Path],
    *,
    blog_slug: str = "",
    source: str = "",
    saved_at: datetime | None = None,
    progress: Progress | None = None,
) -> list[Report]:
    """Read files into the archive; files given together are one reading.

    `saved_at` is when they were made, for those that do not say it themselves.

    Raise Unreadable or OSError for a file that is refused, before anything at all is
    written, and ImportRunning while another import is at work.
    """
    sources: list[Apart] = []
    for path in paths:
        if sources:
            # Only the first child reads ahead while the others' files are looked at.
            sources[-1].close()
        sources.append(Apart(path, source=source, saved_at=saved_at))
    told = [blog_facts(each, blog_slug) for each in sources]
    reports: list[Report] = []
    with only_import():
        is_part = _is_part(sources)
        reading_ref = ""
        for each, facts in zip(sources, told, strict=True):
            reading = "" if is_part else reading_ref
            report = _import_one(each, facts, reading, progress, is_part=is_part)
            reading_ref = reading_ref or report.capture or ""
            reports.append(report)
        compare_copies([each.capture for each in reports if each.capture])
    return reports


def _is_part(sources: Sequence[Apart]) -> bool:
    """Tell whether some of several files are in the archive already.

    They belong to another reading then, and the new ones are not whole without them.
    """
    if len(sources) == 1:
        return False
    digests = {capture_files.measure(each.path).sha256 for each in sources}
    known = Capture.objects.filter(sha256__in=digests)
    return known.exclude(state=CaptureState.READING).exists()


def _import_one(
    source: Apart,
    facts: BlogFacts,
    reading_ref: str,
    progress: Progress | None,
    *,
    is_part: bool,
) -> Report:
    kept = capture_files.keep(source.path)
    blog = find_blog(facts)
    capture = blog and Capture.objects.filter(blog=blog, sha256=kept.sha256).first()
    if capture:
        # Where comments were erased from these bytes, others are kept in their place.
        forget_unnamed(kept.sha256)
    if capture and capture.state != CaptureState.READING:
        report = known_report(source, capture)
        if failure := sweep_or_tell(capture):
            report.problems.append(failure)
            report.is_complete = False
        store_missing(capture.blog)
        return report
    with import_batch():
        blog = blog or make_blog(facts)
        capture = capture or open_capture(source, blog, kept, reading_ref)
    run = _Run(
        source=source,
        blog=blog,
        capture=capture,
        counts=Counts.unpack(capture.progress),
        commenters=Commenters(blog.pk),
        rows=Rows(TABLES),
        guard=Guard(blog),
        looks_up=Post.objects.filter(blog=blog).exists(),
        is_part=is_part,
    )
    named_after_file = not normalise(facts.address) and not blog.address
    if named_after_file and not run.counts.posts.seen:
        reason = f"no address of the blog is given; it is called {blog.slug} here"
        run.counts.remarks.append(Remark("byte 0", reason))
    _read(run, progress)
    _close(run)
    if failure := sweep_or_tell(run.capture):
        run.reading.problems.append(failure)
        run.reading.is_whole = False
    store_missing(blog)
    return _report(run)


def _read(run: _Run, progress: Progress | None) -> None:
    """Plan article after article, and write them in batches."""
    waiting: list[PostPlan] = []
    seen: set[str] = set()
    start = run.capture.cursor_post
    comments = 0
    for ordinal, told in enumerate(_articles(run)):
        parsed = on_blog(told, run.blog.address)
        if run.is_part:
            parsed = replace(parsed, is_whole=False)
        run.holes.add([each.source_id for each in parsed.comments])
        comments += len(parsed.comments)
        if progress:
            progress(parsed.byte, comments)
        if ordinal < start:
            continue
        is_repeated = parsed.source_id in seen or not parsed.source_id
        if is_repeated:
            # Perhaps an article again: what is waiting has to be there first.
            _write(waiting, run)
            waiting = []
        seen.add(parsed.source_id)
        waiting.append(_plan(parsed, run, ordinal, is_repeated=is_repeated))
        if sum(len(plan.steps) for plan in waiting) >= BATCH_COMMENTS:
            _write(waiting, run)
            waiting = []
    _write(waiting, run)


def _articles(run: _Run) -> Iterator[ParsedPost]:
    """Give the file's articles; what stops it midway makes the import partial."""
    try:
        yield from run.source.posts(run.reading)
    except Unreadable as error:
        remark = Remark(error.place or f"byte {run.capture.size}", error.reason)
        run.reading.problems.append(remark)
        run.reading.is_whole = False


def _plan(
    parsed: ParsedPost, run: _Run, ordinal: int, *, is_repeated: bool
) -> PostPlan:
    post = None
    if is_repeated or run.looks_up:
        post = find_post(parsed, run.blog, run.counts.remarks)
    plan = make_plan(
        parsed,
        post=post,
        known=known_comments(post) if post else {},
        guarded=run.guard.ids,
        zone=run.blog.time_zone,
        ordinal=ordinal,
    )
    if post:
        plan.change = "unchanged" if same_article(post, parsed) else "changed"
        if is_repeated and parsed.source_id and plan.change == "changed":
            plan.remarks.append(repeated_article(parsed))
    return plan


def _write(plans: Iterable[PostPlan], run: _Run) -> None:
    """Write plans in as many short transactions as the limits ask for."""
    capture = run.capture
    pending = deque(
        (plan, start)
        for plan in plans
        for start in range(0, max(1, len(plan.steps)), BATCH_COMMENTS)
        # An import that goes on has written the slices before its cursor.
        if (plan.ordinal, start) >= (capture.cursor_post, capture.cursor_position)
    )
    written: dict[int, Written] = {}
    while pending:
        run.commenters.start_batch()
        with import_batch():
            began = time.monotonic()
            run.guard.heed(plan for plan, _start in pending)
            comments = 0
            begun: list[tuple[Written, ParsedPost]] = []
            while pending:
                plan, start = pending[0]
                size = len(plan.steps[start : start + BATCH_COMMENTS])
                late = time.monotonic() - began > BATCH_SECONDS
                if begun and (late or comments + size > BATCH_COMMENTS):
                    break
                article = _write_slice(plan, start, run, written)
                if start == 0:
                    begun.append((article, plan.parsed))
                comments += size
                pending.popleft()
            run.rows.flush()
            _tie(begun, run.blog)
            run.capture.progress = run.counts.pack()
            run.capture.save(
                update_fields=["progress", "cursor_post", "cursor_position"]
            )


def _tie(begun: Iterable[tuple[Written, ParsedPost]], blog: Blog) -> None:
    """Tie cross-posts, now that the articles and their addresses are there."""
    addresses: list[str] = []
    for article, parsed in begun:
        if parsed.cross_posts:
            record_cross_posts(article.pk, parsed.cross_posts)
        addresses += normal_addresses(parsed.addresses)
    tie_cross_posts(blog.pk, addresses)


def _write_slice(
    plan: PostPlan, start: int, run: _Run, written: dict[int, Written]
) -> Written:
    counts, capture = run.counts, run.capture
    if plan.ordinal not in written:
        written.clear()
        written[plan.ordinal] = write_post(
            plan,
            blog=run.blog,
            capture=capture,
            source_id=article_id(plan.parsed),
            rows=run.rows,
        )
    if start == 0:
        counts.count_post(plan)
    article = written[plan.ordinal]
    steps = plan.steps[start : start + BATCH_COMMENTS]
    is_last = start + BATCH_COMMENTS >= len(plan.steps)
    leaf = write_slice(
        Slice(steps, plan.ordinal, start // BATCH_COMMENTS, is_last),
        written=article,
        capture=capture,
        commenters=run.commenters,
        rows=run.rows,
        tree=counts.over_comments,
    )
    news = any(step.is_moved or step.change in _NEWS for step in steps)
    if news and (plan.post or start):
        drop_segments([article.pk])
    counts.suppressed |= {
        (step.parsed.source_id, step.fingerprint.hex())
        for step in steps
        if step.parsed and step.is_suppressed
    }
    for change, number in Counter(
        [step.change for step in steps if step.parsed]
    ).items():
        counts.comments.count(change, number)
    capture.cursor_post = plan.ordinal + is_last
    capture.cursor_position = 0 if is_last else start + BATCH_COMMENTS
    if is_last:
        _end_post(plan, article, leaf, counts)
    return article


def _end_post(plan: PostPlan, article: Written, leaf: bytes, counts: Counts) -> None:
    for key in plan.orphans:
        pk = article.rows[key][0]
        counts.orphans[pk] = counts.orphans.get(pk, 0) + 1
    counts.quoted += [article.rows[key][0] for key in unmet(plan)]
    counts.over_posts.add(leaf)
    counts.over_comments = type(counts.over_comments)()


def _close(run: _Run) -> None:
    """Close the capture and append its one entry."""
    counts, capture = run.counts, run.capture
    with import_batch():
        settle_attachments(run.blog)
        capture.progress = counts.pack() | {
            "repairs": [[each.place, each.reason] for each in run.reading.repairs],
            "problems": [[each.place, each.reason] for each in run.reading.problems],
            "cannot_tell": cannot_tell(run.source, run.holes, counts.comments.seen),
            "is_dated_by_hand": run.source.is_dated_by_hand,
        }
        capture.root = counts.root()
        is_whole = run.reading.is_whole
        capture.state = CaptureState.COMPLETE if is_whole else CaptureState.PARTIAL
        capture.closed_at = timezone.now()
        capture.entry_index = next_index()
        capture.save()
        append(
            Statement(
                event="archive.import",
                subject=capture.ref,
                public={
                    "adapter": capture.importer,
                    "comments": counts.comments.seen,
                    "complete": is_whole,
                    "new": counts.comments.new,
                    "posts": counts.posts.seen,
                    "root": capture.root,
                    **counts.states,
                },
                committed={
                    "bytes_sha256": capture.sha256,
                    "file_name": run.source.path.name[:500],
                },
            )
        )


def _report(run: _Run) -> Report:
    return Report(
        source=run.source.importer.name,
        path=run.source.path,
        blog=run.blog,
        capture=run.capture.ref,
        sha256=run.capture.sha256,
        counts=run.counts,
        repairs=run.reading.repairs,
        problems=[*run.reading.problems, *run.counts.remarks],
        cannot_tell=cannot_tell(run.source, run.holes, run.counts.comments.seen),
        is_complete=run.reading.is_whole,
    )
