"""Check the settings of blogs against the record."""

from collections.abc import Iterator, Mapping

from django.db.models import QuerySet

from commentarchive.ledger.comparison import Difference, ReadEntry
from commentarchive.models import Blog
from commentarchive.storage.prepared import Prepared

# Without an entry none is let through; of other settings nobody knows what they were
# before the first one.
_EMPTY_AT_FIRST = ("comment_types", "article_types")


def compare_settings(
    changes: Mapping[tuple[str, str], ReadEntry],
) -> Iterator[Difference]:
    """Find blogs with other settings than their last entries say.

    `changes` are those entries by blog and field.
    """
    blogs = {blog.ref: blog for blog in _blogs()}
    for ref, blog in blogs.items():
        for name in _EMPTY_AT_FIRST:
            if getattr(blog, name) and (ref, name) not in changes:
                yield Difference(None, _other(blog, name))
    for (ref, name), said in changes.items():
        if ref in blogs and getattr(blogs[ref], name) != _after(said):
            yield Difference(said.index, _other(blogs[ref], name))


@Prepared
def _blogs() -> QuerySet[Blog]:
    return Blog.objects.order_by("pk")


def _other(blog: Blog, name: str) -> str:
    return f"blog {blog.ref}: other {name} than the record says"


def _after(said: ReadEntry) -> object:
    """Return what an entry changed a setting to; "" where its disclosure is gone."""
    try:
        return said.value("after")
    except KeyError:
        return ""
