"""Check what articles say of later exports that lack them against what copies hold."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from commentarchive.captures.absent import find_absences
from commentarchive.ledger.comparison import Difference
from commentarchive.models import Blog, Post
from commentarchive.storage.prepared import Prepared


def compare_absences() -> Iterator[Difference]:
    """Report articles whose `absences` are not what the copies tell."""
    for blog in _blogs():
        found = find_absences(blog)
        for pk, ref, absences in _articles.stream(blog):
            if absences != found.get(pk, []):
                reason = f"article {ref} is gone from other exports than it says"
                yield Difference(None, reason)


@Prepared
def _blogs() -> QuerySet[Blog, int]:
    return Blog.objects.order_by("pk").values_list("pk", flat=True)


@Prepared
def _articles(blog: int) -> QuerySet[Post, tuple[int, str, Any]]:
    return Post.objects.filter(blog=blog).values_list("pk", "ref", "absences")
