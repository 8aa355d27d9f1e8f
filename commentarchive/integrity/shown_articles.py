"""Check whether articles are shown or hidden as their copies and the desk have it.

The copies' entries commit to the status that each gave an article. Where a copy gave
none, only who reads such a source says whether readers saw the article.
"""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Length

from commentarchive.importers.parsed import (
    LIVE_STATUSES,
    OTHER_KIND,
    UNKNOWN_STATUS,
    is_for_readers,
)
from commentarchive.importers.registry import facts_of
from commentarchive.ledger.comparison import Difference
from commentarchive.models import (
    Blog,
    Capture,
    CaptureState,
    Manifest,
    PossibleMove,
    Post,
    Testimony,
)
from commentarchive.models.post import has_shown_article
from commentarchive.storage.prepared import Prepared
from commentarchive.threads.evidence import kind_and_word

_EITHER = frozenset({True, False})


class _Held(NamedTuple):
    """An article in one copy: its post, reader, id space, status, size of thread."""

    post: int
    importer: str
    scheme: str
    status: str
    size: int


class _Row(NamedTuple):
    """An article as it is stored."""

    pk: int
    ref: str
    kind: str
    source_type: str
    status: str
    live_with: str
    is_public: bool


def compare_shown() -> Iterator[Difference]:
    """Report articles that are shown or hidden otherwise than the copies have it.

    What staff published, and what waits for their answer, is compared elsewhere.
    Articles of a blog whose import is at work, or was left unfinished, are passed over.
    """
    yield from _held_back()
    for blog in _blogs_at_rest():
        yield from _of_blog(blog)


@Prepared
def _blogs_at_rest() -> QuerySet[Blog]:
    reading = Capture.objects.filter(state=CaptureState.READING).values("blog")
    return Blog.objects.exclude(pk__in=reading).order_by("pk")


def _held_back() -> Iterator[Difference]:
    """Find articles that wait for an answer without a question, or do not wait."""
    for ref in _waiting_for_nothing():
        reason = f"article {ref} waits for an answer that nobody was asked for"
        yield Difference(None, reason)
    for ref in _not_waiting():
        reason = f"article {ref} does not wait, although there is a question about it"
        yield Difference(None, reason)


@Prepared
def _waiting_for_nothing() -> QuerySet[Post, str]:
    waiting = Post.objects.filter(~_has_a_question(), is_held_back=True)
    return waiting.values_list("ref", flat=True)


@Prepared
def _not_waiting() -> QuerySet[Post, str]:
    shown = Post.objects.filter(_has_a_question(), is_held_back=False)
    return shown.values_list("ref", flat=True)


def _has_a_question() -> Exists:
    questions = PossibleMove.objects.filter(post=OuterRef("pk"))
    return Exists(questions.exclude(is_same=False))


def _of_blog(blog: Blog) -> Iterator[Difference]:
    attached = set(_attached(blog.pk))
    kinds: dict[int, set[str]] = {}
    for post, kind in _told_kinds(blog.pk):
        if post is not None:
            kinds.setdefault(post, set()).add(kind_and_word(kind)[0])
    posts = {row.pk: row for row in map(_Row._make, _articles(blog.pk))}
    read = map(_Held._make, _copies.stream(blog.pk))
    for pk, several in groupby(read, key=itemgetter(0)):
        row = posts.get(pk)
        if row is None:
            continue
        seen = list(several)
        known = kinds.get(pk, set()) | {row.kind}
        yield from _made_up(row, seen, known)
        if row.is_public not in _may_be(row, seen, known, attached, blog):
            is_now = "shown" if row.is_public else "hidden"
            reason = f"article {row.ref} is {is_now}; by its copies it is not"
            yield Difference(None, reason)


@Prepared
def _attached(blog: int) -> QuerySet[Post, int]:
    attached = Post.objects.filter(has_shown_article(), blog=blog)
    return attached.values_list("pk", flat=True)


@Prepared
def _told_kinds(blog: int) -> QuerySet[Testimony, tuple[int | None, str]]:
    told = Testimony.objects.filter(post__blog=blog).exclude(kind="")
    return told.values_list("post", "kind")


@Prepared
def _articles(blog: int) -> QuerySet[Post, tuple[Any, ...]]:
    own = Post.objects.filter(blog=blog, is_held_back=False, released_entry=None)
    return own.values_list(
        *("pk", "ref", "kind", "source_type", "status", "live_with", "is_public")
    )


@Prepared
def _copies(blog: int) -> QuerySet[Manifest, tuple[Any, ...]]:
    held = Manifest.objects.filter(post__blog=blog, part=0).order_by("post")
    return held.values_list(
        *("post", "capture__importer", "scheme", "post_status", Length("packed"))
    )


def _made_up(row: _Row, copies: list[_Held], kinds: set[str]) -> Iterator[Difference]:
    """Find marks that would hide an article and that no copy has."""
    statuses = {each.status for each in copies}
    if row.live_with and "inherit" not in statuses:
        yield Difference(None, f"article {row.ref} hangs on another, as no copy says")
    # A copy without a status does not tell what kind of article it is, either.
    if row.source_type and UNKNOWN_STATUS not in statuses and OTHER_KIND not in kinds:
        yield Difference(None, f"article {row.ref} is of a type that no copy tells")


def _may_be(
    row: _Row,
    copies: list[_Held],
    kinds: set[str],
    attached: set[int],
    blog: Blog,
) -> frozenset[bool]:
    """Return whether readers may see an article by its copies; both if unsure.

    `kinds` are what copies call it, the one that stands among them.
    """
    if row.source_type:
        if kinds != {OTHER_KIND} or row.status == UNKNOWN_STATUS:
            return _EITHER
        is_let_through = row.source_type in blog.shown_article_types
        return frozenset({is_let_through and row.status in LIVE_STATUSES})
    if row.live_with:
        return frozenset({row.pk in attached})
    if row.status == UNKNOWN_STATUS:
        return _by_readers(copies)
    # Earlier versions showed articles of types that they did not know, and what is
    # attached to nothing may have been attached by another copy.
    if OTHER_KIND in kinds or row.status == "inherit":
        return _EITHER
    schemes = {each.scheme for each in copies if each.status == row.status}
    return frozenset(
        is_for_readers(scheme, kind, row.status) for scheme in schemes for kind in kinds
    )


def _by_readers(copies: list[_Held]) -> frozenset[bool]:
    """Return whether readers saw an article by copies that give it no status."""
    # The order is that of the strongest word.
    said = {_said(each) for each in copies}
    if "shown" in said:
        return frozenset({True})
    return _EITHER if "either" in said else frozenset({False})


def _said(copy: _Held) -> str:
    """Return what a copy tells, where its thread matters: by whether it has one."""
    word, _space, condition = facts_of(copy.importer).unstated.partition(" ")
    if condition and (condition == "with comments") != bool(copy.size):
        return "hidden"
    return word
