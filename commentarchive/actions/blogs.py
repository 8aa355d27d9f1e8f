"""Blogs: found by their address, made when they are new."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.utils.text import slugify

from commentarchive.discussion.renewals import ask_for_pages
from commentarchive.discussion.stored_pages import drop_blog, drop_told_of
from commentarchive.ledger.append import SYSTEM, By, Statement, append, append_all
from commentarchive.ledger.merkle.canonical import Value
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.ledger.models import Role
from commentarchive.models import (
    Blog,
    BlogVisibility,
    Capture,
    Comment,
    Post,
    Visibility,
)
from commentarchive.models.comment import GONE
from commentarchive.storage.prepared import Prepared
from commentarchive.storage.write_locks import short_write
from commentarchive.text.addresses import host_of, normalise

# Fields of a blog that the pages of its threads depend on.
_ON_PAGES = frozenset(
    {
        *("time_zone", "show_hidden_names", "show_gone_text"),
        *("comment_types", "article_types"),
    }
)
_TYPES = frozenset({"comment_types", "article_types"})
# What else can be changed; each change is an entry of its own. Who may see the blog is
# on record as `archive.publish`.
_SETTINGS = ("title", "address", "language", *sorted(_ON_PAGES))
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
        return _called.first(facts.slug)
    address = normalise(facts.address)
    if not address:
        return None
    return _at.first(address)


@Prepared
def _at(normal_address: str) -> QuerySet[Blog]:
    return Blog.objects.filter(normal_address=normal_address).order_by("pk")[:1]


@Prepared
def _called(slug: str) -> QuerySet[Blog]:
    return Blog.objects.filter(slug=slug)


def make_blog(facts: BlogFacts) -> Blog:
    """Create a blog; its slug is given, or of its host or title, numbered if taken.

    What is not seen by all from the start is on record.
    """
    host = slugify(host_of(facts.address).replace(".", "-"))
    base = facts.slug or host or slugify(facts.title) or "blog"
    slug, number = base[:90], 2
    while _called(slug):
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


def _publication(blog: Blog, by: By, reason: str = "") -> Statement:
    """Return the statement of who may see a blog from now on."""
    public: dict[str, Value] = {"to": str(blog.visibility)}
    if blog.visibility != BlogVisibility.STAFF:
        public.update(_counted_before(blog))
    committed: dict[str, Value] = {"reason": reason} if reason else {}
    return Statement(
        event="archive.publish",
        subject=blog.ref,
        by=by,
        public=public,
        committed=committed,
    )


def _counted_before(blog: Blog) -> dict[str, int]:
    """Count what whoever publishes a blog was shown first, as its entry names it."""
    comments = Comment.objects.filter(post__blog=blog).order_by()
    counted = comments.aggregate(
        pending=Count("pk", filter=Q(visibility=Visibility.HELD)),
        trashed=Count("pk", filter=Q(visibility=Visibility.TRASHED)),
    )
    return {**counted, "reported": reported_at(blog)}


def reported_at(blog: Blog) -> int:
    """Return how many comments readers had reported at a blog, by what copies tell.

    As many as one reading of it tells, its files taken together: two readings may tell
    of the same comments.
    """
    told = Capture.objects.filter(blog=blog).exclude(entry_index=None)
    by_reading: Counter[str] = Counter()
    for reading, number in told.values_list("reading", "progress__reported"):
        by_reading[reading] += number or 0
    return max(by_reading.values(), default=0)


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


def settle_look(blog: Blog) -> None:
    """Bring an import up to what was changed of its blog while it was at work."""
    [now] = _blog(blog.pk)
    if any(getattr(now, name) != getattr(blog, name) for name in _TYPES):
        _apply_types(now)
    if any(getattr(now, name) != getattr(blog, name) for name in _ON_PAGES):
        drop_blog(now)


@Prepared
def _blog(pk: int) -> QuerySet[Blog]:
    return Blog.objects.filter(pk=pk)


def _apply_types(blog: Blog) -> None:
    comments = Comment.objects.filter(post__blog=blog)
    comments.settle_types(blog.shown_comment_types)
    Post.objects.filter(blog=blog).settle_types(blog.shown_article_types)


def _in_order(words: str) -> str:
    """Return types as they are stored: each once, sorted, with a blank between."""
    return " ".join(sorted(set(words.replace(",", " ").split())))


class BlogChanged(ValueError):
    """Somebody else has changed the blog since it was looked at."""


def mark_of(blog: Blog) -> str:
    """Return what tells one state of a blog's settings from another."""
    values = [getattr(blog, name) for name in (*_SETTINGS, "visibility")]
    return sha256(repr(values).encode()).hexdigest()[:16]


def save_blog(blog: Blog, *, by: By | None, reason: str = "", seen: str = "") -> None:
    """Save a blog's settings; each change is on record.

    What is hidden by it is hidden at once: its stored pages are dropped with the
    change, and made anew later by a worker. Raise BlogChanged where `seen`, the mark
    of what was changed, is out of date; BlogKnown for the address of another blog; and
    PermissionDenied for anybody but an owner who lets types through. Nobody named is
    the program.
    """
    by = by or SYSTEM
    blog.normal_address = normalise(blog.address)[:500]
    blog.comment_types = _in_order(blog.comment_types)
    blog.article_types = _in_order(blog.article_types)
    with short_write():
        before = Blog.objects.select_for_update(no_key=True).get(pk=blog.pk)
        if seen and seen != mark_of(before):
            message = "Somebody has changed it meanwhile; this is how it stands."
            raise BlogChanged(message)
        changed = [
            name for name in _SETTINGS if getattr(before, name) != getattr(blog, name)
        ]
        if "address" in changed:
            _check_address(blog)
        if by.role not in _MAY_LET_THROUGH and not _TYPES.isdisjoint(changed):
            message = "Only an owner lets types of comments or articles through."
            raise PermissionDenied(message)
        blog.save(update_fields=[*_SETTINGS, "normal_address", "visibility"])
        _apply(blog, changed, by)
        if before.visibility != blog.visibility:
            drop_told_of(blog)
        statements = list(_changes(before, blog, changed, by, reason))
        if statements:
            append_all(statements)


def publish_blog(blog: Blog, visibility: BlogVisibility, *, by: By) -> None:
    """Let readers see a blog that was for staff only; on record with what was counted.

    Raise BlogChanged where it is for staff only no longer.
    """
    with short_write():
        now = Blog.objects.select_for_update(no_key=True).get(pk=blog.pk)
        if now.visibility != BlogVisibility.STAFF:
            message = "It was published meanwhile."
            raise BlogChanged(message)
        now.visibility = visibility
        now.save(update_fields=["visibility"])
        drop_told_of(now)
        ask_for_pages(now, by.actor)
        append(_publication(now, by))


def _check_address(blog: Blog) -> None:
    """Raise BlogKnown where another blog here has the address."""
    same = Blog.objects.filter(normal_address=blog.normal_address)
    other = same.exclude(pk=blog.pk).exclude(normal_address="").first()
    if other is not None:
        message = f"Another blog here has that address: {other.title}."
        raise BlogKnown(message)


def _apply(blog: Blog, changed: Collection[str], by: By) -> None:
    """Show a blog's comments and articles as its settings are now."""
    if not _ON_PAGES.isdisjoint(changed):
        drop_blog(blog)
    if "show_gone_text" in changed:
        _apply_show_gone_text(blog)
    if not _TYPES.isdisjoint(changed):
        _apply_types(blog)
    ask_for_pages(blog, by.actor)


def _changes(
    before: Blog, blog: Blog, changed: Iterable[str], by: By, reason: str
) -> Iterator[Statement]:
    if before.visibility != blog.visibility:
        yield _publication(blog, by, reason)
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
