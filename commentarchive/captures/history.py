"""The copies of one article's thread, in order, and what changed between them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import Any

from django.db.models import QuerySet

from commentarchive.importers.formats import by_hand
from commentarchive.importers.registry import facts_of
from commentarchive.models import (
    Capture,
    CaptureState,
    Comment,
    Manifest,
    Post,
    Revision,
)
from commentarchive.storage.prepared import Prepared
from commentarchive.threads.capture_diff import (
    CapturedComment,
    CommentChange,
    Copy,
    Gone,
    differences,
    find_gone,
    in_order,
    is_surely_before,
)

PINGS = ("pingback", "trackback")
# Readers of what was entered by hand.
ENTERED = frozenset(by_hand.NAMES)


def all_copies(post_pk: int) -> dict[str, list[Copy]]:
    """Return the copies of one article by id space, in the order they were made.

    A copy that is still being read is left out. Two queries.
    """
    by_scheme: dict[str, list[Manifest]] = {}
    for manifest in _closed(post_pk):
        by_scheme.setdefault(manifest.scheme, []).append(manifest)
    best = best_versions(_retold_in_copies(post_pk))
    return {
        scheme: as_copies(manifests, best) for scheme, manifests in by_scheme.items()
    }


@Prepared
def _closed(post_pk: int) -> QuerySet[Manifest]:
    done = Manifest.objects.filter(post=post_pk).exclude(
        capture__state=CaptureState.READING
    )
    in_order = done.order_by("scheme", "capture", "ordinal", "part")
    return in_order.select_related("capture")


@Prepared
def _retold_in_copies(post_pk: int) -> QuerySet[Revision, tuple[int | None, int]]:
    copied = Comment.objects.in_copies_of([post_pk])
    return _retold(Revision.objects.filter(comment__in=copied))


@Prepared
def retold_anywhere() -> QuerySet[Revision, tuple[int | None, int]]:
    """Ask which versions of comments are better ones of the same words."""
    return _retold(Revision.objects.filter(comment__isnull=False))


def _retold(
    revisions: QuerySet[Revision],
) -> QuerySet[Revision, tuple[int | None, int]]:
    same = revisions.exclude(same_as=None).order_by("number")
    return same.values_list("same_as_id", "pk")


def best_versions(pairs: Sequence[tuple[int | None, int]]) -> dict[int, int]:
    """Return the best version of the same words, for versions that have a better one.

    A page's rendering and what its blog stores are one wording, and no edit.
    """
    best = {first: pk for first, pk in pairs if first is not None}
    return best | {pk: best[first] for first, pk in pairs if first is not None}


def as_copies(
    manifests: Iterable[Manifest], best: Mapping[int, int] = {}
) -> list[Copy]:
    """Join manifests, in the order of captures and parts, into copies in order.

    Each comment is held with the best version of its words, as `best` maps them.
    Files that were given together are one copy, which is whole only if every one of
    them is. A web archive may hold an article at several times: each is a copy. What
    was entered by hand is one comment, or none, and is compared with nothing.
    """
    copies: dict[tuple[str, object], Copy] = {}
    # Each copy keeps what stood after it was read: the last one has weighed them all.
    parents: dict[int, int] = {}
    for manifest in manifests:
        capture, time = manifest.capture, manifest.time
        if capture.importer in ENTERED:
            continue
        key = (capture.reading, manifest.seen_at)
        copy = copies.get(key)
        if copy is None:
            copy = copies[key] = Copy(
                capture.pk,
                time,
                capture.importer,
                is_whole=True,
                tells_parents=manifest.tells_parents,
                may_hide_replies=facts_of(capture.importer).may_hide_replies,
                printed_count=manifest.printed_count,
                parents=parents,
            )
        copy.is_whole = copy.is_whole and manifest.is_whole and _can_tell(capture)
        # A copy is placed by its newest comment, whichever of its files holds that.
        newest = [each for each in (copy.time.newest_at, time.newest_at) if each]
        copy.time = copy.time._replace(
            newest_at=max(newest, default=None),
            digest=min(copy.time.digest, time.digest),
        )
        for row in manifest.unpack():
            revision = best.get(row.revision, row.revision)
            copy.held[row.comment] = row._replace(revision=revision)
            parents[row.comment] = row.parent
    return in_order(copies.values())


def _can_tell(capture: Capture) -> bool:
    """Return whether every record of a file was read, and it holds any comment at all.

    Characters that were lost in one hide no other. WordPress can export without
    comments: such a file would make all of them gone.
    """
    seen = capture.progress.get("comments", {}).get("seen", 0)
    is_whole = capture.state == CaptureState.COMPLETE
    return seen > 0 and (is_whole or bool(capture.progress.get("has_all_records")))


def find_vanished(
    post_pk: int, copies: Mapping[str, Sequence[Copy]]
) -> dict[int, Gone]:
    """Find what was public in one copy and is missing from a later whole one.

    1. Compare the copies of each id space.
    2. Leave out comments without an id of their own: their key is a digest of the
       text, so that an edited one looks like one gone and one new.
    3. Leave out comments that another article of the blog has: they were moved.
    """
    if all(len(some) == 1 for some in copies.values()):
        return {}
    pings = frozenset(_pings_of(post_pk))
    found = {
        each.comment: each
        for some in copies.values()
        for each in find_gone(some, pings)
    }
    if not found:
        return found
    comments = Comment.objects.in_copies_of([post_pk])
    with_id = comments.filter(pk__in=found).exclude(source_id__startswith="~")
    ids = {pk: key for pk, *key in with_id.values_list("pk", "scheme", "source_id")}
    blog = Post.objects.values_list("blog", flat=True).get(pk=post_pk)
    others = Comment.objects.filter(
        post__blog=blog,
        source_id__in={source_id for _scheme, source_id in ids.values()},
    ).exclude(pk__in=comments)
    elsewhere = {tuple(key) for key in others.values_list("scheme", "source_id")}
    return {pk: found[pk] for pk, key in ids.items() if tuple(key) not in elsewhere}


@Prepared
def _pings_of(post_pk: int) -> QuerySet[Comment, int]:
    pings = Comment.objects.in_copies_of([post_pk]).filter(kind__in=PINGS)
    return pings.values_list("pk", flat=True)


def for_readers(held: Mapping[int, CapturedComment]) -> dict[int, CapturedComment]:
    """Leave out what was never meant for readers: editors' notes, contact forms."""
    return {pk: each for pk, each in held.items() if each.state != "internal"}


def compare_each_with_previous(
    copies: Sequence[Copy],
) -> Iterator[tuple[Copy | None, Copy, dict[int, CommentChange]]]:
    """Return each copy with the one before it and what changed for readers.

    Each is compared with all that was known when it was made: a copy of a part says
    nothing of the comments that it leaves out, so those stand as they were. The first
    copy has none before it and no changes; a copy of which nobody knows whether it was
    made before another one (of the same day) is not compared with that.
    """
    known: dict[int, CapturedComment] = {}
    before: dict[int, CapturedComment] = {}
    earlier: Copy | None = None
    # Copies that are not known to be earlier than the next, with what they changed.
    waiting: list[tuple[Copy, dict[int, CommentChange]]] = []
    for later in copies:
        while waiting and is_surely_before(waiting[0][0].time, later.time):
            earlier, made = waiting.pop(0)
            for pk, change in made.items():
                if change == "gone":
                    known.pop(pk, None)
            known |= earlier.held
            before |= earlier.held
        found: dict[int, CommentChange] = {}
        if earlier:
            found = differences(_with_all(earlier, known, later), later, before)
        shown = for_readers(later.held) | for_readers(before)
        yield (
            earlier,
            later,
            {pk: each for pk, each in found.items() if pk in shown},
        )
        waiting.append((later, found))


def _with_all(earlier: Copy, known: dict[int, CapturedComment], later: Copy) -> Copy:
    """Return a copy as if it had held all that is known by then.

    Where only a still earlier copy held a comment, that one may have flattened its
    thread: such a comment is not said to have moved.
    """
    held = dict(known)
    for pk in known.keys() - earlier.held.keys():
        if pk in later.held:
            held[pk] = known[pk]._replace(parent=later.held[pk].parent)
    return replace(earlier, held=held)


def summary(lines: Mapping[str, Sequence[Copy]]) -> list[dict[str, Any]]:
    """Count what each copy of an article changed; empty where there is one copy.

    Plain data for `Post.copies`: the copy, the one before it in the same id space, how
    many comments it held, whether it was whole, and the number of each change; also
    the copies `beside` it, of which nobody knows whether they were made before it. In
    the order of the id spaces, whichever was read first.
    """
    counted = []
    for _scheme, copies in sorted(lines.items()):
        for earlier, later, found in compare_each_with_previous(copies):
            beside = _beside(later, copies)
            changes = Counter(each for each in found.values() if each != "unchanged")
            counted.append(
                {
                    "copy": later.key,
                    "earlier": earlier.key if earlier else 0,
                    "comments": len(for_readers(later.held)),
                    "is_whole": later.is_whole,
                    "changes": dict(changes),
                    **({"beside": beside} if beside else {}),
                }
            )
    return counted if len(counted) > 1 else []


def _beside(copy: Copy, copies: Sequence[Copy]) -> list[int]:
    """Return the copies right before one in a line that may have been made after it."""
    before = takewhile(lambda each: each is not copy, copies)
    return [each.key for each in before if not is_surely_before(each.time, copy.time)]
