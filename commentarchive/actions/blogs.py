"""Blogs: found by their address, made when they are new."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.utils.text import slugify

from commentarchive.discussion.stored_pages import drop_blog, store_missing
from commentarchive.ledger.append import SYSTEM, By, Statement, append, append_all
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.ledger.models import Role
from commentarchive.models import Blog, BlogVisibility, Comment, Post, Visibility
from commentarchive.models.comment import GONE
from commentarchive.storage.write_locks import short_write
from commentarchive.text.addresses import host_of, normalise

# Fields of a blog that the pages of its threads depend on.
_ON_PAGES = (
    *("time_zone", "show_hidden_names", "show_gone_text"),
    *("comment_types", "article_types"),
)
_TYPES = frozenset({"comment_types", "article_types"})
# Whoever runs a program on the server can do anything.
_MAY_LET_THROUGH = frozenset({Role.OWNER, Role.SYSTEM})


@dataclass(frozen=True, slots=True, kw_only=True)
class BlogFacts:
    """What is known of a blog before it is looked up."""

    slug: str = ""
    title: str = ""
    address: str = ""
    language: str = ""
    # Who may see it, once it is made.
    visibility: BlogVisibility = BlogVisibility.UNLISTED


def find_blog(facts: BlogFacts) -> Blog | None:
    """Find a blog by its slug where one is given, else by its address."""
    if facts.slug:
        return Blog.objects.filter(slug=facts.slug).first()
    address = normalise(facts.address)
    if not address:
        return None
    return Blog.objects.filter(normal_address=address).order_by("pk").first()


def make_blog(facts: BlogFacts) -> Blog:
    """Create a blog; its slug is given, or of its host or title, numbered if taken.

    What is not seen by all from the start is on record.
    """
    host = slugify(host_of(facts.address).replace(".", "-"))
    base = facts.slug or host or slugify(facts.title) or "blog"
    slug, number = base[:90], 2
    while Blog.objects.filter(slug=slug).exists():
        slug = f"{base[:90]}-{number}"
        number += 1
    blog = Blog.objects.create(
        ref=new_ref("b"),
        slug=slug,
        title=(facts.title or host_of(facts.address) or slug)[:300],
        address=facts.address[:500],
        normal_address=normalise(facts.address)[:500],
        time_zone=settings.TIME_ZONE,
        language=facts.language[:20],
        visibility=facts.visibility,
    )
    if facts.visibility != BlogVisibility.UNLISTED:
        append(_publication(blog, SYSTEM))
    return blog


def _publication(blog: Blog, by: By) -> Statement:
    """Return the statement of who may see a blog from now on."""
    public = {"to": blog.visibility}
    return Statement(event="archive.publish", subject=blog.ref, by=by, public=public)


class BlogKnown(ValueError):
    """The blog is here already."""


def add_blog(facts: BlogFacts, *, source: str, by: By) -> Blog:
    """Add a blog by hand, or one that is only known; its entry is `blog.new`.

    `source` is how it is known. Raise BlogKnown where its address is here already.
    """
    with short_write():
        if known := find_blog(facts):
            message = f"That blog is here already: {known.title}."
            raise BlogKnown(message)
        return _add(facts, source, by)


def add_known_blog(address: str, *, title: str = "", by: By) -> Blog:
    """Add a blog that is only known: nothing of it was read. Return one that is there.

    Raise ValueError for what is no address.
    """
    facts = BlogFacts(title=title, address=address)
    if not normalise(address):
        message = "A blog’s address begins with http:// or https://."
        raise ValueError(message)
    with short_write():
        return find_blog(facts) or _add(facts, address, by)


def _add(facts: BlogFacts, source: str, by: By) -> Blog:
    blog = make_blog(facts)
    entry = Statement(
        event="blog.new", subject=blog.ref, by=by, committed={"source": source}
    )
    append_all([entry])
    return blog


def _apply_show_gone_text(blog: Blog) -> None:
    """Show or hide the texts of comments that were seen to vanish at a blog."""
    hidden, shown = Visibility.GONE_AT_SOURCE, Visibility.PUBLISHED
    was, is_now = (hidden, shown) if blog.show_gone_text else (shown, hidden)
    gone = Comment.objects.filter(
        post__blog=blog, source_state=GONE, decided_entry=None
    )
    gone.filter(visibility=was).update(visibility=is_now)


def settle_types(blog: Blog) -> None:
    """Bring an import up to the types that were let through while it was at work."""
    now = Blog.objects.get(pk=blog.pk)
    if (now.comment_types, now.article_types) != (
        *(blog.comment_types, blog.article_types),
    ):
        _apply_types(now)
        drop_blog(now)


def _apply_types(blog: Blog) -> None:
    comments = Comment.objects.filter(post__blog=blog)
    comments.settle_types(blog.shown_comment_types)
    Post.objects.filter(blog=blog).settle_types(blog.shown_article_types)


def _in_order(words: str) -> str:
    """Return types as they are stored: each once, sorted, with a blank between."""
    return " ".join(sorted(set(words.replace(",", " ").split())))


def save_blog(blog: Blog, *, by: By | None, reason: str = "") -> None:
    """Save how a blog is shown; what changes what readers see goes on record.

    Its stored pages are made anew afterwards, article by article. Only an owner lets
    types through: raise PermissionDenied for anybody else. Nobody named is the program.
    """
    by = by or SYSTEM
    blog.normal_address = normalise(blog.address)[:500]
    blog.comment_types = _in_order(blog.comment_types)
    blog.article_types = _in_order(blog.article_types)
    with short_write():
        before = Blog.objects.select_for_update().get(pk=blog.pk)
        changed = [
            name for name in _ON_PAGES if getattr(before, name) != getattr(blog, name)
        ]
        lets_through = not _TYPES.isdisjoint(changed)
        if lets_through and by.role not in _MAY_LET_THROUGH:
            message = "Only an owner lets types of comments or articles through."
            raise PermissionDenied(message)
        blog.save()
        if changed:
            drop_blog(blog)
        if "show_gone_text" in changed:
            _apply_show_gone_text(blog)
        if lets_through:
            _apply_types(blog)
        statements = list(_changes(before, blog, changed, by, reason))
        if statements:
            append_all(statements)
    store_missing(blog)


def _changes(
    before: Blog, blog: Blog, changed: Iterable[str], by: By, reason: str
) -> Iterator[Statement]:
    if before.visibility != blog.visibility:
        yield _publication(blog, by)
    for name in changed:
        yield Statement(
            event="blog.change",
            subject=blog.ref,
            by=by,
            public={"field": name},
            committed={
                "before": getattr(before, name),
                "after": getattr(blog, name),
                "reason": reason,
            },
        )
