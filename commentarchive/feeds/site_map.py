"""The site map (sitemaps.org): what is public and listed, in parts of one size."""

from collections.abc import Iterable
from xml.sax.saxutils import escape

from django.db.models import Q

from commentarchive.feeds.atom import absolute
from commentarchive.models import Blog, BlogVisibility, CrossPost, Post
from commentarchive.models.blog import has_unlisted
from commentarchive.models.post import PostQuerySet

# The format allows 50,000 addresses a file.
PART = 20_000
_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def number_of_parts() -> int:
    """Return how many parts there are, one at least; one query."""
    return max(1, -(-_posts().count() // PART))


def index_of(parts: int, address: str) -> bytes:
    """Return the list of parts."""
    places = (f"{absolute(address)}?page={number}" for number in range(1, parts + 1))
    return _written("sitemapindex", "sitemap", places)


def part_of(number: int) -> bytes:
    """Return one part: articles, with the first one blogs and the pages of cross-posts.

    Three queries at most.
    """
    start = (number - 1) * PART
    posts = _posts().order_by("pk").values_list("ref", flat=True)[start : start + PART]
    places = [absolute(f"/posts/{ref}/") for ref in posts]
    if number == 1:
        shown = list(Blog.objects.public().order_by("pk"))
        listed = [blog for blog in shown if blog.visibility == BlogVisibility.PUBLIC]
        # The list of blogs is for nobody else while one of them is not.
        own = ["/about/"] if has_unlisted(shown) else ["/", "/about/"]
        own += [blog.get_absolute_url() for blog in listed]
        own += [f"/cross-posts/{ref}/" for ref in _cross_posts()]
        places = [*map(absolute, own), *places]
    return _written("urlset", "url", places)


def _posts() -> PostQuerySet:
    """Return the articles whose pages are listed: all of their sources are."""
    unlisted = Post.objects.filter(
        leader__isnull=False, blog__visibility=BlogVisibility.UNLISTED
    )
    listed = Post.objects.public().filter(blog__visibility=BlogVisibility.PUBLIC)
    return listed.exclude(pk__in=unlisted.values("leader"))


def _cross_posts() -> list[str]:
    """Return the pages of articles at several places, all of which are listed."""
    unlisted = Post.objects.filter(blog__visibility=BlogVisibility.UNLISTED)
    told = CrossPost.objects.public().filter(is_withdrawn=False)
    listed = told.exclude(
        Q(post__in=unlisted) | Q(other_post__isnull=False, other_post__in=unlisted)
    )
    return list(listed.order_by("pk").values_list("ref", flat=True)[:PART])


def _written(root: str, name: str, places: Iterable[str]) -> bytes:
    rows = "".join(f"<{name}><loc>{escape(each)}</loc></{name}>\n" for each in places)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_SPACE}">\n'
        f"{rows}</{root}>\n"
    ).encode()
