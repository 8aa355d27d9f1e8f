"""Find the blog and the articles of the archive that a file speaks of."""

from dataclasses import replace
from pathlib import Path
from urllib.parse import urljoin

from django.core.validators import slug_re
from django.db.models import Q, QuerySet
from django.utils.text import slugify

from commentarchive.actions.blogs import BlogFacts
from commentarchive.importers.characters import printable
from commentarchive.importers.isolated_source import IsolatedSource
from commentarchive.importers.parsed import (
    ParsedPost,
    Remark,
    Unreadable,
)
from commentarchive.matching import article_id
from commentarchive.models import Blog, Post, PostAddress
from commentarchive.storage.prepared import Prepared
from commentarchive.text.addresses import host_of, normalise

MAX_SLUG = 90


def blog_facts(source: IsolatedSource, slug: str) -> BlogFacts:
    """Find out which blog a file belongs to.

    By the slug that was asked for, else the file's own address, else the host of its
    articles' addresses, else the file's name.

    Raise Unreadable for a slug that no address can hold.
    """
    if slug and (not slug_re.match(slug) or len(slug) > MAX_SLUG):
        reason = f"{slug!r} names no blog: use letters without accents, digits, - and _"
        raise Unreadable(reason)
    parsed = source.blog
    address = parsed.address
    if not slug and not normalise(address):
        host = host_of(source.first_address)
        address = f"http://{host}/" if host else ""
        slug = "" if host else _slug_of(Path(printable(source.path.name)))
    return BlogFacts(
        slug=slug,
        title=parsed.title or slug,
        address=address,
        language=parsed.language,
    )


def unnamed(facts: BlogFacts, address: str, slug: str) -> list[Remark]:
    """Remark on a blog of which neither its file nor the archive knows an address."""
    if normalise(facts.address) or address:
        return []
    reason = f"no address of the blog is given; it is called {slug} here"
    return [Remark("byte 0", reason)]


def _slug_of(path: Path) -> str:
    return slugify(path.stem)[:90] or "blog"


def with_whole_addresses(parsed: ParsedPost, address: str) -> ParsedPost:
    """Complete the addresses that a source prints without their host."""
    if not any(printed.startswith("/") for printed in parsed.addresses):
        return parsed
    whole = (
        urljoin(address, printed) if printed.startswith("/") else printed
        for printed in parsed.addresses
    )
    return replace(parsed, addresses=tuple(each for each in whole if normalise(each)))


@Prepared
def an_article_of(blog_pk: int) -> QuerySet[Post, int]:
    """Ask for the key of an article of a blog, if it has any."""
    return Post.objects.filter(blog=blog_pk).order_by().values_list("pk", flat=True)[:1]


def find_post(parsed: ParsedPost, blog: Blog, remarks: list[Remark]) -> Post | None:
    """Find an article by the id that its source gave it, else by its addresses.

    Whoever entered a record by hand has chosen its article here.
    """
    if parsed.here and (chosen := _chosen.first(blog.pk, parsed.here)):
        return chosen
    source_id = article_id(parsed)
    if source_id and (found := _numbered.first(blog.pk, parsed.scheme, source_id)):
        return found
    normal = tuple(filter(None, map(normalise, parsed.addresses)))
    # An article with another id in the same id space is another article.
    but = parsed.scheme if parsed.source_id else None
    keys = sorted(set(_tied(blog.pk, normal, but)))
    if len(keys) > 1:
        reason = f"{len(keys)} articles here have its addresses; the first was taken"
        remarks.append(Remark(f"byte {parsed.byte}", reason))
    return _the_article.first(keys[0]) if keys else None


def _articles() -> QuerySet[Post]:
    return Post.objects.select_related("current_revision__text").order_by("pk")


@Prepared
def _chosen(blog_pk: int, ref: str) -> QuerySet[Post]:
    return _articles().filter(blog=blog_pk, ref=ref)


@Prepared
def _numbered(blog_pk: int, scheme: str, source_id: str) -> QuerySet[Post]:
    return _articles().filter(blog=blog_pk, scheme=scheme, source_id=source_id)


@Prepared
def _the_article(pk: int) -> QuerySet[Post]:
    return _articles().filter(pk=pk)


@Prepared
def _tied(
    blog_pk: int, normal: tuple[str, ...], but: str | None
) -> QuerySet[PostAddress, int]:
    tied = PostAddress.objects.filter(post__blog=blog_pk, normal_address__in=normal)
    if but is not None:
        tied = tied.exclude(Q(post__scheme=but) & ~Q(post__source_id=""))
    return tied.values_list("post_id", flat=True)


def settle_attachments(blog: Blog) -> None:
    """Make each attached page public exactly while its article is."""
    # Few blogs export any, and to ask is quicker than to change none.
    if _attached(blog.pk):
        Post.objects.filter(blog=blog).settle_attached()


@Prepared
def _attached(blog_pk: int) -> QuerySet[Post, int]:
    attached = Post.objects.filter(blog=blog_pk).exclude(live_with="")
    return attached.values_list("pk", flat=True)[:1]
