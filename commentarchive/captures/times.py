"""Digests of the times and kinds of an article and its comments.

Copies tell them with more or less authority, and the best one stands. So each copy that
changed any of them leaves a digest of how they stood afterwards, and its entry commits
to these digests.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from commentarchive.ledger.merkle.hashing import base64url
from commentarchive.models import Capture, Comment, Manifest, Post


def times_line(
    ref: str,
    kind: str,
    moment: datetime | None,
    printed: str,
    offset: int | None,
    day_only: bool,
) -> str:
    """Return what a digest says of one article or comment.

    No database keeps a NUL in a text, so that parts remain apart. Where only the day is
    told, a sixth says so; all other lines are as they were before there were such.
    """
    line = f"{ref}\0{kind}\0{moment}\0{offset}\0{printed}"
    return f"{line}\0day" if day_only else line


def digest_of_times(lines: Iterable[str]) -> bytes:
    """Hash the lines of an article and its comments, in whatever order they come."""
    return hashlib.sha256("\0".join(sorted(lines)).encode()).digest()


def stored_times(post_pk: int) -> bytes:
    """Hash the times and kinds of an article and its comments as they are stored."""
    columns = ("ref", "kind", "posted_at", "printed_at", "utc_offset", "day_only")
    own = ("ref", "kind", "published_at", "printed_at", "utc_offset", "day_only")
    rows = [
        *Post.objects.filter(pk=post_pk).values_list(*own),
        *Comment.objects.in_copies_of([post_pk]).values_list(*columns),
    ]
    return digest_of_times([times_line(*row) for row in rows])


def times_of_copy(capture: Capture) -> str:
    """Return the digest over all that a copy left; "" if it changed no time."""
    left = Manifest.objects.filter(capture=capture).exclude(times=b"")
    digests = left.order_by("ordinal", "part").values_list("times", flat=True)
    together = b"".join(map(bytes, digests.iterator(chunk_size=5000)))
    return base64url(hashlib.sha256(together).digest()) if together else ""
