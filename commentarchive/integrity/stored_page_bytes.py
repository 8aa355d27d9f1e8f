"""Check stored windows of threads against the rows that they were rendered from."""

from collections.abc import Iterator

from isal import isal_zlib
from isal.igzip_lib import IsalError

from commentarchive.discussion.windows import render_windows
from commentarchive.ledger.comparison import Difference
from commentarchive.models import Post, Segment


def compare_pages() -> Iterator[Difference]:
    """Report the articles whose stored pages say something else than their rows.

    Windows of articles that are not public are left out: they are never served.
    """
    posts = Post.objects.public().select_related("blog").in_bulk()
    stored = Segment.objects.filter(post__in=Post.objects.public())
    for segment in stored.order_by("post_id", "number").iterator(chunk_size=100):
        post = posts[segment.post_id]
        try:
            html = isal_zlib.decompress(bytes(segment.packed))
        except IsalError:  # type: ignore[misc]  # its stub calls it no class
            html = b""
        [made] = render_windows(post, segment.number, segment.number + 1)
        if html != made.html:
            where = f"page {segment.number + 1} of article {post.ref}"
            yield Difference(None, f"{where} says something else than its comments")
