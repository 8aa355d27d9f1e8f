"""Link articles that were also published elsewhere, once both ends are archived."""

from collections.abc import Iterable

from commentarchive.ledger.append import By, Statement, append
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.ledger.models import Entry
from commentarchive.models import CrossPost, Grade, Post, PostAddress
from commentarchive.storage.write_locks import short_write
from commentarchive.text.addresses import normalise


def normal_addresses(addresses: Iterable[str]) -> dict[str, str]:
    """Return addresses by normal form, the first of each; leave out unusable ones."""
    found: dict[str, str] = {}
    for address in addresses:
        if normal := normalise(address):
            found.setdefault(normal, address)
    return found


def record_cross_posts(post_pk: int, addresses: Iterable[str]) -> None:
    """Record where else an article was published, and link what is archived here."""
    for normal, address in normal_addresses(addresses).items():
        other = (
            PostAddress.objects.filter(normal_address=normal)
            .exclude(post=post_pk)
            .order_by("pk")
            .first()
        )
        CrossPost.objects.get_or_create(
            post_id=post_pk,
            normal_address=normal,
            defaults={
                "ref": new_ref("x"),
                "other_address": address[:1000],
                "other_post_id": other.post_id if other else None,
            },
        )


class CannotTie(ValueError):
    """The articles are one, or their tie is on record already."""


def confirm_cross_post(
    post: Post, address: str, *, attribution: str, by: By
) -> CrossPost:
    """Record that an article is a cross-post of one at an address, archived or not.

    `attribution` is how the article says so. Raise CannotTie.
    """
    normal = normalise(address)
    with short_write():
        locked = Post.objects.select_for_update().get(pk=post.pk)
        if locked.addresses.filter(normal_address=normal).exists():
            message = "That is the address of this article itself."
            raise CannotTie(message)
        record_cross_posts(locked.pk, [address])
        tie = CrossPost.objects.get(post=locked, normal_address=normal)
        said = Entry.objects.filter(subject=tie.ref, event="crosspost.confirm")
        if said.exists():
            message = "That is on record already."
            raise CannotTie(message)
        append(
            Statement(
                event="crosspost.confirm",
                subject=tie.ref,
                by=by,
                thread=locked.ref,
                public={
                    "grade": Grade.DECIDED.value,
                    "kind": "cross_post",
                    "pairs": 0,
                },
                committed={"evidence": attribution, "pair_list": ""},
            )
        )
    return tie


def tie_cross_posts(blog_pk: int, normal: Iterable[str]) -> None:
    """Link cross-posts that waited for a blog's articles with these addresses."""
    waiting = CrossPost.objects.filter(normal_address__in=list(normal), other_post=None)
    for tie in waiting:
        found = PostAddress.objects.filter(
            post__blog=blog_pk, normal_address=tie.normal_address
        ).exclude(post=tie.post_id)
        if address := found.order_by("pk").first():
            CrossPost.objects.filter(pk=tie.pk).update(other_post=address.post_id)
