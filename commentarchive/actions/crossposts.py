"""Link articles that were also published elsewhere, once both ends are archived."""

from collections.abc import Iterable

from commentarchive.ledger.append import By, Statement, append
from commentarchive.ledger.merkle.canonical import Value
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.ledger.models import Entry
from commentarchive.models import Blog, CrossPost, Grade, Post, PostAddress
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
    post: Post, address: str, *, blog: Blog | None = None, attribution: str, by: By
) -> CrossPost:
    """Record that an article is a cross-post of one at an address, archived or not.

    Or of one at a blog, whose address there may not be known. `attribution` is how the
    article says so. Raise CannotTie.
    """
    with short_write():
        locked = Post.objects.select_for_update().get(pk=post.pk)
        tie = _tie(locked, address, blog)
        said = Entry.objects.filter(subject=tie.ref, event="crosspost.confirm")
        if said.exists():
            message = "That is on record already."
            raise CannotTie(message)
        public: dict[str, Value] = {
            "grade": Grade.DECIDED.value,
            "kind": "cross_post",
            "pairs": 0,
        }
        if tie.other_blog is not None:
            public["blog"] = tie.other_blog.ref
        append(
            Statement(
                event="crosspost.confirm",
                subject=tie.ref,
                by=by,
                thread=locked.ref,
                public=public,
                committed={"evidence": attribution, "pair_list": ""},
            )
        )
    return tie


def _tie(post: Post, address: str, blog: Blog | None) -> CrossPost:
    """Find or make the row of a tie. Raise CannotTie for an article with itself."""
    normal = normalise(address)
    if normal and post.addresses.filter(normal_address=normal).exists():
        message = "That is the address of this article itself."
        raise CannotTie(message)
    if not normal and (blog is None or blog.pk == post.blog_id):
        message = "That is the blog of this article itself."
        if blog is None:
            message = "Neither the address of the original nor its blog was given."
        raise CannotTie(message)
    if not normal:
        return CrossPost.objects.get_or_create(
            post=post,
            normal_address="",
            other_blog=blog,
            defaults={"ref": new_ref("x")},
        )[0]
    record_cross_posts(post.pk, [address])
    tie = CrossPost.objects.get(post=post, normal_address=normal)
    if blog is not None and tie.other_blog is None:
        tie.other_blog = blog
        tie.save(update_fields=["other_blog"])
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
