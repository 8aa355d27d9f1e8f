"""Find the blog and the article that somebody names, by address or by title."""

import re

from django.conf import settings

from commentarchive.ledger.merkle.refs import last_ref
from commentarchive.models import Blog, Comment, Post
from commentarchive.models.blog import BlogQuerySet
from commentarchive.models.post import PostQuerySet
from commentarchive.text.addresses import host_of, normalise
from commentarchive.text.similar import bare_words

_blog_page = re.compile(r"/blogs/([-\w]+)/?")
# How blogs mark a comment at the end of an article's address.
_comment_mark = re.compile(r"#(?:comment|c|div-comment|li-comment)[-_]?(\d+)\Z")
# The end of a host's name that can be one of a site.
_site = re.compile(r"[^.\s]\.(?:[a-z]{2,}|xn--[a-z0-9-]+)(?::\d+)?\Z", re.IGNORECASE)
# Articles of one title that are looked at.
MOST = 50


class NoSuchPlace(ValueError):
    """Nothing here has that address or title; the message says so."""


class SeveralPlaces(NoSuchPlace):
    """Several things here have that title."""


def blog_named(words: str, blogs: BlogQuerySet) -> Blog:
    """Find a blog by its page here, its address or one below it, or its title.

    Raise NoSuchPlace.
    """
    words = words.strip()
    page = _blog_page.search(words)
    if page and (found := blogs.filter(slug=page[1]).first()):
        return found
    if address := _address(words):
        parts = address.split("/")
        above = ["/".join(parts[:length]) for length in range(1, len(parts) + 1)]
        below = list(blogs.filter(normal_address__in=above))
        if below:
            return max(below, key=lambda blog: len(blog.normal_address))
    bare = bare_words(words)
    titled = [blog for blog in blogs if bare and bare_words(blog.title) == bare]
    if len(titled) > 1:
        message = "Several blogs here have that title: please give the address."
        raise SeveralPlaces(message)
    if not titled:
        message = "No blog here has that address or title."
        raise NoSuchPlace(message)
    return titled[0]


def is_elsewhere(words: str) -> bool:
    """Return whether words are the address of a page on another site than this one."""
    words = words.strip()
    # An e-mail address names nobody's blog.
    if not _address(words) or "@" in words.rpartition("://")[2].partition("/")[0]:
        return False
    host = host_of(words if "://" in words else f"https://{words}")
    return _site.search(host) is not None and host != host_of(settings.BASE_URL)


def article_named(words: str, posts: PostQuerySet) -> Post:
    """Find an article by its page here, its address, its title, or a comment's address.

    Raise NoSuchPlace.
    """
    words = words.strip()
    posts = posts.titled()
    if comment := comment_named(words):
        posts = posts.filter(pk=comment.post_id)
        found = list(posts)
    elif ref := last_ref(words, "p"):
        found = list(posts.filter(ref=ref))
    elif address := _address(words):
        known = posts.filter(addresses__normal_address=address)
        found = list(known.distinct()[:2])
    else:
        found = []
    if not found and not comment:
        bare = bare_words(words)
        likely = posts.titled_with(re.findall(r"\w+", words))[:MOST]
        found = [post for post in likely if bare and bare_words(post.title) == bare]
    if len(found) > 1:
        message = "Several articles have that title or address: please give another."
        raise NoSuchPlace(message)
    if not found:
        message = "No article here has that address or title."
        raise NoSuchPlace(message)
    return found[0]


def comment_named(words: str) -> Comment | None:
    """Find a comment by its address here, or by its mark in an article's address."""
    words = words.strip()
    comments = Comment.objects.public().select_related("post")
    if ref := last_ref(words, "c"):
        return comments.filter(ref=ref).first()
    mark, address = _comment_mark.search(words), _address(words)
    if mark is None or not address:
        return None
    below = comments.filter(post__addresses__normal_address=address)
    return below.filter(source_id=mark[1]).order_by("twin").first()


def _address(words: str) -> str:
    """Return an address in the form that is compared; "" for what is none."""
    if any(letter.isspace() for letter in words) or "." not in words:
        return ""
    return normalise(words if "://" in words else f"https://{words}")
