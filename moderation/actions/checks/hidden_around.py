"""What readers do not see around a comment, an article or a name."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from django.db.models import F, Q, QuerySet

from commentarchive.models import (
    BlogVisibility,
    Comment,
    Commenter,
    CommenterName,
    CrossPost,
    Part,
    Post,
    PrivateAddress,
    RevisionOrigin,
    RevisionText,
    Visibility,
)
from commentarchive.storage.prepared import Prepared
from commentarchive.storage.quotations import Quoted
from moderation.actions.parts import Target

# Where a text's version is of a comment, and where it is of an article.
_OF_COMMENT, _OF_ARTICLE = "revision__comment__post", "revision__post"

# A text as its title, as read and as written.
type _Texts = tuple[str, str, str]


def hidden_below(articles: Collection[int], blog: int) -> Iterator[str]:
    """Yield the hidden texts of some articles and of the comments on them."""
    keys = tuple(articles)
    yield from _words(_hidden_on(keys, blog))
    yield from _words(_hidden_of(keys, blog))
    # Of the versions that are shown but for a part.
    for hides_title, hides_text, *words in _hidden_in_part(keys):
        told = words[: 4 if hides_text else 2][0 if hides_title else 2 :]
        yield from {each for each in told if each}


@Prepared
def _hidden_on(articles: tuple[int, ...], blog: int) -> QuerySet[RevisionText, _Texts]:
    hidden = ~shown_comment() | at_another_blog_for_staff(_OF_COMMENT, blog)
    return _texts_where(Q((f"{_OF_COMMENT}__in", articles)) & hidden)


@Prepared
def _hidden_of(articles: tuple[int, ...], blog: int) -> QuerySet[RevisionText, _Texts]:
    hidden = ~shown_article() | at_another_blog_for_staff(_OF_ARTICLE, blog)
    return _texts_where(Q((f"{_OF_ARTICLE}__in", articles)) & hidden)


@Prepared
def _hidden_in_part(
    articles: tuple[int, ...],
) -> QuerySet[RevisionText, tuple[str, ...]]:
    in_part = ~Q(revision__post__hidden_title="", revision__post__hidden_text="")
    of_articles = Q(revision__post__in=articles)
    return RevisionText.objects.filter(of_articles & in_part).values_list(
        *("revision__post__hidden_title", "revision__post__hidden_text"),
        *("title", "revision__post__put_right__title", "plain", "raw"),
    )


def at_another_blog_for_staff(article: str, blog: int) -> Q:
    """Ask whether an article stands at another blog, which only staff see."""
    is_for_staff = Q((f"{article}__blog__visibility", BlogVisibility.STAFF))
    return is_for_staff & ~Q((f"{article}__blog", blog))


def hidden_by_name(commenter_pk: int) -> Iterator[str]:
    yield from _words(_hidden_by(commenter_pk))


@Prepared
def _hidden_by(commenter_pk: int) -> QuerySet[RevisionText, _Texts]:
    by_name = Q(revision__comment__commenter=commenter_pk)
    return _texts_where(by_name & ~shown_comment())


def names_withheld(blog: int) -> set[str]:
    """Return the names of a blog for which a notice stands."""
    return set(_withheld(blog))


@Prepared
def _withheld(blog: int) -> QuerySet[CommenterName, str]:
    own = CommenterName.objects.filter(commenter__blog=blog)
    return own.exclude(commenter__hidden_name="").values_list("name", flat=True)


def private_of(names: Collection[Commenter]) -> set[str]:
    """Return what nobody is shown of some names: addresses, and marks of people."""
    addresses = PrivateAddress.objects.filter(comment__commenter__in=names)
    found = {part for pair in addresses.values_list("email", "ip") for part in pair}
    persons = CommenterName.objects.filter(commenter__in=names)
    return {*found, *persons.values_list("person", flat=True)} - {""}


def addresses_of(comment: Comment) -> tuple[str, ...]:
    """Return the private addresses of whoever wrote a comment."""
    private = getattr(comment, "private_address", None)
    return () if private is None else (private.email, private.ip)


def same_articles(post: Post) -> set[int]:
    """Return an article and those that it is, or that are, cross-posts of it.

    And the other sources of the same thread.
    """
    pairs = _cross_posts_of(post.pk)
    found = {post.pk, *(pk for pair in pairs for pk in pair if pk is not None)}
    if post.leader_id is not None:
        found |= set(_led_by(post.leader_id))
    return found


@Prepared
def _led_by(leader_pk: int) -> QuerySet[Post, int]:
    return Post.objects.filter(leader=leader_pk).values_list("pk", flat=True)


@Prepared
def _cross_posts_of(post_pk: int) -> QuerySet[CrossPost, tuple[int, int | None]]:
    others = CrossPost.objects.filter(Q(post=post_pk) | Q(other_post=post_pk))
    return others.values_list("post", "other_post")


def shown_comment() -> Q:
    """Return the condition for texts that are what readers see of a comment."""
    return Q(
        revision__comment__visibility=Visibility.PUBLISHED,
        revision__comment__post__is_public=True,
        revision__comment__current_revision=F("revision"),
    )


def shown_article() -> Q:
    """Return the condition for texts that are what readers see of an article."""
    return Q(
        revision__post__is_public=True, revision__post__current_revision=F("revision")
    )


def words_of_part(target: Target) -> Iterator[str]:
    """Yield what a decision on a part must not repeat of it, hidden or not."""
    of_it = Q(revision__post=target.post)
    if target.part is Part.TITLE:
        yield from titles_where(of_it)
    elif target.part is Part.TEXT:
        yield from bodies_where(of_it)
    elif target.commenter is not None:
        yield from {target.commenter.name.name, target.commenter.name.link} - {""}


def titles_where(which: Q) -> Iterator[str]:
    """Yield the titles of some versions, and those that were put right by hand."""
    rows = RevisionText.objects.filter(which)
    told = rows.values_list("title", "revision__post__put_right__title")
    yield from {title for pair in told for title in pair if title}


def bodies_where(which: Q) -> Iterator[str]:
    """Yield texts as read and as written, without titles and as `texts_where`."""
    own = ~Q(revision__origin=RevisionOrigin.REDACTED)
    found = RevisionText.objects.filter(which & own)
    for plain, raw in found.values_list("plain", "raw"):
        yield from {plain, raw} - {""}


def texts_where(which: Q) -> Iterator[str]:
    """Yield texts as read and as written: an address may stand in the markup only.

    What was redacted has no words of its own but the marks, which are no secret.
    """
    yield from _words(_texts_where(which))


def _texts_where(which: Q) -> QuerySet[RevisionText, _Texts]:
    own = ~Q(revision__origin=RevisionOrigin.REDACTED)
    found = RevisionText.objects.filter(which & own)
    return found.values_list("title", "plain", "raw")


def _words(found: Iterable[_Texts]) -> Iterator[str]:
    for texts in found:
        yield from {*texts} - {""}


def texts_by_version(found: Sequence[Quoted]) -> dict[int, set[str]]:
    """Return the texts of some versions, as `texts_where`, by their keys."""
    if not found:
        return {}
    rows = RevisionText.objects.filter(revision__in=[each.revision for each in found])
    told = rows.values_list("revision", "title", "plain", "raw")
    texts = {pk: set(texts) - {""} for pk, *texts in told}
    # Of an article of which a notice stands for one part, the other is shown.
    in_part = ~Q(revision__post__hidden_title="", revision__post__hidden_text="")
    in_part &= ~Q(revision__post__blog__visibility=BlogVisibility.STAFF)
    shown = rows.filter(shown_article(), in_part).values_list(
        *("revision", "title", "plain", "raw"),
        *("revision__post__hidden_title", "revision__post__hidden_text"),
    )
    for pk, title, plain, raw, hides_title, hides_text in shown:
        texts[pk] -= set() if hides_title else {title}
        texts[pk] -= set() if hides_text else {plain, raw}
    return texts
