"""Check what articles say of later exports that lack them against what copies hold."""

from collections.abc import Iterator

from commentarchive.captures.absent import find_absences
from commentarchive.ledger.comparison import Difference
from commentarchive.models import Blog, Post


def compare_absences() -> Iterator[Difference]:
    """Report articles that say otherwise than the copies by which they are gone."""
    for blog in Blog.objects.order_by("pk").values_list("pk", flat=True):
        found = find_absences(blog)
        posts = Post.objects.filter(blog=blog).values_list("pk", "ref", "absences")
        for pk, ref, absences in posts.iterator():
            if absences != found.get(pk, []):
                reason = f"article {ref} is gone from other exports than it says"
                yield Difference(None, reason)
