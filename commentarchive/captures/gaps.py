"""What the copies make likely to be missing; recorded as inferred, never as decided.

Worked out again after each reading of an article: what no longer holds is withdrawn.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from django.db.models import prefetch_related_objects
from django.db.models.functions import Length
from django.utils import timezone

from commentarchive.captures.vanished import mark_vanished
from commentarchive.discussion.stored_pages import drop_segments, store_missing
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
from commentarchive.storage.write_locks import import_batch
from commentarchive.text.references import is_met, references
from commentarchive.threads.capture_diff import CopyTime, ordered

# Sources whose ids are numbers in the order in which the blog got its comments.
NUMBERED = ("wordpress", "isso")
# What a printed count leaves out.
_NOT_COUNTED = (
    *(Visibility.HELD, Visibility.SPAM, Visibility.TRASHED, Visibility.INTERNAL),
    Visibility.UNKNOWN,
)


class Evidence(NamedTuple):
    """Why something may be missing from an article: after which comment, how many."""

    post: int
    kind: str
    after: int | None
    at_least: int
    at_most: int
    said_in: int | None = None


def compare_copies(refs: Collection[str]) -> None:
    """Compare the copies of these references with the others of their articles.

    What vanished is hidden, what is probably missing recorded; with them what an
    import of the same blogs left uncompared. The import lock is held.
    """
    named = Capture.objects.filter(ref__in=refs)
    left = Capture.objects.filter(blog__in=named.values("blog"), is_compared=False)
    closed = left.exclude(state=CaptureState.READING)
    fresh = list(closed.values_list("ref", flat=True))
    mark_vanished({*refs, *fresh})
    infer_gaps(fresh)
    Capture.objects.filter(ref__in=fresh).update(is_compared=True)


def infer_gaps(refs: Collection[str]) -> None:
    """Record what the copies of these references make likely; the import lock is held.

    May be done again at any time.
    """
    captures = list(Capture.objects.filter(ref__in=refs).order_by("pk"))
    posts = set(
        Manifest.objects.filter(capture__in=captures).values_list("post", flat=True)
    )
    blogs = {capture.blog_id for capture in captures}
    found = {
        *_missing_parents(posts),
        *_printed_counts(posts),
        *_quoted(captures, blogs),
        *(each for blog in blogs for each in _left_out(blog)),
    }
    touched = _record(found, posts, blogs)
    if touched:
        for blog in Blog.objects.filter(posts__in=touched).distinct():
            store_missing(blog)


def _missing_parents(posts: Collection[int]) -> Iterator[Evidence]:
    """Find comments that are known only from their replies, in a whole copy."""
    told = Manifest.objects.filter(
        post__in=posts,
        is_whole=True,
        tells_parents=True,
        capture__state=CaptureState.COMPLETE,
    )
    unseen = Comment.objects.filter(
        post__in=told.values("post"), capture=None, visibility=Visibility.UNKNOWN
    )
    for pk, post in unseen.values_list("pk", "post"):
        yield Evidence(post, GapKind.MISSING_PARENT, pk, 1, 1)


def _printed_counts(posts: Collection[int]) -> Iterator[Evidence]:
    """Compare what the last copy that counts says with what is known by now."""
    counted = Manifest.objects.filter(post__in=posts, printed_count__isnull=False)
    several: dict[int, dict[CopyTime, Manifest]] = defaultdict(dict)
    for each in counted.filter(is_whole=True).select_related("capture"):
        several[each.post_id][each.time] = each
    for post, by_time in several.items():
        manifest = by_time[ordered(by_time)[-1]]
        there = Comment.objects.filter(post=post, scheme=manifest.scheme)
        number = there.exclude(visibility__in=_NOT_COUNTED).count()
        missing = (manifest.printed_count or 0) - number
        if missing > 0:
            after = there.order_by("-position").values_list("pk", flat=True).first()
            yield Evidence(post, GapKind.PRINTED_COUNT, after, missing, missing)


def _quoted(captures: Iterable[Capture], blogs: Collection[int]) -> Iterator[Evidence]:
    """Find comments that turn to somebody, or quote words, that are not there.

    Those that a new copy makes likely, and those on record, are held against all
    that is known of their threads by now.
    """
    pks = {pk for each in captures for pk in each.progress.get("quoted", ())}
    on_record = Gap.objects.filter(
        post__blog__in=blogs, kind=GapKind.QUOTED, withdrawn_entry=None
    )
    pks |= set(on_record.values_list("said_in", flat=True)) - {None}
    for said in Comment.objects.filter(pk__in=pks).select_related(
        "current_revision__text", "post__current_revision__text"
    ):
        text = getattr(said.current_revision, "text", None)
        if text is None or said.visibility != Visibility.PUBLISHED:
            continue
        others = Comment.objects.filter(post=said.post_id).exclude(pk=said.pk)
        told = others.values_list(
            "commenter__name__name", "current_revision__text__plain"
        )
        article = getattr(said.post.current_revision, "text", None)
        names = [name or "" for name, _plain in told]
        texts = [plain or "" for _name, plain in told]
        if article is not None:
            names += [article.byline, article.title]
            texts.append(article.plain)
        found = references(text.html, text.plain)
        if not all(is_met(each, names, texts) for each in found):
            yield Evidence(said.post_id, GapKind.QUOTED, said.pk, 1, 1, said.pk)


def _left_out(blog: int) -> Iterator[Evidence]:
    """Find numbers that are left out between comments of one article.

    One range an article; none where more numbers are missing than there are
    comments: there most of them were spam, or belong to other things.
    """
    for scheme in NUMBERED:
        whole = Manifest.objects.filter(
            post__blog=blog,
            scheme=scheme,
            capture__importer=scheme,
            capture__state=CaptureState.COMPLETE,
        )
        if not whole.exists():
            continue
        sizes: dict[int, int] = defaultdict(int)
        holes: dict[int, list[tuple[int, int]]] = defaultdict(list)
        before, post, pk = 0, 0, 0
        for number, other, next_pk in _numbers(blog, scheme):
            sizes[other] += 1
            if post == other and number - before > 1:
                holes[post].append((number - before - 1, pk))
            before, post, pk = number, other, next_pk
        for hole_in, several in holes.items():
            total = sum(size for size, _pk in several)
            if total <= sizes[hole_in]:
                yield Evidence(hole_in, GapKind.ID_RANGE, max(several)[1], 0, total)


def _numbers(blog: int, scheme: str) -> Iterator[tuple[int, int, int]]:
    """Go through a blog's numbered comments in their order: number, article, key.

    A million of them are not held in memory.
    """
    rows = (
        Comment.objects.filter(post__blog=blog, scheme=scheme)
        .order_by(Length("source_id"), "source_id")
        .values_list("source_id", "post", "pk")
    )
    for source_id, post, pk in rows.iterator(chunk_size=10_000):
        if source_id.isdecimal():
            yield int(source_id), post, pk


def _record(
    found: set[Evidence],
    posts: Collection[int],
    blogs: Collection[int],
) -> set[int]:
    """Add what is new and withdraw what no longer holds; give the articles touched."""
    standing = Gap.objects.filter(
        post__blog__in=blogs, grade=Grade.INFERRED, withdrawn_entry=None
    ).select_related("said_in", "after")
    known: dict[Evidence, Gap] = {}
    for gap in standing:
        evidence = Evidence(
            *(gap.post_id, gap.kind, gap.after_id, gap.at_least, gap.at_most or 0),
            gap.said_in_id,
        )
        known[evidence] = gap
    stale = [
        gap
        for evidence, gap in known.items()
        if evidence not in found and _is_looked_at(evidence, posts)
    ]
    fresh = sorted(found - known.keys(), key=str)
    if not fresh and not stale:
        return set()
    refs = dict(Post.objects.filter(blog__in=blogs).values_list("pk", "ref"))
    with import_batch():
        first, now = next_index(), timezone.now()
        gaps = [
            Gap(
                ref=new_ref("g"),
                post_id=each.post,
                after_id=each.after,
                at_least=each.at_least,
                at_most=each.at_most,
                grade=Grade.INFERRED,
                kind=each.kind,
                said_in_id=each.said_in,
                recorded_at=now,
                entry_index=first + number,
            )
            for number, each in enumerate(fresh)
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
        touched = {gap.post_id for gap in [*gaps, *stale]}
        drop_segments(touched)
    return touched


def _is_looked_at(evidence: Evidence, posts: Collection[int]) -> bool:
    """Tell whether what spoke for a gap was looked at again in this reading."""
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
        thread=refs[gap.post_id],
        public=public,
        committed={"evidence": said_in.ref if said_in else ""},
    )
