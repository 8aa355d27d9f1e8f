"""Check what a search looks in against the texts that it was folded from."""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import batched
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from commentarchive.ledger.comparison import Difference
from commentarchive.models import (
    ArticleWords,
    Comment,
    Post,
    PublicWords,
    RevisionText,
    SealedWords,
    SearchChange,
    TitleWords,
)
from commentarchive.search.index import (
    Row,
    article_rows,
    comment_rows,
    is_behind,
    title_rows,
)
from commentarchive.storage.prepared import Prepared

PART = 1000
_COLUMNS = ("pk", "revision_id", "subject_id", "day", "words")
_WORDS = (PublicWords, SealedWords, TitleWords, ArticleWords)
_OF_ROW = {"pk": OuterRef("subject_id"), "current_revision": OuterRef("revision_id")}
ANEW = "`rebuild_search` makes them anew"


def left_over() -> QuerySet[PublicWords]:
    """Return what the public index has of comments that are not shown so."""
    is_shown = Exists(Comment.objects.shown().filter(**_OF_ROW))
    return PublicWords.objects.exclude(is_shown)


def compare_search() -> Iterator[Difference]:
    """Report what a search must not look in, and other words than those of the texts.

    What is noted to be folded anew is left out: on PostgreSQL it may be hidden while it
    is folded. Until all is folded, nothing is missed.
    """
    for left in _left_unnoted():
        reason = f"a search looks in comment {_comment(left.subject_id)}"
        yield Difference(None, f"{reason}, which is not shown so; {ANEW}")
    for title in _other_titles():
        reason = f"a search looks in a title of article {_article(title.subject_id)}"
        yield Difference(None, f"{reason}, which is not shown so; {ANEW}")
    for sealed in _sealed_without_text():
        reason = f"a search of staff looks in comment {_comment(sealed.subject_id)}"
        yield Difference(None, f"{reason}, whose text is gone; {ANEW}")
    for kept in _articles_without_text():
        reason = f"words are kept of article {_article(kept.subject_id)}"
        yield Difference(None, f"{reason}, whose text is gone; {ANEW}")
    if not is_behind():
        yield from _other_words()


@Prepared
def _left_unnoted() -> QuerySet[PublicWords]:
    return left_over().exclude(_is_noted("c"))


@Prepared
def _other_titles() -> QuerySet[TitleWords]:
    titled = Post.objects.public().with_shown_title()
    is_shown = Exists(titled.filter(**_OF_ROW))
    return TitleWords.objects.exclude(is_shown).exclude(_is_noted("t"))


@Prepared
def _sealed_without_text() -> QuerySet[SealedWords]:
    is_there = Exists(RevisionText.objects.filter(revision=OuterRef("revision_id")))
    return SealedWords.objects.exclude(is_there).exclude(_is_noted("c"))


@Prepared
def _articles_without_text() -> QuerySet[ArticleWords]:
    is_there = Exists(RevisionText.objects.filter(revision=OuterRef("revision_id")))
    return ArticleWords.objects.exclude(is_there).exclude(_is_noted("t"))


def _is_noted(kind: str) -> Exists:
    """Ask whether a row is to be folded anew, by itself or with many others."""
    itself = Q(kind=kind, key=OuterRef("subject_id"))
    return Exists(SearchChange.objects.filter(itself | Q(kind__in=["n", "p", "b"])))


def _other_words() -> Iterator[Difference]:
    """Report comments and titles of which a search has not just their own words."""
    for pks in batched(_comments_with_text.stream(), PART):
        public, sealed = comment_rows(pks)
        kept = set(_STORED[PublicWords](pks))
        for pk in _differing(public, kept):
            reason = f"a search looks in other words than those of {_comment(pk)}"
            yield Difference(None, f"{reason}; {ANEW}")
        kept = set(_STORED[SealedWords](pks))
        for pk in _differing(sealed, kept):
            reason = f"a search of staff looks in other words of {_comment(pk)}"
            yield Difference(None, f"{reason}; {ANEW}")
    for pks in batched(_all_articles.stream(), PART):
        kept = set(_STORED[TitleWords](pks))
        for pk in _differing(title_rows(pks), kept):
            reason = f"a search looks in another title than that of {_article(pk)}"
            yield Difference(None, f"{reason}; {ANEW}")
        kept = set(_STORED[ArticleWords](pks))
        for pk in _differing(article_rows(pks), kept):
            reason = f"other words are kept than those of article {_article(pk)}"
            yield Difference(None, f"{reason}; {ANEW}")


@Prepared
def _comments_with_text() -> QuerySet[Comment, int]:
    texts = Comment.objects.exclude(current_revision=None)
    return texts.order_by("pk").values_list("pk", flat=True)


@Prepared
def _all_articles() -> QuerySet[Post, int]:
    return Post.objects.order_by("pk").values_list("pk", flat=True)


def _stored(model: Any, pks: tuple[int, ...]) -> QuerySet[Any, Row]:
    rows: QuerySet[Any, Row] = model.objects.filter(subject_id__in=pks)
    return rows.values_list(*_COLUMNS)


_STORED = {model: Prepared(partial(_stored, model)) for model in _WORDS}


def _differing(made: Sequence[Row], kept: set[Row]) -> list[int]:
    """Return the comments or articles whose rows are missing, wrong or too many."""
    return sorted({subject for _, _, subject, *_ in kept ^ set(made)})


def _comment(pk: int) -> str:
    refs = Comment.objects.filter(pk=pk).values_list("ref", flat=True)
    return refs.first() or f"number {pk}"


def _article(pk: int) -> str:
    refs = Post.objects.filter(pk=pk).values_list("ref", flat=True)
    return refs.first() or f"number {pk}"
