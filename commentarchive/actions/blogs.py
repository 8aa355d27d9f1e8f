"""Blogs: found by their address, made when they are new."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.text import slugify

from commentarchive.discussion.stored_pages import drop_blog, store_missing
from commentarchive.ledger.append import By, Statement, append
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.models import Blog, Comment, Visibility
from commentarchive.models.comment import GONE
from commentarchive.storage.write_locks import short_write
from commentarchive.text.addresses import host_of, normalise

# Fields of a blog that the pages of its threads depend on.
_ON_PAGES = ("time_zone", "show_hidden_names", "show_gone_text")


@dataclass(frozen=True, slots=True, kw_only=True)
class BlogFacts:
    """What is known of a blog before it is looked up."""

    slug: str = ""
    title: str = ""
    address: str = ""
    language: str = ""


def find_blog(facts: BlogFacts) -> Blog | None:
    """Find a blog by its slug where one is given, else by its address."""
    if facts.slug:
        return Blog.objects.filter(slug=facts.slug).first()
    address = normalise(facts.address)
    if not address:
        return None
    return Blog.objects.filter(normal_address=address).order_by("pk").first()


def make_blog(facts: BlogFacts) -> Blog:
    """Create a blog; its slug is the given one, else its host, numbered if taken."""
    base = facts.slug or slugify(host_of(facts.address).replace(".", "-")) or "blog"
    slug, number = base[:90], 2
    while Blog.objects.filter(slug=slug).exists():
        slug = f"{base[:90]}-{number}"
        number += 1
    return Blog.objects.create(
        ref=new_ref("b"),
        slug=slug,
        title=(facts.title or host_of(facts.address) or slug)[:300],
        address=facts.address[:500],
        normal_address=normalise(facts.address)[:500],
        time_zone=settings.TIME_ZONE,
        language=facts.language[:20],
    )


def _apply_show_gone_text(blog: Blog) -> None:
    """Show or hide the texts of comments that were seen to vanish at a blog."""
    hidden, shown = Visibility.GONE_AT_SOURCE, Visibility.PUBLISHED
    was, is_now = (hidden, shown) if blog.show_gone_text else (shown, hidden)
    gone = Comment.objects.filter(
        post__blog=blog, source_state=GONE, decided_entry=None
    )
    gone.filter(visibility=was).update(visibility=is_now)


def save_blog(blog: Blog, *, by: By) -> None:
    """Save how a blog is shown; a change of who may see it goes on record.

    Its stored pages are made anew afterwards, article by article.
    """
    blog.normal_address = normalise(blog.address)[:500]
    with short_write():
        before = Blog.objects.select_for_update().get(pk=blog.pk)
        blog.save()
        if any(getattr(before, name) != getattr(blog, name) for name in _ON_PAGES):
            drop_blog(blog)
        if before.show_gone_text != blog.show_gone_text:
            _apply_show_gone_text(blog)
        if before.visibility != blog.visibility:
            append(
                Statement(
                    event="archive.publish",
                    subject=blog.ref,
                    by=by,
                    public={"to": blog.visibility},
                )
            )
    store_missing(blog)
