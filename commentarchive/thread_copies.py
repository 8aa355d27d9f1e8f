"""The copies of an article's thread, read from what each of them held."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from commentarchive.models import CaptureState, Comment, Manifest
from commentarchive.threads.copies import Copy, Held, differences, in_order

PINGS = ("pingback", "trackback")


def copies_of(post_pk: int, scheme: str) -> list[Copy]:
    """Read the copies of one article in one id space, in the order they were made.

    Files that were given together are one copy: whole only if all of them are. What
    is still being read is left out.
    """
    found = Manifest.objects.filter(post=post_pk, scheme=scheme)
    done = found.exclude(capture__state=CaptureState.READING)
    return joined(done.select_related("capture").order_by("capture", "ordinal", "part"))


def joined(manifests: Iterable[Manifest]) -> list[Copy]:
    """Join manifests with their captures, by capture and place, into copies."""
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
        is_whole = manifest.is_whole and capture.state == CaptureState.COMPLETE
        copy.is_whole = copy.is_whole and is_whole
        # A later file of the same reading speaks for the newest of both.
        newest = [each for each in (copy.time.newest_at, time.newest_at) if each]
        copy.time = copy.time._replace(newest_at=max(newest, default=None))
        for row in manifest.unpack():
            copy.held[row.comment] = Held(row.revision, row.parent, row.state)
    return in_order(copies.values())


def pings_of(post_pk: int) -> set[int]:
    """List an article's comments that are links from other blogs."""
    found = Comment.objects.filter(post=post_pk, kind__in=PINGS)
    return set(found.values_list("pk", flat=True))


def schemes_of(post_pk: int) -> list[str]:
    """List the id spaces in which copies held an article."""
    found = Manifest.objects.filter(post=post_pk).order_by("scheme")
    return list(found.values_list("scheme", flat=True).distinct())


def summary(post_pk: int) -> list[dict[str, Any]]:
    """Count what each copy of an article changed; empty where there is one copy.

    Plain data: the copy, the one before it in the same id space, what the copy held,
    whether it was whole, and the number of each change.
    """
    told = []
    for scheme in schemes_of(post_pk):
        copies = copies_of(post_pk, scheme)
        before: dict[int, Held] = {}
        for earlier, later in zip([None, *copies], copies, strict=False):
            found = differences(earlier, later, before) if earlier else {}
            changes = Counter(each for each in found.values() if each != "unchanged")
            before |= later.held
            told.append(
                {
                    "copy": later.key,
                    "earlier": earlier.key if earlier else 0,
                    "comments": len(later.held),
                    "is_whole": later.is_whole,
                    "changes": dict(changes),
                }
            )
    return told if len(told) > 1 else []
