"""An index of hidden words, by which `quotations.py` finds them anywhere.

It holds keyed digests, and fills itself: `keep_phrases` takes in what was hidden, or
has another text, since it was last called. Hidden are:

1. comments that are not published, but for spam that readers never saw and nobody here
   decided on: it is most of what is hidden, its phrases are everybody's, and few would
   quote it;
2. what a decision or another source may hide of a comment that is published: the texts
   that do not stand, and all of one that is tied to the same comment elsewhere;
3. articles that readers do not see, as drafts and those of blogs for staff only, with
   all comments on them;
4. the title or the text of an article for which a notice stands.

A text that its own blog has replaced meanwhile is left out while its comment is shown.
"""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial
from itertools import batched
from typing import Any, NamedTuple

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value

from commentarchive.models import (
    BlogVisibility,
    Comment,
    HiddenPhrase,
    Post,
    Revision,
    Tombstone,
    Visibility,
)
from commentarchive.storage import bulk_insert
from commentarchive.storage.prepared import Prepared
from commentarchive.storage.quotations import digests_of
from commentarchive.storage.write_locks import long_write, short_write
from commentarchive.text.leaks import phrases_of

# How many comments are looked at in one query.
PART = 500
# How many are taken in by one transaction: a moderator may wait for it.
FEW = 100
# For how many seconds a decision takes in what waits.
PATIENCE = 2.0
_EVERY_PART = ("title", "plain", "raw")

# A version, the comment that it is of, and its text: title, as read, as written.
type _Told = tuple[int, int | None, str, str, str]


class HiddenText(NamedTuple):
    """A version of a text, of which comment it is, and the digests of its phrases."""

    revision: int
    comment: int | None
    digests: set[int]


def keep_phrases() -> bool:
    """Take in what was hidden since; inside the caller's transaction, if there is one.

    Return False where that is more than anybody should wait for.
    """
    began = time.monotonic()
    while is_waiting():
        if time.monotonic() - began > PATIENCE:
            return False
        _keep_some(is_waited_for=True)
    return True


def keep_phrases_between_writes() -> None:
    """Take in what was hidden since, in transactions that let others go first."""
    while keep_some_phrases():
        pass


def keep_some_phrases() -> bool:
    """Take in some of what was hidden since; return whether there may be more."""
    if not is_waiting():
        return False
    with long_write():
        return _keep_some()


def rebuild() -> int:
    """Make the index anew; return how many texts it has."""
    with long_write():
        HiddenPhrase.objects.all().delete()
        Comment.objects.filter(has_phrases=True).update(has_phrases=False)
        Post.objects.note_texts()
    keep_phrases_between_writes()
    return HiddenPhrase.objects.values("revision").distinct().count()


def forget_phrases(ref: str) -> None:
    """Delete what the index has of a comment that is erased."""
    HiddenPhrase.objects.filter(revision__comment__ref=ref).delete()


def other_phrases() -> Iterator[Comment | Post]:
    """Find comments and articles of which the index has other phrases than it should.

    What it has not taken in yet is none, and what is shown may still be in it.
    """
    yield from _left_of_erased()
    for taken in _TAKEN_IN:
        yield from _incomplete(taken.stream())
    for articles in _ARTICLES_TAKEN_IN:
        for post in articles():
            below = Comment.objects.filter(post=post).order_by("pk")
            yield from _incomplete(below.iterator(chunk_size=PART))
            if _rows_to_add(_texts_of(Q(post=post))):
                yield post
    for post in _parts_taken_in():
        if _rows_to_add(_texts_of_parts(post)):
            yield post


@Prepared
def _left_of_erased() -> QuerySet[Comment]:
    wrong = HiddenPhrase.objects.filter(revision__comment__visibility="erased")
    return Comment.objects.filter(pk__in=wrong.values("revision__comment"))


def _taken_in(kept: Callable[[], QuerySet[Comment]]) -> QuerySet[Comment]:
    taken = kept().filter(has_phrases=True)
    # What is on an article that waits is taken in whole with it.
    for articles in _waiting_articles():
        taken = taken.exclude(post__in=articles)
    return taken.order_by("pk")


def _articles_taken_in(part: int) -> QuerySet[Post]:
    return _hidden_articles()[part].filter(has_phrases=True).order_by("pk")


@Prepared
def _parts_taken_in() -> QuerySet[Post]:
    return _articles_in_part().filter(has_phrases=True).order_by("pk")


def _hidden() -> QuerySet[Comment]:
    shown = ("published", "unknown", "erased")
    found = Comment.objects.all()
    for each in shown:
        # One by one, as the index of those that wait has it.
        found = found.exclude(visibility=each)
    return found


def _may_be_hidden() -> QuerySet[Comment]:
    """Keep what is published and may have hidden texts all the same."""
    may_be = Q(decided_entry__isnull=False) | Q(leader__isnull=False)
    return Comment.objects.filter(may_be, visibility="published")


def _hidden_articles() -> tuple[QuerySet[Post], QuerySet[Post]]:
    """Return the articles that readers do not see, in parts that have an index each."""
    of_staff = Post.objects.filter(blog__visibility=BlogVisibility.STAFF)
    return Post.objects.filter(is_public=False), of_staff


def _articles_in_part() -> QuerySet[Post]:
    """Return the articles that were decided on; an index has them."""
    return Post.objects.filter(decided_entry__isnull=False)


def is_waiting() -> bool:
    """Return whether anything was hidden that has not been taken in yet."""
    return any(first() for first in _FIRST_WAITING)


def _part_waiting(number: int, part: slice) -> QuerySet[Comment, int]:
    waiting = [*_waiting_comments()][number]
    return waiting.order_by("pk").values_list("pk", flat=True)[part]


def _first_waiting(number: int) -> QuerySet[Any, int]:
    parts = _articles_in_part().filter(has_phrases=False)
    kinds = (*_waiting_comments(), *_waiting_articles(), parts)
    waiting: QuerySet[Any] = kinds[number]
    return waiting.order_by().values_list("pk", flat=True)[:1]


def _waiting_comments() -> Iterator[QuerySet[Comment]]:
    return (each.filter(has_phrases=False) for each in (_hidden(), _may_be_hidden()))


def _waiting_articles() -> Iterator[QuerySet[Post]]:
    return (each.filter(has_phrases=False) for each in _hidden_articles())


def _is_mere_spam() -> Q:
    seen = Tombstone.objects.filter(
        comment=OuterRef("pk"), is_open=True, was_public=True
    )
    return Q(visibility=Visibility.SPAM, decided_entry=None) & ~Q(Exists(seen))


def _keep_some(*, is_waited_for: bool = False) -> bool:
    """Take in a part of what waits; return whether there may be more.

    What others have locked is passed over, unless somebody's decision depends on it.
    """
    with short_write():
        for comments in _PART_WAITING:
            if pks := comments(slice(FEW)):
                return _keep_comments(pks, is_waited_for=is_waited_for)
        if not is_waiting():
            return False
        for articles in _waiting_articles():
            locked = articles.select_for_update(
                of=("self",), no_key=True, skip_locked=not is_waited_for
            )
            if post := locked.order_by("pk").first():
                return _keep_article(post, is_waited_for=is_waited_for)
        parts = _articles_in_part().filter(has_phrases=False)
        locked = parts.select_for_update(
            of=("self",), no_key=True, skip_locked=not is_waited_for
        )
        if post := locked.order_by("pk").first():
            _keep(_texts_of_parts(post))
            Post.objects.filter(pk=post.pk).update(has_phrases=True)
            return True
    return False


def _keep_article(post: Post, *, is_waited_for: bool) -> bool:
    """Take in a part of the comments on a hidden article; with the last, its texts."""
    below = Comment.objects.filter(post=post).order_by("pk")
    waiting = below.filter(has_phrases=False).values_list("pk", flat=True)
    if pks := list(waiting[:FEW]):
        return _keep_comments(pks, is_waited_for=is_waited_for)
    # Of these, some texts may be known already: those that readers did not see.
    known = below.filter(visibility=Visibility.PUBLISHED, decided_entry__isnull=False)
    for part in batched(known.values_list("pk", flat=True), PART):
        _keep(_texts_of_comments(part))
    _keep(_texts_of(Q(post=post)))
    Post.objects.filter(pk=post.pk).update(has_phrases=True)
    return True


def _keep_comments(pks: Sequence[int], *, is_waited_for: bool) -> bool:
    """Take in some comments; return whether there were any that nobody had locked."""
    # Locked, so that no text comes in between.
    found = Comment.objects.filter(pk__in=pks).order_by("pk")
    locked = found.select_for_update(no_key=True, skip_locked=not is_waited_for)
    taken = list(locked.values_list("pk", flat=True))
    _keep(_texts_of_comments(taken))
    Comment.objects.filter(pk__in=taken).update(has_phrases=True)
    return bool(taken)


def _keep(texts: Iterable[HiddenText]) -> None:
    rows = _rows_to_add(texts)
    bulk_insert.insert(HiddenPhrase, ("digest", "revision_id"), sorted(rows))


def _rows_to_add(texts: Iterable[HiddenText]) -> set[tuple[int, int]]:
    """Return the rows of some texts that the index does not have."""
    wanted = {(digest, each.revision) for each in texts for digest in each.digests}
    of_them = {revision for _digest, revision in wanted}
    stored: set[tuple[int, int]] = set()
    for part in batched(of_them, PART):
        stored.update(_rows_of(part))
    return wanted - stored


@Prepared
def _rows_of(revisions: tuple[int, ...]) -> QuerySet[HiddenPhrase, tuple[int, int]]:
    rows = HiddenPhrase.objects.filter(revision__in=revisions)
    return rows.values_list("digest", "revision")


def _incomplete(comments: Iterator[Comment]) -> Iterator[Comment]:
    for part in batched(comments, PART):
        texts = _texts_of_comments([each.pk for each in part])
        of_revisions = {each.revision: each.comment for each in texts}
        lacking = {of_revisions[revision] for _, revision in _rows_to_add(texts)}
        yield from (each for each in part if each.pk in lacking)


def _texts_of_comments(pks: Sequence[int]) -> list[HiddenText]:
    """Return the texts of some comments that readers may not see.

    All of a comment that is hidden, or may be by another source; of others what is not
    in the text that stands.
    """
    asked = tuple(pks)
    stands = dict(_seen(asked))
    texts = _in_phrases(_told_of(tuple(_no_mere_spam(asked))))
    public = {
        stands[each.revision]: each.digests for each in texts if each.revision in stands
    }
    return [
        each._replace(digests=each.digests - public.get(each.comment or 0, set()))
        for each in texts
        if each.revision not in stands
    ]


def _but_spam(pks: tuple[int, ...]) -> QuerySet[Comment]:
    return Comment.objects.filter(pk__in=pks).exclude(_is_mere_spam())


@Prepared
def _no_mere_spam(pks: tuple[int, ...]) -> QuerySet[Comment, int]:
    return _but_spam(pks).values_list("pk", flat=True)


@Prepared
def _seen(pks: tuple[int, ...]) -> QuerySet[Comment, tuple[int | None, int]]:
    seen = _but_spam(pks).filter(visibility=Visibility.PUBLISHED, leader=None)
    seen = seen.filter(post__is_public=True)
    seen = seen.exclude(post__blog__visibility=BlogVisibility.STAFF)
    return seen.values_list("current_revision", "pk")


@Prepared
def _told_of(comments: tuple[int, ...]) -> QuerySet[Revision, _Told]:
    return _told(Q(comment__in=comments), _EVERY_PART)


def _texts_of_parts(post: Post) -> list[HiddenText]:
    """Return the titles of an article, its texts or both, as notices stand for them.

    And all of a version that a decision keeps from readers.
    """
    is_in_sight = not (post.hidden_title and post.hidden_text)
    texts = _texts_of(Q(post=post, pk=post.news_revision_id)) if is_in_sight else []
    if post.hidden_title:
        texts += _texts_of(Q(post=post), parts=("title",))
    if post.hidden_text:
        texts += _texts_of(Q(post=post), parts=("plain", "raw"))
    return texts


def _texts_of(which: Q, parts: Collection[str] = _EVERY_PART) -> list[HiddenText]:
    """Return the texts of some versions, by the digests of their phrases."""
    return _in_phrases(_told(which, parts))


def _told(which: Q, parts: Collection[str]) -> QuerySet[Revision, _Told]:
    revisions = Revision.objects.filter(which, text__isnull=False)
    told = [F(f"text__{n}") if n in parts else Value("") for n in _EVERY_PART]
    return revisions.values_list("pk", "comment", *told)


def _in_phrases(told: Iterable[_Told]) -> list[HiddenText]:
    found = []
    for pk, comment, title, plain, raw in told:
        phrases = [phrases_of(each) for each in (title, plain) if each]
        # An e-mail may stand in the markup only.
        marks = phrases_of(raw).marks if "@" in raw else frozenset()
        every = {*marks, *(p for each in phrases for p in each.rows | each.marks)}
        found.append(HiddenText(pk, comment, set(digests_of(every))))
    return found


# The same in each archive, so put together once.
_TAKEN_IN = [
    Prepared(partial(_taken_in, _hidden)),
    Prepared(partial(_taken_in, _may_be_hidden)),
]
_ARTICLES_TAKEN_IN = [Prepared(partial(_articles_taken_in, part)) for part in range(2)]
_FIRST_WAITING = [Prepared(partial(_first_waiting, number)) for number in range(5)]
_PART_WAITING = [Prepared(partial(_part_waiting, number)) for number in range(2)]
