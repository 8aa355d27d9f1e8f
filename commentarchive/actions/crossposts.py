"""Articles that say they stand elsewhere too: tied once both ends are here."""

from collections.abc import Iterable

from commentarchive.addresses import normalise
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.models import CrossPost, Post, PostAddress


def record_cross_posts(post: Post, addresses: Iterable[str]) -> None:
    """Record where an article says that it stands too, and tie what is archived."""
    for address in addresses:
        normal = normalise(address)
        if not normal:
            continue
        other = (
            PostAddress.objects.filter(normal_address=normal)
            .exclude(post=post)
            .order_by("pk")
            .first()
        )
        CrossPost.objects.get_or_create(
            post=post,
            normal_address=normal,
            defaults={
                "ref": new_ref("x"),
                "other_address": address[:1000],
                "other_post": other.post if other else None,
            },
        )


def record_addresses(post: Post, addresses: Iterable[str]) -> None:
    """Record an article's addresses, and tie cross-posts that were waiting for it."""
    rows = [
        PostAddress(post=post, address=address[:1000], normal_address=normal)
        for address in addresses
        if (normal := normalise(address))
    ]
    if not rows:
        return
    PostAddress.objects.bulk_create(rows, ignore_conflicts=True)
    CrossPost.objects.filter(
        normal_address__in=[row.normal_address for row in rows], other_post=None
    ).exclude(post=post).update(other_post=post)
