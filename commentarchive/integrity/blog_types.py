"""Check the types that blogs let through against the record."""

from collections.abc import Iterator, Mapping

from commentarchive.ledger.comparison import Difference, ReadEntry
from commentarchive.models import Blog


def compare_types(
    changes: Mapping[tuple[str, str], ReadEntry],
) -> Iterator[Difference]:
    """Find blogs that let other types through than their last entries say.

    `changes` are those entries by blog and field; without one, none is let through.
    """
    for blog in Blog.objects.order_by("pk"):
        for name in ("comment_types", "article_types"):
            said = changes.get((blog.ref, name))
            if getattr(blog, name) != (_after(said) if said else ""):
                index = said.index if said else None
                reason = f"blog {blog.ref}: other {name} than the record says"
                yield Difference(index, reason)


def _after(said: ReadEntry) -> str:
    """Return what an entry let through: nothing, where its disclosure is gone."""
    try:
        return str(said.value("after"))
    except KeyError:
        return ""
