"""What is stored of a thread's pages: packed windows, and what they hold together."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Self
from zlib import crc32

from django.db.models import QuerySet

from commentarchive.models import Blog, Post, Segment
from commentarchive.storage.bulk_insert import Row
from commentarchive.storage.prepared import Prepared
from commentarchive.threads.packing import Packed, literal, pack
from commentarchive.threads.render import (
    EMPTY,
    FORMAT,
    RenderedWindow,
    WindowCounts,
    stitch,
)


class PackedWindow(NamedTuple):
    """A rendered window whose bytes are deflated, ready to be stitched into a page."""

    packed: Packed
    first_level: int
    last_level: int
    counts: WindowCounts

    @property
    def is_empty(self) -> bool:
        """Return whether there is nothing in it for readers."""
        return not self.packed.size


def pack_window(window: RenderedWindow) -> PackedWindow:
    """Deflate a rendered window."""
    first, last = window.first_level, window.last_level
    return PackedWindow(pack(window.html), first, last, window.counts)


def join_packed(windows: Iterable[PackedWindow]) -> list[Packed]:
    """Join windows that follow one another into one list, piece by piece."""
    return [
        literal(part) if isinstance(part, bytes) else part.packed
        for part in stitch(windows)
    ]


class StoredThread(NamedTuple):
    """What the stored windows of an article hold together, as its columns keep it.

    `places` is None while a window is missing; `key` is `key_of` when they were made.
    """

    places: int | None = None
    key: int = 0
    shown: int = 0
    hidden: int = 0
    notices: int = 0
    size: int = 0

    @classmethod
    def of(cls, places: int, key: int, windows: Sequence[PackedWindow]) -> Self:
        """Add up what some windows hold."""
        shown = hidden = notices = size = 0
        for window in windows:
            shown += window.counts.shown
            hidden += window.counts.hidden
            notices += window.counts.notices
            size += window.packed.size
        return cls(places, key, shown, hidden, notices, size)


UNSTORED = StoredThread()
# In the order of `StoredThread`.
COLUMNS = (
    *("stored_places", "stored_key", "stored_shown", "stored_hidden"),
    *("stored_notices", "stored_bytes"),
)


def key_of(blog: Blog) -> int:
    """Return a number that changes with whatever else a blog's windows depend on."""
    shown_by = (FORMAT, blog.time_zone, blog.show_hidden_names, blog.show_gone_text)
    # Where no name was ever decided on, older pages stay as good as they were.
    names = () if blog.names_entry is None else (blog.names_entry,)
    return crc32(repr((*shown_by, *names)).encode())


def is_stored(post: Post) -> bool:
    """Return whether every window of a thread is stored as it would be made today."""
    return post.stored_places is not None and post.stored_key == key_of(post.blog)


def window_rows(post_pk: int, windows: Iterable[tuple[int, PackedWindow]]) -> list[Row]:
    """Return some numbered windows of an article as rows of their table."""
    return [
        (
            *(post_pk, number, window.first_level, window.last_level),
            *window.packed,
            *window.counts,
        )
        for number, window in windows
    ]


def read_windows(post: Post, first: int, stop: int) -> list[PackedWindow]:
    """Read stored windows; return none at all unless every one of them is there."""
    if not is_stored(post):
        return []
    if not post.stored_places:
        return [pack_window(EMPTY)]
    windows = [
        PackedWindow(
            Packed(bytes(deflated), crc, size),
            first_level,
            last_level,
            WindowCounts(*counts),
        )
        for deflated, crc, size, first_level, last_level, *counts in _stored(
            post.pk, first, stop
        )
    ]
    return windows if len(windows) == stop - first else []


@Prepared
def _stored(post_pk: int, first: int, stop: int) -> QuerySet[Any, tuple[Any, ...]]:
    found = Segment.objects.filter(post=post_pk, number__gte=first, number__lt=stop)
    return found.order_by("post_id", "number").values_list(
        *("packed", "crc", "size", "first_level", "last_level"),
        *("shown", "hidden", "notices"),
    )
