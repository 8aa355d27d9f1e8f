"""Close again what entries closed whose rows are lost, after a restore."""

from collections.abc import Iterator

from commentarchive.actions.blogs import BlogChanged, save_blog
from commentarchive.ledger.append import SYSTEM, read_leaf
from commentarchive.ledger.models import Entry
from commentarchive.models import Blog, BlogVisibility

_EVENT = "archive.publish"
# From the fewest readers to the most.
_ORDER = (BlogVisibility.STAFF, BlogVisibility.UNLISTED, BlogVisibility.PUBLIC)


def close_blogs_again(first: int, size: int) -> Iterator[str]:
    """Show blogs to no more people than entries from one to a size leave them to.

    Inside the transaction that brings the entries back. Yields what was not done.
    """
    left: dict[str, tuple[BlogVisibility, int]] = {}
    found = Entry.objects.filter(index__gte=first, index__lt=size, event=_EVENT)
    for index, ref, leaf in found.order_by("index").values_list(
        *("index", "subject", "leaf")
    ):
        public = read_leaf(bytes(leaf))["d"]
        if ref.startswith("b") and isinstance(public, dict):
            left[ref] = (BlogVisibility(str(public["to"])), index)
    for blog in Blog.objects.filter(ref__in=left):
        visibility, index = left[blog.ref]
        if _ORDER.index(visibility) >= _ORDER.index(BlogVisibility(blog.visibility)):
            continue
        blog.visibility = visibility
        try:
            save_blog(blog, by=SYSTEM, reason=f"As record no. {index} says.")
        except (BlogChanged, ValueError) as error:
            yield f"entry {index}: the blog {blog.slug} is shown to more ({error})"
