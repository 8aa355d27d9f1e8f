"""Digests of the times and kinds of an article and its comments.

Copies tell them with more or less authority, and the best one stands. So each copy that
changed any of them leaves a digest of how they stood afterwards, and its entry commits
to these digests.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from commentarchive.ledger.merkle.hashing import base64url
from commentarchive.models import Capture, Comment, Manifest, Post
from commentarchive.storage.prepared import Prepared


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
    rows = [*_article(post_pk), *_comments(post_pk)]
    return digest_of_times([times_line(*row) for row in rows])


@Prepared
def _article(post_pk: int) -> QuerySet[Post, tuple[Any, ...]]:
    columns = ("ref", "kind", "published_at", "printed_at", "utc_offset", "day_only")
    return Post.objects.filter(pk=post_pk).values_list(*columns)


@Prepared
def _comments(post_pk: int) -> QuerySet[Comment, tuple[Any, ...]]:
    columns = ("ref", "kind", "posted_at", "printed_at", "utc_offset", "day_only")
    return Comment.objects.in_copies_of([post_pk]).values_list(*columns)


def times_of_copy(capture: Capture) -> str:
    """Return the digest over all that a copy left; "" if it changed no time."""
    together = b"".join(map(bytes, _left.stream(capture.pk)))
    return base64url(hashlib.sha256(together).digest()) if together else ""


@Prepared
def _left(capture_pk: int) -> QuerySet[Manifest, bytes | memoryview]:
    left = Manifest.objects.filter(capture=capture_pk).exclude(times=b"")
    return left.order_by("ordinal", "part").values_list("times", flat=True)
