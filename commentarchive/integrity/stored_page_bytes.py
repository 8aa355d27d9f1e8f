"""Check stored windows of threads against the rows that they were rendered from."""

from collections.abc import Iterable, Iterator
from itertools import batched

from django.db.models import QuerySet
from isal.igzip_lib import IsalError

from commentarchive.discussion.stored_threads import is_stored
from commentarchive.discussion.windows import render_threads, render_windows
from commentarchive.ledger.comparison import Difference
from commentarchive.models import Post, Segment
from commentarchive.storage.prepared import Prepared
from commentarchive.threads.packing import Packed, unpack
from commentarchive.threads.render import EMPTY, WINDOW_SIZE, RenderedWindow

# Windows compared at once; the short threads among them are rendered together.
PART = 50


def compare_pages() -> Iterator[Difference]:
    """Report the articles whose stored pages say something else than their rows.

    Windows of articles that are not public, or that were made by another format, are
    left out: they are never served.
    """
    posts = {post.pk: post for post in _public()}
    if not posts:
        return
    stored = Segment.objects.order_by("post_id", "number").iterator(chunk_size=PART)
    rows = (segment for segment in stored if segment.post_id in posts)
    for segments in batched(rows, PART, strict=False):
        served = [
            (posts[segment.post_id], segment)
            for segment in segments
            if posts[segment.post_id].stored_places is None
            or is_stored(posts[segment.post_id])
        ]
        short = _short_threads(post for post, _segment in served)
        for post, segment in served:
            if segment.number == 0 and post.pk in short:
                made = short[post.pk]
            else:
                [made] = render_windows(post, segment.number, segment.number + 1)
            if not _is_as_made(segment, made):
                where = f"page {segment.number + 1} of article {post.ref}"
                yield Difference(None, f"{where} says something else than its comments")


@Prepared
def _public() -> QuerySet[Post]:
    return Post.objects.public().select_related("blog")


def _short_threads(posts: Iterable[Post]) -> dict[int, RenderedWindow]:
    """Render the threads of one window and one source, by article: few queries."""
    by_zone: dict[str, set[int]] = {}
    for post in posts:
        places = post.stored_places
        if post.leader_id is None and places is not None and places <= WINDOW_SIZE:
            by_zone.setdefault(post.blog.time_zone, set()).add(post.pk)
    return {
        pk: windows[0] if windows else EMPTY
        for zone, pks in by_zone.items()
        for pk, windows in render_threads(sorted(pks), zone).items()
    }


def _is_as_made(segment: Segment, made: RenderedWindow) -> bool:
    try:
        html = unpack(Packed(bytes(segment.packed), segment.crc, segment.size))
    except (ValueError, IsalError):  # type: ignore[misc]  # its stub calls it no class
        return False
    counts = (segment.shown, segment.hidden, segment.notices)
    return html == made.html and counts == made.counts
