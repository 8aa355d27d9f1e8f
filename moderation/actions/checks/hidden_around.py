"""What readers do not see around a comment, an article or a name."""

from collections.abc import Collection, Iterator, Sequence

from django.db.models import F, Q

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
from commentarchive.storage.quotations import Quoted
from moderation.actions.parts import Target


def hidden_below(articles: Collection[int], blog: int) -> Iterator[str]:
    """Yield the hidden texts of some articles and of the comments on them."""
    of, it = "revision__comment__post", "revision__post"
    for place, shown in ((of, shown_comment()), (it, shown_article())):
        hidden = ~shown | at_another_blog_for_staff(place, blog)
        yield from texts_where(Q((f"{place}__in", articles)) & hidden)
    # Of the versions that are shown but for a part.
    in_part = ~Q(revision__post__hidden_title="", revision__post__hidden_text="")
    of_articles = Q(revision__post__in=articles)
    parts = RevisionText.objects.filter(of_articles & in_part).values_list(
        *("revision__post__hidden_title", "revision__post__hidden_text"),
        *("title", "revision__post__put_right__title", "plain", "raw"),
    )
    for hides_title, hides_text, *words in parts:
        told = words[: 4 if hides_text else 2][0 if hides_title else 2 :]
        yield from {each for each in told if each}


def at_another_blog_for_staff(article: str, blog: int) -> Q:
    """Ask whether an article stands at another blog, which only staff see."""
    is_for_staff = Q((f"{article}__blog__visibility", BlogVisibility.STAFF))
    return is_for_staff & ~Q((f"{article}__blog", blog))


def hidden_by_name(commenter_pk: int) -> Iterator[str]:
    yield from texts_where(
        Q(revision__comment__commenter=commenter_pk) & ~shown_comment()
    )


def names_withheld(blog: int) -> set[str]:
    """Return the names of a blog for which a notice stands."""
    own = CommenterName.objects.filter(commenter__blog=blog)
    return set(own.exclude(commenter__hidden_name="").values_list("name", flat=True))


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
    others = CrossPost.objects.filter(Q(post=post) | Q(other_post=post))
    pairs = others.values_list("post", "other_post")
    found = {post.pk, *(pk for pair in pairs for pk in pair if pk is not None)}
    if post.leader_id is not None:
        same = Post.objects.filter(leader=post.leader_id)
        found |= set(same.values_list("pk", flat=True))
    return found


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
    own = ~Q(revision__origin=RevisionOrigin.REDACTED)
    found = RevisionText.objects.filter(which & own).values_list(
        "title", "plain", "raw"
    )
    for title, plain, raw in found:
        yield from {title, plain, raw} - {""}


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
