"""Find what a query asks for: comments, titles, and for staff what nobody sees."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import Q

from commentarchive.models import Blog, Comment, Post
from commentarchive.models.blog import BlogQuerySet
from commentarchive.models.post import PostQuerySet
from commentarchive.search.index import AUTHOR, BLOG, MODERATED, POST, folded
from commentarchive.search.look_up import (
    LOOKED_AT,
    Asked,
    Hit,
    Shown,
    best_hits,
    newest_hits,
    oldest_among,
)
from commentarchive.search.query import Query, QueryFault, Term
from commentarchive.search.triggers import PUBLIC, SEALED, TITLES

# Hits that are counted and can be leafed through; beyond it there are "more than".
MOST = 200
# The newest hits, among which the best are looked for.
WEIGHED = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The first hits of a search, and whether there are more."""

    hits: Sequence[Hit]
    is_all: bool
    # Whether only the newest rows with the words were looked at (LOOKED_AT).
    is_bounded: bool = False


def find_comments(query: Query, *, best_first: bool = False) -> Found:
    """Find public comments, the newest or the best of the newest first.

    Raise QueryFault for a blog or an article that is not here.
    """
    blogs, posts = Blog.objects.public(), Post.objects.reachable()
    asked = _asked(query, PUBLIC, Comment.objects.shown, blogs, posts)
    return _best(asked) if best_first else _newest(asked)


def find_titles(query: Query, *, most: int = MOST) -> Found:
    """Find public articles by their titles; none by what only comments have."""
    if query.authors or query.is_moderated is not None:
        return Found(hits=(), is_all=True)
    blogs, posts = Blog.objects.public(), Post.objects.reachable()
    asked = _asked(query, TITLES, _titled, blogs, posts)
    return _newest(asked, most)


def _titled() -> PostQuerySet:
    return Post.objects.public().with_shown_title()


def find_sealed(query: Query) -> Found:
    """Find texts of comments that no reader sees; for staff, who note it.

    Raise QueryFault.
    """
    asked = _asked(query, SEALED, None, Blog.objects.all(), Post.objects.all())
    # Whoever answers for a text has to know of each: as long as that takes.
    return _found(asked, newest_hits(asked, MOST + 1), MOST)


def _newest(asked: Asked, most: int = MOST) -> Found:
    asked = _bounded(asked)
    hits = newest_hits(asked, most + 1)
    return _found(asked, hits, most)


def _best(asked: Asked) -> Found:
    asked = _bounded(asked)
    hits = best_hits(asked, MOST + 1, among=WEIGHED)
    return _found(asked, hits, MOST)


def _bounded(asked: Asked) -> Asked:
    """Return what is asked of no more rows than somebody would wait for.

    Words in a row are held against each row that has them all.
    """
    if not asked.phrases:
        return asked
    return replace(asked, oldest=oldest_among(asked, LOOKED_AT))


def _found(asked: Asked, hits: list[Hit], most: int) -> Found:
    is_all = len(hits) <= most
    is_bounded = is_all and asked.oldest is not None
    return Found(hits=hits[:most], is_all=is_all, is_bounded=is_bounded)


def _asked(
    query: Query, table: str, shown: Shown, blogs: BlogQuerySet, posts: PostQuerySet
) -> Asked:
    named = [
        Term((f"{BLOG}{_blog(name, blogs)}",), is_unwanted=unwanted)
        for name, unwanted in query.blogs
    ]
    named += [
        Term((f"{POST}{_post(name, posts)}",), is_unwanted=unwanted)
        for name, unwanted in query.posts
    ]
    named += [
        replace(term, words=tuple(f"{AUTHOR}{word}" for word in term.words))
        for term in query.authors
    ]
    if query.is_moderated is not None:
        named.append(Term((MODERATED,), is_unwanted=not query.is_moderated))
    terms = (*query.text, *named)
    return Asked(
        table=table,
        shown=shown,
        needed=sorted({w for t in terms if not t.is_unwanted for w in t.words}),
        unwanted=sorted(
            {t.words[0] for t in terms if t.is_unwanted and len(t.words) == 1}
        ),
        phrases=[
            (folded(t.words), not t.is_unwanted) for t in terms if len(t.words) > 1
        ],
        since=query.since,
        until=query.until,
        weighed=[folded(term.words) for term in query.wanted],
    )


def _blog(name: str, blogs: BlogQuerySet) -> int:
    """Return the key of a blog. Raise QueryFault."""
    found = blogs.filter(Q(slug__iexact=name) | Q(ref=name)).first()
    if found is None:
        message = f"There is no blog “{name}” here: use the last part of its address."
        raise QueryFault(message)
    return found.pk


def _post(name: str, posts: PostQuerySet) -> int:
    """Return the key of an article as readers see it. Raise QueryFault."""
    found = posts.filter(ref=name.strip("/").rpartition("/")[2]).first()
    if found is None:
        message = (
            f"There is no article “{name}” here: use the last part of its address."
        )
        raise QueryFault(message)
    return found.leader_id or found.pk
