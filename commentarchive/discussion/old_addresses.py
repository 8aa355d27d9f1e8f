"""The archived place of an address that an article or a comment ever had."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import NamedTuple

from django.db.models import Case, Exists, OuterRef, Q, When

from commentarchive.models import Blog, Comment, CrossPost, Post, PostAddress
from commentarchive.models.comment import CommentQuerySet
from commentarchive.models.post import PostQuerySet
from commentarchive.text.old_addresses import OldAddress

# How many places are listed of an address that fits several, and how many near ones.
LISTED = 50


class Found(NamedTuple):
    """What stands at an old address: articles, or comments on them, or a blog.

    Several, where the address does not say which. `lacks_comment` is set where the
    article is here, and the comment that the address names is not.
    """

    posts: Sequence[Post] = ()
    comments: Sequence[Comment] = ()
    blog: Blog | None = None
    lacks_comment: bool = False


def find_place(old: OldAddress) -> Found:
    """Find what the public can see of an old address; eight queries at most."""
    posts = _by_address(old) or _by_number(old)
    if not posts:
        whole = {each for tier in old.articles[:1] for each in tier}
        blogs = Blog.objects.public().filter(normal_address__in=whole - {""})
        return Found(blog=blogs.order_by("pk").first())
    if not (old.comments or old.made_at):
        return Found(posts)
    comments = comments_with_number(posts, old.comments)
    if not comments and old.made_at:
        made = (old.made_at, old.made_at + timedelta(milliseconds=999))
        at_once = _with_a_place(posts).filter(day_only=False, posted_at__range=made)
        comments = list(at_once.select_related("post__blog")[:LISTED])
    return Found(posts, comments, lacks_comment=old.is_of_comment and not comments)


def _with_a_place(posts: Sequence[Post]) -> CommentQuerySet:
    """Return the comments on some articles that readers see.

    Each may be shown in the place of the same one from a better source.
    """
    # Asked of each comment that is found: as a list, SQLite would make it of all that
    # the archive has.
    public, reachable = Comment.objects.public(), Post.objects.reachable()
    seen = Comment.objects.filter(
        Exists(public.filter(pk=OuterRef("pk")))
        | Exists(public.filter(pk=OuterRef("leader")))
        & Exists(reachable.filter(pk=OuterRef("post")))
    )
    leaders = {post.leader_id for post in posts} - {None}
    # Or under another article by hand, while its copies have it here.
    own = Q(post__in=posts) | Q(told_below__in=posts)
    return seen.filter(own | Q(post__leader__in=leaders))


def comments_with_number(posts: Sequence[Post], ids: Collection[str]) -> list[Comment]:
    """Find comments by an id at their blog: their own, else one from after a move."""
    comments = _with_a_place(posts)
    known = [each[:200] for each in ids]
    is_from_elsewhere = When(~Q(told_below__in=posts), told_below__isnull=False, then=1)
    here_first = Case(is_from_elsewhere, default=0)
    own = comments.filter(source_id__in=known).order_by(
        here_first, "post_id", "twin", "pk"
    )
    found = list(own.select_related("post__blog")[:LISTED])
    if not found:
        renumbered = comments.filter(other_numbers__source_id__in=known).distinct()
        found = list(renumbered.select_related("post__blog").order_by("pk")[:LISTED])
    first: dict[tuple[int, str, str], Comment] = {}
    for each in found:
        # Of several texts under one number the first is meant.
        first.setdefault((each.post_id, each.scheme, each.source_id), each)
    return list(first.values())


def _by_address(old: OldAddress) -> list[Post]:
    return _posts(keys_by_address(old, Post.objects.reachable()))


def keys_by_address(old: OldAddress, posts: PostQuerySet) -> set[int]:
    """Find articles by the likeliest form of the address that any of them has."""
    tiers = {each: n for n, tier in enumerate(old.articles) for each in tier[::-1]}
    known = PostAddress.objects.filter(normal_address__in=tiers, post__in=posts)
    rows = list(known.values_list("normal_address", "post_id")[: LISTED * 4])
    best = min((tiers[address] for address, _post in rows), default=0)
    return {post for address, post in rows if tiers[address] == best}


def _by_number(old: OldAddress) -> list[Post]:
    """Find articles by a number at their blog, as `?p=12` has it."""
    if not old.number:
        return []
    public = Post.objects.reachable()
    if old.host:
        public = public.filter(blog__in=blogs_at(old.host))
    numbered = public.filter(
        Q(source_id=old.number)
        | Q(other_numbers__source_id=old.number, other_numbers__comment=None)
    )
    return _posts(set(numbered.values_list("pk", flat=True)[:LISTED]))


def _posts(keys: set[int]) -> list[Post]:
    """Read articles; in place of the same one from another source, what readers see."""
    if not keys:
        return []
    tied = Post.objects.filter(pk__in=keys).exclude(leader=None).values("leader")
    here = Q(pk__in=keys, leader=None) | Q(pk__in=tied)
    return list(Post.objects.public().titled().filter(here).newest_first()[:LISTED])


def blogs_at(host: str) -> list[Blog]:
    """Find the public blogs of a host, by their address or one of their articles."""
    at_host = Q(normal_address=host) | Q(normal_address__startswith=f"{host}/")
    public = Blog.objects.public()
    found = list(public.filter(at_host).order_by("title")[:LISTED])
    if found or not host:
        return found
    articles = PostAddress.objects.filter(
        Q(normal_address__startswith=f"{host}/")
        | Q(normal_address__startswith=f"{host}?"),
        post__in=Post.objects.public(),
    )
    return list(
        public.filter(pk__in=articles.values("post__blog")).order_by("title")[:LISTED]
    )


def named_elsewhere(old: OldAddress) -> list[Post]:
    """Find articles that say they stand at the address as well, which is not here."""
    known = {each for tier in old.articles for each in tier}
    told = CrossPost.objects.told().filter(is_withdrawn=False)
    ties = told.filter(normal_address__in=known - {""})
    return _posts(set(ties.values_list("post", flat=True)[:LISTED]))
