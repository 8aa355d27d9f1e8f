"""The copies of an article's thread, read from what each of them held."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from commentarchive.models import Capture, CaptureState, Comment, Manifest, Post
from commentarchive.threads.capture_diff import (
    CapturedComment,
    Change,
    Copy,
    Gone,
    differences,
    gone,
    in_order,
)

PINGS = ("pingback", "trackback")


def all_copies(post_pk: int) -> dict[str, list[Copy]]:
    """Read the copies of one article by id space, in the order they were made.

    What is still being read is left out. One query.
    """
    done = Manifest.objects.filter(post=post_pk).exclude(
        capture__state=CaptureState.READING
    )
    lines: dict[str, list[Manifest]] = {}
    for manifest in done.select_related("capture").order_by(
        "scheme", "capture", "ordinal", "part"
    ):
        lines.setdefault(manifest.scheme, []).append(manifest)
    return {scheme: joined(manifests) for scheme, manifests in lines.items()}


def joined(manifests: Iterable[Manifest]) -> list[Copy]:
    """Join manifests with their captures, by capture and place, into copies.

    Files that were given together are one copy: whole only if all of them are.
    """
    copies: dict[tuple[str, object], Copy] = {}
    for manifest in manifests:
        capture, time = manifest.capture, manifest.time
        key = (capture.reading, manifest.seen_at)
        copy = copies.get(key)
        if copy is None:
            copy = copies[key] = Copy(
                capture.pk,
                time,
                capture.importer,
                is_whole=True,
                tells_parents=manifest.tells_parents,
                printed_count=manifest.printed_count,
            )
        copy.is_whole = copy.is_whole and manifest.is_whole and _can_tell(capture)
        # A later file of the same reading speaks for the newest of both.
        newest = [each for each in (copy.time.newest_at, time.newest_at) if each]
        copy.time = copy.time._replace(newest_at=max(newest, default=None))
        for row in manifest.unpack():
            copy.held[row.comment] = row
    return in_order(copies.values())


def _can_tell(capture: Capture) -> bool:
    """Tell whether a file was read whole, and holds comments at all.

    An export can be made without them.
    """
    seen = capture.progress.get("comments", {}).get("seen", 0)
    return capture.state == CaptureState.COMPLETE and seen > 0


def vanished(post_pk: int, copies: Mapping[str, Sequence[Copy]]) -> dict[int, Gone]:
    """Find what was public in one copy and is in no later whole one, by comment.

    Not what has no id of its own (an edited text is another comment there), nor what
    stands under another article of the blog now.
    """
    if all(len(some) == 1 for some in copies.values()):
        return {}
    comments = Comment.objects.filter(post=post_pk)
    pings = frozenset(comments.filter(kind__in=PINGS).values_list("pk", flat=True))
    found = {
        each.comment: each for some in copies.values() for each in gone(some, pings)
    }
    if not found:
        return found
    told = comments.filter(pk__in=found).exclude(source_id__startswith="~")
    ids = {pk: key for pk, *key in told.values_list("pk", "scheme", "source_id")}
    blog = Post.objects.values_list("blog", flat=True).get(pk=post_pk)
    others = Comment.objects.filter(
        post__blog=blog,
        source_id__in={source_id for _scheme, source_id in ids.values()},
    ).exclude(post=post_pk)
    elsewhere = {tuple(key) for key in others.values_list("scheme", "source_id")}
    return {pk: found[pk] for pk, key in ids.items() if tuple(key) not in elsewhere}


def for_readers(held: Mapping[int, CapturedComment]) -> dict[int, CapturedComment]:
    """Leave out what was never meant for readers: notes, contact forms."""
    return {pk: each for pk, each in held.items() if each.state != "internal"}


def steps(
    copies: Sequence[Copy],
) -> Iterator[tuple[Copy | None, Copy, dict[int, Change]]]:
    """Go through copies in order: the one before, the copy, what readers saw change."""
    before: dict[int, CapturedComment] = {}
    for earlier, later in zip([None, *copies], copies, strict=False):
        found = differences(earlier, later, before) if earlier else {}
        shown = for_readers(later.held) | for_readers(before)
        yield (
            earlier,
            later,
            {pk: each for pk, each in found.items() if pk in shown},
        )
        before |= later.held


def summary(lines: Mapping[str, Sequence[Copy]]) -> list[dict[str, Any]]:
    """Count what each copy of an article changed; empty where there is one copy.

    Plain data: the copy, the one before it in the same id space, what the copy held,
    whether it was whole, and the number of each change.
    """
    told = []
    for copies in lines.values():
        for earlier, later, found in steps(copies):
            changes = Counter(each for each in found.values() if each != "unchanged")
            told.append(
                {
                    "copy": later.key,
                    "earlier": earlier.key if earlier else 0,
                    "comments": len(for_readers(later.held)),
                    "is_whole": later.is_whole,
                    "changes": dict(changes),
                }
            )
    return told if len(told) > 1 else []
