"""Texts that say a passage again: what of them does, and whether readers see it."""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from itertools import batched
from typing import NamedTuple

from django.db.models import Exists, OuterRef

from commentarchive.discussion.versions import public_versions
from commentarchive.models import (
    ArticleWords,
    Comment,
    Commenter,
    CommenterName,
    Post,
    PublicWords,
    RevisionText,
    SealedWords,
)
from commentarchive.search.triggers import ARTICLES, PUBLIC, SEALED
from commentarchive.text.passages import Likeness, Passage
from commentarchive.text.plain import plain_text
from commentarchive.text.references import quoted_passages

# Rows that are read by one query.
PART = 1000
_ROWS = {
    PUBLIC: PublicWords.objects,
    SEALED: SealedWords.objects,
    ARTICLES: ArticleWords.objects,
}


class Kind(StrEnum):
    """In what a passage is said again."""

    COMMENT = "comment"
    QUOTATION = "quotation"
    TITLE = "title"
    ARTICLE = "article"
    NAME = "name"


class Place(NamedTuple):
    """Where a passage is said again, in which words, and whether readers see them."""

    kind: Kind
    # Of the comment, the article or the name.
    pk: int
    revision: int
    text: str
    likeness: Likeness
    is_public: bool = False
    # Only in a version that does not stand, which readers may see all the same.
    is_earlier: bool = False
    # Which passage it says again, where several are looked for.
    passage: int = 0


class _Told(NamedTuple):
    """A text as it is read: of which comment or article, and its words."""

    revision: int
    comment: int | None
    post: int | None
    title: str
    put_right: str | None
    plain: str
    html: str


def places_in(
    table: str, asked: Mapping[int, Iterable[int]], passages: Mapping[int, Passage]
) -> list[Place]:
    """Return what says a passage again of some rows of a table, one place of each.

    `asked` names, by the key of each row, the passages that it may say. A few queries
    for each thousand rows.
    """
    found: list[Place] = []
    for part in batched(asked, PART, strict=False):
        keys = _ROWS[table].filter(pk__in=part)
        rows = dict(keys.values_list("revision_id", "pk"))
        told = RevisionText.objects.filter(revision__in=list(rows)).values_list(
            *("revision_id", "revision__comment_id", "revision__post_id"),
            *("title", "revision__post__put_right__title", "plain", "html"),
        )
        asked_of = ((_Told(*row), asked[rows[row[0]]]) for row in told)
        said = [
            place._replace(passage=number)
            for text, numbers in asked_of
            for number in numbers
            for place in _said(text, passages[number])
        ]
        is_of_articles = table == ARTICLES
        settle = _settled_articles if is_of_articles else _settled_comments
        found += settle(said, list(passages.values()))
    return first_seen(found)


def names_with(names: Iterable[CommenterName], passage: Passage) -> list[Place]:
    """Return which of some names say a passage; one query."""
    found = [
        Place(Kind.NAME, name.commenter_id, 0, name.name, likeness)
        for name in names
        if (likeness := passage.likeness(name.name))
    ]
    shown = Comment.objects.shown().filter(commenter=OuterRef("pk"))
    of_them = Commenter.objects.filter(pk__in=[each.pk for each in found])
    seen = of_them.filter(Exists(shown), hidden_name="").values_list("pk", flat=True)
    public = set(seen) if found else set()
    return [each._replace(is_public=each.pk in public) for each in found]


def first_seen(places: Iterable[Place]) -> list[Place]:
    """Keep one place of each comment, title, text and name; public ones go first."""
    kept: dict[tuple[bool, Kind | str, int], Place] = {}
    for place in sorted(places, key=_turn):
        # A quotation is a part of its comment.
        is_comment = place.kind in {Kind.COMMENT, Kind.QUOTATION}
        of = is_comment, "" if is_comment else place.kind, place.pk
        kept.setdefault(of, place)
    return list(kept.values())


def _turn(place: Place) -> tuple[bool, bool, int, int]:
    return (
        not place.is_public,
        place.is_earlier,
        -place.likeness.share,
        -place.revision,
    )


def _said(told: _Told, passage: Passage) -> Iterator[Place]:
    """Yield where a text says a passage again: in its title, or in its words."""
    if told.comment is not None:
        if likeness := passage.likeness(told.plain):
            kind = _kind(told, passage)
            yield Place(kind, told.comment, told.revision, told.plain, likeness)
        return
    post = told.post or 0
    title = told.title if told.put_right is None else told.put_right
    for text in dict.fromkeys((title, told.title)):
        if likeness := passage.likeness(text):
            yield Place(Kind.TITLE, post, told.revision, text, likeness)
    if likeness := passage.likeness(told.plain):
        yield Place(Kind.ARTICLE, post, told.revision, told.plain, likeness)


def _kind(told: _Told, passage: Passage) -> Kind:
    """Return whether a comment says it itself, or only in what it quotes."""
    quoted = list(map(plain_text, quoted_passages(told.html)))
    if not any(passage.likeness(each) for each in quoted):
        return Kind.COMMENT
    rest = told.plain
    for each in quoted:
        for line in each.split("\n"):
            rest = rest.replace(line, " \n ")
    return Kind.COMMENT if passage.likeness(rest) else Kind.QUOTATION


def _settled_comments(found: list[Place], passages: list[Passage]) -> Iterator[Place]:
    """Yield places in comments with whether readers see them; two queries."""
    shown = Comment.objects.shown().filter(pk__in={each.pk for each in found})
    stands = {pk: (ref, now) for pk, ref, now in shown.values_list(*_NOW)}
    of_all = Comment.objects.filter(pk__in={each.pk for each in found})
    current = dict(of_all.values_list("pk", "current_revision"))
    earlier = {
        each.pk
        for each in found
        if each.pk in stands and stands[each.pk][1] != each.revision
    }
    told = public_versions(Comment.objects.filter(pk__in=earlier)) if earlier else {}
    for place in found:
        ref, now = stands.get(place.pk, ("", None))
        is_seen = now == place.revision or any(
            not version.is_current
            and version.html is not None
            and any(each.likeness(plain_text(version.html)) for each in passages)
            for version in told.get(ref, ())
        )
        yield place._replace(
            is_public=is_seen, is_earlier=current.get(place.pk) != place.revision
        )


_NOW = ("pk", "ref", "current_revision")


def _settled_articles(found: list[Place], _passages: list[Passage]) -> Iterator[Place]:
    """Yield places in articles with whether readers see them; one query."""
    posts = Post.objects.titled().in_bulk({each.pk for each in found})
    public = Post.objects.public().filter(pk__in=posts).values_list("pk", flat=True)
    seen = set(public)
    for place in found:
        post = posts[place.pk]
        stands = post.current_revision_id == place.revision
        hidden = post.hidden_title if place.kind is Kind.TITLE else post.hidden_text
        is_title = place.kind is Kind.TITLE
        stands = stands and (not is_title or place.text == post.sealed_title)
        yield place._replace(
            is_public=stands and place.pk in seen and not hidden,
            is_earlier=not stands,
        )
