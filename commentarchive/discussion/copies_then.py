"""What the copies of a thread that were made at about some moment held, and lacked."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from commentarchive.models import CaptureState, Manifest, Post
from commentarchive.models.comment import CommentQuerySet
from commentarchive.threads.days import ALL_DAY


class _Part(NamedTuple):
    """A part of what a copy held, without the comments themselves."""

    pk: int
    scheme: str
    # Files that were given together, read of the article at one time.
    copy: tuple[str, datetime | None]
    # The earliest and the latest time at which it can have been made.
    start: datetime
    end: datetime
    is_dated: bool
    is_whole: bool


def held_before(moment: datetime, comments: CommentQuerySet, post: Post) -> set[str]:
    """Return which comments a copy held that was made before a moment, by refs."""
    refs = dict(comments.values_list("pk", "ref"))
    parts = [part.pk for part in _parts(post) if part.end < moment]
    return {refs[pk] for pk in _held(parts, refs)}


def lacked(
    moment: datetime, comments: CommentQuerySet, post: Post
) -> dict[str, datetime]:
    """Return which older comments a whole copy lacked, and when that was made.

    It is the last one before the moment, unless a later one of a part of the thread
    held the comment by then, or else the first one after it.
    """
    rows = list(comments.values_list("pk", "ref", "scheme", "posted_at", "day_only"))
    keys = [pk for pk, *_facts in rows]
    parts = _parts(post)
    found: dict[str, datetime] = {}
    for scheme in {scheme for _pk, _ref, scheme, *_at in rows}:
        own = [part for part in parts if part.scheme == scheme]
        for made, pks in _around(own, moment):
            held = _held(pks, keys)
            for pk, ref, of_scheme, posted_at, day_only in rows:
                # Of a day without an hour, all of it.
                was_there = posted_at and posted_at + ALL_DAY * day_only
                is_older = was_there is not None and was_there < made
                if of_scheme == scheme and is_older and pk not in held:
                    found.setdefault(ref, made)
    return found


def _around(
    parts: Sequence[_Part], moment: datetime
) -> Iterator[tuple[datetime, list[int]]]:
    """Yield the last whole copy before a moment and the first after it: their parts.

    The last one comes with all that was copied from then on until the moment.
    """
    whole = _whole(parts)
    before = [part for part in parts if part.end < moment]
    made = max((part.start for part in before if part.copy in whole), default=None)
    if made is not None:
        # Of a day, what was copied on it counts.
        yield made, [part.pk for part in before if part.end >= made]
    after = [part for part in parts if part.start >= moment and part.copy in whole]
    if after:
        yield after[0].start, [part.pk for part in after if part.copy == after[0].copy]


def _parts(post: Post) -> list[_Part]:
    """List the parts of an article's copies, in the order they were made; one query."""
    done = Manifest.objects.filter(post=post).exclude(
        capture__state=CaptureState.READING
    )
    rows = done.values_list(
        *("pk", "scheme", "capture__reading", "seen_at", "capture__written_at"),
        *("capture__written_until", "capture__taken_at"),
        *("is_whole", "capture__state"),
    )
    parts = [
        _Part(
            pk,
            scheme,
            (reading, seen_at),
            seen_at or written or taken,
            seen_at or until or written or taken,
            bool(seen_at or written),
            is_whole and state == CaptureState.COMPLETE,
        )
        for pk, scheme, reading, seen_at, written, until, taken, is_whole, state in rows
    ]
    return sorted(parts, key=lambda part: (part.start, part.pk))


def _whole(parts: Sequence[_Part]) -> set[tuple[str, datetime | None]]:
    """Return the dated copies every part of which is whole."""
    broken = {part.copy for part in parts if not (part.is_whole and part.is_dated)}
    return {part.copy for part in parts} - broken


def _held(parts: Sequence[int], comments: Collection[int]) -> set[int]:
    """Return which comments some parts of copies held; one query."""
    found = Manifest.objects.filter(pk__in=parts).only("packed")
    return {pk for manifest in found for pk in manifest.holding(comments)}
