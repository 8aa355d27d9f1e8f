"""Check stored windows of threads against the rows that they were rendered from."""

from collections.abc import Iterator

from isal.igzip_lib import IsalError

from commentarchive.discussion.stored_threads import is_stored
from commentarchive.discussion.windows import render_windows
from commentarchive.ledger.comparison import Difference
from commentarchive.models import Post, Segment
from commentarchive.threads.packing import Packed, unpack


def compare_pages() -> Iterator[Difference]:
    """Report the articles whose stored pages say something else than their rows.

    Windows of articles that are not public, or that were made by another format, are
    left out: they are never served.
    """
    posts = Post.objects.public().select_related("blog").in_bulk()
    stored = Segment.objects.filter(post__in=Post.objects.public())
    for segment in stored.order_by("post_id", "number").iterator(chunk_size=100):
        post = posts[segment.post_id]
        if post.stored_places is not None and not is_stored(post):
            continue
        try:
            html = unpack(Packed(bytes(segment.packed), segment.crc, segment.size))
        except (ValueError, IsalError):  # type: ignore[misc]  # its stub calls it no class
            html = b""
        [made] = render_windows(post, segment.number, segment.number + 1)
        counts = (segment.shown, segment.hidden, segment.notices)
        if html != made.html or counts != made.counts:
            where = f"page {segment.number + 1} of article {post.ref}"
            yield Difference(None, f"{where} says something else than its comments")
