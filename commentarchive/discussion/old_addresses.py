"""The archived place of an address that an article or a comment ever had."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When

from commentarchive.models import Blog, Comment, CrossPost, Post, PostAddress
from commentarchive.models.comment import CommentQuerySet
from commentarchive.models.post import PostQuerySet
from commentarchive.storage.prepared import Prepared
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
        until = old.made_at + timedelta(milliseconds=999)
        comments = _made_between(*_keys_of(posts), old.made_at, until)
    return Found(posts, comments, lacks_comment=old.is_of_comment and not comments)


@Prepared
def _made_between(
    posts: tuple[int, ...], leaders: tuple[int, ...], first: datetime, last: datetime
) -> QuerySet[Comment]:
    found = _with_a_place(posts, leaders).filter(day_only=False)
    at_once = found.filter(posted_at__range=(first, last))
    return at_once.select_related("post__blog")[:LISTED]


def _keys_of(posts: Sequence[Post]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the keys of some articles, and of those in whose place they are shown."""
    leaders = {post.leader_id for post in posts if post.leader_id is not None}
    return tuple(post.pk for post in posts), tuple(sorted(leaders))


def _with_a_place(posts: tuple[int, ...], leaders: tuple[int, ...]) -> CommentQuerySet:
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
    # Or under another article by hand, while its copies have it here.
    own = Q(post__in=posts) | Q(told_below__in=posts)
    return seen.filter(own | Q(post__leader__in=leaders))


def comments_with_number(posts: Sequence[Post], ids: Collection[str]) -> list[Comment]:
    """Find comments by an id at their blog: their own, else one from after a move."""
    known = tuple(each[:200] for each in ids)
    found = _numbered(*_keys_of(posts), known) or _renumbered(*_keys_of(posts), known)
    first: dict[tuple[int, str, str], Comment] = {}
    for each in found:
        # Of several texts under one number the first is meant.
        first.setdefault((each.post_id, each.scheme, each.source_id), each)
    return list(first.values())


@Prepared
def _numbered(
    posts: tuple[int, ...], leaders: tuple[int, ...], ids: tuple[str, ...]
) -> QuerySet[Comment]:
    is_from_elsewhere = When(~Q(told_below__in=posts), told_below__isnull=False, then=1)
    here_first = Case(is_from_elsewhere, default=0)
    own = _with_a_place(posts, leaders).filter(source_id__in=ids)
    in_order = own.order_by(here_first, "post_id", "twin", "pk")
    return in_order.select_related("post__blog")[:LISTED]


@Prepared
def _renumbered(
    posts: tuple[int, ...], leaders: tuple[int, ...], ids: tuple[str, ...]
) -> QuerySet[Comment]:
    comments = _with_a_place(posts, leaders)
    renumbered = comments.filter(other_numbers__source_id__in=ids).distinct()
    return renumbered.select_related("post__blog").order_by("pk")[:LISTED]


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
    return _led_to(tuple(sorted(keys)))


@Prepared
def _led_to(keys: tuple[int, ...]) -> QuerySet[Post]:
    tied = Post.objects.filter(pk__in=keys).exclude(leader=None).values("leader")
    here = Q(pk__in=keys, leader=None) | Q(pk__in=tied)
    return Post.objects.public().titled().filter(here).newest_first()[:LISTED]


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
