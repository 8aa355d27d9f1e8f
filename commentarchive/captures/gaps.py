"""Infer from the copies what may be missing; recorded as inferred, never as decided.

Worked out again after each reading of an article: a gap whose evidence no longer
holds is withdrawn.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from itertools import groupby
from operator import itemgetter

from django.conf import settings
from django.db.models import QuerySet, prefetch_related_objects
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.module_loading import import_string

from commentarchive.captures.absent import mark_absent
from commentarchive.captures.answered_gaps import (
    Evidence,
    texts_of_thread,
    without_answered,
)
from commentarchive.captures.history import PINGS
from commentarchive.captures.left_out_numbers import left_out_numbers
from commentarchive.captures.vanished import mark_vanished
from commentarchive.discussion.stored_pages import drop_segments, store_missing
from commentarchive.importers.registry import facts_of
from commentarchive.ledger.append import Statement, append_all, next_index
from commentarchive.ledger.merkle.canonical import Value
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.models import (
    Blog,
    Capture,
    CaptureState,
    Comment,
    Gap,
    GapKind,
    Grade,
    Manifest,
    Post,
    Visibility,
)
from commentarchive.storage.prepared import Prepared
from commentarchive.storage.write_locks import ImportRunning, import_lock, long_write
from commentarchive.text.references import quotations, unmet
from commentarchive.threads.capture_diff import CopyTime, ordered

# What no theme counts in the number of comments that it prints.
_NOT_COUNTED = (
    *(Visibility.HELD, Visibility.SPAM, Visibility.TRASHED, Visibility.INTERNAL),
    Visibility.UNKNOWN,
)


def compare_copies(refs: Collection[str]) -> None:
    """Compare new copies with the others of their articles; the import lock is held.

    First the functions that `settings.AFTER_COPIES` names get the references, so that
    decisions can be weighed against the copies. Then it hides what vanished and records
    what is probably missing.
    """
    given = tuple(refs)
    uncompared = _uncompared(given)
    for follow in settings.AFTER_COPIES:
        import_string(follow)({*refs, *uncompared})
    mark_vanished({*refs, *uncompared})
    mark_absent(set(_blogs_of(given)))
    infer_gaps(uncompared)
    # Last: whatever dies before this is done again by the next import.
    Capture.objects.filter(ref__in=uncompared).update(is_compared=True)


@Prepared
def _uncompared(refs: tuple[str, ...]) -> QuerySet[Capture, str]:
    """Ask which copies of the same blogs are closed and were compared with no other.

    An import that died after it closed its copies left them so.
    """
    given = Capture.objects.filter(ref__in=refs)
    left = Capture.objects.filter(blog__in=given.values("blog"), is_compared=False)
    return left.exclude(state=CaptureState.READING).values_list("ref", flat=True)


@Prepared
def _blogs_of(refs: tuple[str, ...]) -> QuerySet[Capture, int]:
    return Capture.objects.filter(ref__in=refs).values_list("blog", flat=True)


def compare_left() -> None:
    """Compare every copy that is left uncompared; nothing if an import is at work.

    That one compares them when it ends.
    """
    left = Capture.objects.filter(is_compared=False)
    left = left.exclude(state=CaptureState.READING)
    refs = list(left.values_list("ref", flat=True))
    if not refs:
        return
    with suppress(ImportRunning), import_lock():
        compare_copies(refs)


def infer_gaps(refs: Collection[str]) -> None:
    """Record what these copies show to be probably missing, and withdraw the rest.

    1. Collect all evidence that holds by now, of the articles in the copies and,
       where a comment in another article may change it, of the whole blog.
    2. Record what is new, withdraw what no longer holds.
    3. Store anew the pages that show a gap.

    The import lock is held. May be repeated at any time.
    """
    captures = _captures(tuple(refs))
    keys = tuple(capture.pk for capture in captures)
    posts, blogs = set(_held(keys)), tuple({copy.blog_id for copy in captures})
    once = {
        *_missing_parents(keys),
        *_printed_counts(keys),
        *_quoted(captures, blogs),
        *(evidence for blog in blogs for evidence in left_out_numbers(blog)),
    }
    # One comment may announce several quotations, each of them missing.
    found = Counter([*once, *_announced(blogs)])
    touched = _record(without_answered(found), posts, blogs)
    if touched:
        for blog in Blog.objects.filter(posts__in=touched).distinct():
            store_missing(blog)


@Prepared
def _captures(refs: tuple[str, ...]) -> QuerySet[Capture]:
    return Capture.objects.filter(ref__in=refs).order_by("pk")


@Prepared
def _held(captures: tuple[int, ...]) -> QuerySet[Manifest, int]:
    return _articles_in(captures)


def _articles_in(captures: tuple[int, ...]) -> QuerySet[Manifest, int]:
    """Ask for the articles in copies; a database takes only so many named ones."""
    held = Manifest.objects.filter(capture__in=captures)
    return held.values_list("post", flat=True)


def _missing_parents(captures: tuple[int, ...]) -> Iterator[Evidence]:
    """Find comments that whole copies know only from the replies to them."""
    for pk, post in _unseen(captures):
        yield Evidence(post, GapKind.MISSING_PARENT, pk, 1, 1)


@Prepared
def _unseen(captures: tuple[int, ...]) -> QuerySet[Comment, tuple[int, int]]:
    telling = Manifest.objects.filter(
        post__in=_articles_in(captures),
        is_whole=True,
        tells_parents=True,
        capture__state=CaptureState.COMPLETE,
    )
    unseen = Comment.objects.in_copies_of(telling.values("post")).filter(
        capture=None, visibility=Visibility.UNKNOWN
    )
    return unseen.values_list("pk", "post")


def _printed_counts(captures: tuple[int, ...]) -> Iterator[Evidence]:
    """Compare the count that the last whole copy prints with what is known by now.

    Only a count of comments by that name: "responses" may be likes and shares. Blogs
    count links from other blogs as comments, and many themes do not show them: where
    none is known, they may be all that is missing.
    """
    by_post: dict[int, dict[CopyTime, Manifest]] = defaultdict(dict)
    for manifest in _counted(captures):
        if _is_count_of_comments(manifest):
            by_post[manifest.post_id][manifest.time] = manifest
    for post, by_time in by_post.items():
        manifest = by_time[ordered(by_time)[-1]]
        copied = Comment.objects.in_copies_of([post])
        known = copied.filter(scheme=manifest.scheme)
        number = known.exclude(visibility__in=_NOT_COUNTED).count()
        missing = (manifest.printed_count or 0) - number
        if missing > 0:
            here = known.filter(post=post)
            after = here.order_by("-position").values_list("pk", flat=True).first()
            has_pings = known.filter(kind__in=PINGS).exists()
            at_least = missing if has_pings or manifest.scheme != "wordpress" else 0
            yield Evidence(post, GapKind.PRINTED_COUNT, after, at_least, missing)


@Prepared
def _counted(captures: tuple[int, ...]) -> QuerySet[Manifest]:
    whole = Manifest.objects.filter(post__in=_articles_in(captures), is_whole=True)
    return whole.filter(printed_count__isnull=False).select_related("capture")


def _is_count_of_comments(manifest: Manifest) -> bool:
    scope = manifest.capture.progress.get("scope")
    if scope is None:
        # Read before that was told apart.
        return not facts_of(manifest.capture.importer).may_hide_replies
    return manifest.ordinal not in scope["uncertain_counts"]


def _quoted(captures: Iterable[Capture], blogs: tuple[int, ...]) -> Iterator[Evidence]:
    """Find comments that quote words not found in the thread.

    1. Take the comments that the imports noted, and those already on record.
    2. Leave out those whose own text is hidden: a gap would repeat what they say.
    3. Look for each quotation in every text that is known of the thread by now, earlier
       versions included.
    """
    pks = {pk for copy in captures for pk in copy.progress.get("quoted", ())}
    pks |= {pk for pk in _quoting_on_record(blogs) if pk is not None}
    if not pks:
        return
    shown = Comment.objects.filter(pk__in=pks, visibility=Visibility.PUBLISHED)
    copied_below = Coalesce("told_below_id", "post_id")
    told = shown.exclude(current_revision__text=None).annotate(copied=copied_below)
    found = told.order_by("copied", "pk")
    htmls = found.values_list("copied", "pk", "current_revision__text__html")
    for post, said in groupby(htmls, key=itemgetter(0)):
        quoting = {pk: list(quotations(html)) for _post, pk, html in said}
        tied = Comment.objects.filter(pk__in=quoting, leader__isnull=False)
        own: dict[int | None, int] = dict(tied.values_list("leader", "pk"))
        texts = ((own.get(pk, pk), plain) for pk, plain in texts_of_thread(post))
        for pk in unmet(quoting, texts):
            yield Evidence(post, GapKind.QUOTED, pk, 1, 1, pk)


@Prepared
def _quoting_on_record(blogs: tuple[int, ...]) -> QuerySet[Gap, int | None]:
    on_record = Gap.objects.filter(
        post__blog__in=blogs, kind=GapKind.QUOTED, withdrawn_entry=None
    )
    return on_record.values_list("said_in", flat=True)


def _announced(blogs: tuple[int, ...]) -> Iterator[Evidence]:
    """Find quotations that are announced in a text and missing after it, one by one.

    They may be words of a comment that is there: none is missing for sure. A comment
    that is hidden announces nothing.
    """
    for capture in _transcripts(blogs):
        for ordinal, source_id in capture.progress["scope"]["announced"]:
            held = Manifest.objects.filter(capture=capture, ordinal=ordinal).first()
            if held is None:
                continue
            said_in = None
            if source_id:
                copied = Comment.objects.in_copies_of([held.post_id])
                said_in = copied.filter(
                    scheme=held.scheme,
                    source_id=source_id,
                    visibility=Visibility.PUBLISHED,
                ).first()
                if said_in is None:
                    continue
            pk = said_in.pk if said_in else None
            yield Evidence(held.post_id, GapKind.QUOTED, pk, 0, 1, pk)


@Prepared
def _transcripts(blogs: tuple[int, ...]) -> QuerySet[Capture]:
    copies = Capture.objects.filter(blog__in=blogs, importer="transcript")
    return copies.exclude(state=CaptureState.READING)


def _record(
    found: Counter[Evidence],
    posts: Collection[int],
    blogs: tuple[int, ...],
) -> set[int]:
    """Record new gaps and withdraw stale ones; return the articles that changed."""
    known: dict[Evidence, list[Gap]] = defaultdict(list)
    for gap in _standing(blogs):
        evidence = Evidence(
            *(_post_of(gap), gap.kind, gap.after_id, gap.at_least, gap.at_most or 0),
            gap.said_in_id,
        )
        known[evidence].append(gap)
    stale = [
        gap
        for evidence, gaps in known.items()
        if _was_checked(evidence, posts)
        for gap in gaps[found[evidence] :]
    ]
    on_record = Counter({evidence: len(gaps) for evidence, gaps in known.items()})
    fresh = sorted((found - on_record).elements(), key=str)
    if not fresh and not stale:
        return set()
    refs = dict(Post.objects.filter(blog__in=blogs).values_list("pk", "ref"))
    with long_write():
        first, now = next_index(), timezone.now()
        gaps = [
            Gap(
                ref=new_ref("g"),
                post_id=evidence.post,
                after_id=evidence.after,
                at_least=evidence.at_least,
                at_most=evidence.at_most,
                grade=Grade.INFERRED,
                kind=evidence.kind,
                said_in_id=evidence.said_in,
                recorded_at=now,
                entry_index=first + number,
            )
            for number, evidence in enumerate(fresh)
        ]
        Gap.objects.bulk_create(gaps)
        for number, gap in enumerate(stale, first + len(gaps)):
            gap.withdrawn_entry = number
            gap.save(update_fields=["withdrawn_entry"])
        prefetch_related_objects(gaps, "said_in", "after")
        append_all(
            [_statement("gap.found", gap, refs) for gap in gaps]
            + [_statement("gap.withdrawn", gap, refs) for gap in stale]
        )
        touched = {_post_of(gap) for gap in [*gaps, *stale]}
        drop_segments(touched)
    return touched


@Prepared
def _standing(blogs: tuple[int, ...]) -> QuerySet[Gap]:
    standing = Gap.objects.filter(
        post__blog__in=blogs, grade=Grade.INFERRED, withdrawn_entry=None
    )
    return standing.select_related("said_in", "after").order_by("entry_index")


def _post_of(gap: Gap) -> int:
    """Return the article of an inferred gap, which always names one."""
    return gap.post_id or 0


def _was_checked(evidence: Evidence, posts: Collection[int]) -> bool:
    """Return whether the evidence for a gap was looked for again in this reading."""
    # Left-out numbers and quotations are looked for in the whole blog each time.
    return evidence.post in posts or evidence.kind in {GapKind.ID_RANGE, GapKind.QUOTED}


def _statement(event: str, gap: Gap, refs: dict[int, str]) -> Statement:
    public: dict[str, Value] = {"grade": Grade.INFERRED.value}
    if event == "gap.found":
        public |= {
            "at_least": gap.at_least,
            "at_most": gap.at_most,
            "kind": str(gap.kind),
        }
    said_in = gap.said_in or gap.after
    return Statement(
        event=event,
        subject=gap.ref,
        thread=refs[_post_of(gap)],
        public=public,
        committed={"evidence": said_in.ref if said_in else ""},
    )
