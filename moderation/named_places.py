"""Find what somebody names: a blog, an article, for staff any comment or name."""

import re
from collections.abc import Sequence

from django.conf import settings
from django.db.models import Q

from commentarchive.discussion.old_addresses import (
    comments_with_number,
    keys_by_address,
)
from commentarchive.ledger.merkle.refs import last_ref
from commentarchive.models import Blog, Comment, Commenter, Post, Visibility
from commentarchive.models.blog import BlogQuerySet
from commentarchive.models.comment import CommentQuerySet
from commentarchive.models.post import PostQuerySet
from commentarchive.text.addresses import host_of, normalise
from commentarchive.text.old_addresses import OldAddress, read_old_address
from commentarchive.text.similar import bare_words

_blog_page = re.compile(r"/blogs/([-\w]+)/?")
# The end of a host's name that can be one of a site.
_site = re.compile(r"[^.\s]\.(?:[a-z]{2,}|xn--[a-z0-9-]+)(?::\d+)?\Z", re.IGNORECASE)
# Articles of one title that are looked at.
MOST = 50


# What staff can name in one complaint.
MOST_PLACES = 500

type Place = Comment | Post | Commenter


class NoSuchPlace(ValueError):
    """Nothing here has that address or title; the message says so."""


class SeveralPlaces(NoSuchPlace):
    """Several things here have that title."""


class WrongPlaces(NoSuchPlace):
    """Some lines name nothing that is here; one sentence for each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


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
    found = _articles_at(words, posts)
    if not found and not comment_named(words):
        bare = bare_words(words)
        likely = posts.titled().titled_with(re.findall(r"\w+", words))[:MOST]
        found = [post for post in likely if bare and bare_words(post.title) == bare]
    return _only(found, "address or title")


def article_by_address(words: str, posts: PostQuerySet) -> Post:
    """Find an article by its page here, its address, or that of a comment on it.

    Raise NoSuchPlace.
    """
    return _only(_articles_at(words, posts), "address")


def _articles_at(words: str, posts: PostQuerySet) -> list[Post]:
    posts = posts.titled()
    if comment := comment_named(words):
        return list(posts.filter(pk=comment.post_id))
    if ref := last_ref(words, "p"):
        return list(posts.filter(ref=ref))
    old = _old_address(words)
    return list(posts.filter(pk__in=keys_by_address(old, posts))) if old else []


def _only(found: Sequence[Post], by: str) -> Post:
    """Return the one article that was found. Raise NoSuchPlace."""
    if len(found) > 1:
        message = f"Several articles have that {by}: please give another."
        raise NoSuchPlace(message)
    if not found:
        message = f"No article here has that {by}."
        raise NoSuchPlace(message)
    return found[0]


def comment_named(words: str) -> Comment | None:
    """Find a comment by its address here or at its blog."""
    if ref := last_ref(words, "c"):
        return Comment.objects.public().select_related("post").filter(ref=ref).first()
    old = _old_address(words)
    if old is None or not old.is_of_comment:
        return None
    keys = keys_by_address(old, Post.objects.reachable())
    posts = list(Post.objects.filter(pk__in=keys))
    return next(iter(comments_with_number(posts, old.comments)), None)


def places_named(lines: str) -> list[Place]:
    """Find what each line names, in their order and each once. Raise WrongPlaces."""
    found: dict[str, Place] = {}
    problems = []
    named = list(dict.fromkeys(filter(None, map(str.strip, lines.splitlines()))))
    if not named:
        raise WrongPlaces(["Name at least one place."])
    if len(named) > MOST_PLACES:
        message = (
            f"A complaint names {MOST_PLACES} places at most; these are {len(named)}."
        )
        raise WrongPlaces([message])
    for line in named:
        try:
            place = place_named(line)
        except NoSuchPlace as error:
            problems.append(f"“{line[:100]}”: {error}")
        else:
            found.setdefault(place.ref, place)
    if problems:
        raise WrongPlaces(problems)
    return list(found.values())


def place_named(words: str) -> Place:
    """Find a comment, an article or a name by address, reference or old number.

    Raise NoSuchPlace.
    """
    if ref := last_ref(words, "c"):
        return _not_erased(Comment.objects.filter(ref=ref))
    if ref := last_ref(words, "n"):
        return _name(ref)
    if words.isdecimal() and words.isascii():
        return _numbered(Q(source_id=words) | Q(other_numbers__source_id=words))
    old = _old_address(words)
    if old is not None and old.is_of_comment:
        keys = keys_by_address(old, Post.objects.all())
        below = Q(post__in=keys) | Q(told_below__in=keys)
        numbers = old.comments
        own = Q(source_id__in=numbers) | Q(other_numbers__source_id__in=numbers)
        return _numbered(below & own)
    return article_named(words, Post.objects.all())


def _name(ref: str) -> Commenter:
    found = Commenter.objects.select_related("name", "blog").filter(ref=ref).first()
    if found is None:
        message = "No name here has that reference."
        raise NoSuchPlace(message)
    if not hasattr(found, "name"):
        message = "That name was erased; nothing of it is left here."
        raise NoSuchPlace(message)
    return found


def _numbered(condition: Q) -> Comment:
    comments = Comment.objects.filter(condition).distinct()
    if comments.count() > 1:
        message = "Several comments have that number: give the address of the one."
        raise SeveralPlaces(message)
    return _not_erased(comments)


def _not_erased(comments: CommentQuerySet) -> Comment:
    found = comments.select_related("post__blog").first()
    if found is None:
        message = "No comment here has that address, reference or number."
        raise NoSuchPlace(message)
    if found.visibility == Visibility.ERASED:
        message = "That comment was erased; nothing of it is left here."
        raise NoSuchPlace(message)
    return found


def _old_address(words: str) -> OldAddress | None:
    """Read an address at a blog; None for what is none, as a title."""
    return read_old_address(words) if _may_be_address(words.strip()) else None


def _address(words: str) -> str:
    """Return an address in the form that is compared; "" for what is none."""
    if not _may_be_address(words):
        return ""
    return normalise(words if "://" in words else f"https://{words}")


def _may_be_address(words: str) -> bool:
    return "." in words and not any(letter.isspace() for letter in words)
