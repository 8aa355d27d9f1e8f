"""Check corrections against the record, and what stands against the corrections."""

from collections.abc import Iterator, Mapping, Sequence

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from commentarchive.ledger.comparison import Difference, ReadEntry
from commentarchive.models import Aspect, Comment, Correction, Post, Visibility
from commentarchive.models.correction import place_by_hand
from commentarchive.storage.prepared import Prepared
from commentarchive.threads.evidence import written_time


class Corrections:
    """Follows what the record says of corrections, entry by entry."""

    def __init__(self) -> None:
        self._said: dict[str, ReadEntry] = {}

    def follow(self, entries: Sequence[ReadEntry]) -> None:
        """Take further entries into account."""
        for said in entries:
            if said.event in {"comment.correct", "post.correct"}:
                self._said[str(said.public["correction"])] = said

    def compare(self) -> Iterator[Difference]:
        """Report corrections that are not on record, and facts that are not theirs."""
        known: set[str] = set()
        for row in _made.stream():
            known.add(row.ref)
            said = self._said.get(row.ref)
            if said is None or _row_of(row) != _entry_of(said):
                reason = f"correction {row.ref} is not what the record says"
                yield Difference(row.entry_index, reason)
            elif any(said.value(each) != value for each, value in _words_of(row, said)):
                reason = f"the words of correction {row.ref} are not those on record"
                yield Difference(row.entry_index, reason)
        for ref, said in self._said.items():
            if ref not in known:
                yield Difference(said.index, f"correction {ref} is missing")
        yield from _facts()


def comments_with_a_corrected(*aspects: Aspect) -> frozenset[int]:
    """Return the keys of the comments of which a fact was ever corrected.

    A copy that is read while a correction stands commits to the thread as it reads.
    """
    return frozenset(pk for pk in _corrected(aspects) if pk)


@Prepared
def _corrected(aspects: tuple[Aspect, ...]) -> QuerySet[Correction, int]:
    rows = Correction.objects.filter(aspect__in=aspects, comment__isnull=False)
    return rows.values_list("comment", flat=True)


def last_corrections(aspect: Aspect) -> dict[int, int]:
    """Return the entry of the last correction of a fact of or below each article."""
    return dict(_places_corrected(aspect))


@Prepared
def _places_corrected(aspect: Aspect) -> QuerySet[Correction, tuple[int, int]]:
    rows = Correction.objects.filter(aspect=aspect).order_by("entry_index")
    below = Coalesce("post", "comment__told_below", "comment__post")
    return rows.values_list(below, "entry_index")


def _row_of(row: Correction) -> tuple[object, ...]:
    subject = row.comment or row.post
    return (
        *(row.entry_index, subject and subject.ref, row.aspect),
        row.undoes and row.undoes.ref,
    )


def _entry_of(said: ReadEntry) -> tuple[object, ...]:
    return (
        *(said.index, said.subject, said.public["field"]),
        said.public["undoes"],
    )


def _words_of(row: Correction, said: ReadEntry) -> Iterator[tuple[str, str]]:
    """Yield the words of a correction that its entry still opens."""
    words = getattr(row, "words", None)
    for name in ("before", "after", "reason"):
        if name in said.opened:
            yield name, getattr(words, name, "")


def _facts() -> Iterator[Difference]:
    """Report what does not read as the last standing correction of it says."""
    comments: dict[int, dict[str, str]] = {}
    posts: dict[int, dict[str, str]] = {}
    for row in _standing.stream():
        if row.post_id:
            posts.setdefault(row.post_id, {})[row.aspect] = row.words.after
        elif row.comment_id:
            comments.setdefault(row.comment_id, {})[row.aspect] = row.words.after
    yield from _articles(posts)
    if not comments:
        return
    kept = Comment.objects.exclude(visibility=Visibility.ERASED).select_related(
        *("commenter__name", "parent", "post")
    )
    for pk, comment in kept.in_bulk(comments).items():
        for aspect, after in comments[pk].items():
            if _reads(comment, aspect) not in {after, None}:
                reason = f"comment {comment.ref} does not read as it was corrected"
                yield Difference(None, reason)


@Prepared
def _made() -> QuerySet[Correction]:
    related = ("comment", "post", "undoes", "words")
    return Correction.objects.select_related(*related).order_by("pk")


@Prepared
def _standing() -> QuerySet[Correction]:
    standing = Correction.objects.standing().filter(words__isnull=False)
    return standing.select_related("words")


@Prepared
def _put_right(corrected: tuple[int, ...]) -> QuerySet[Post]:
    put_right = Q(is_put_right=True) | Q(put_right__isnull=False)
    found = Post.objects.filter(put_right | Q(pk__in=corrected))
    return found.select_related("put_right")


def _articles(corrections: Mapping[int, Mapping[str, str]]) -> Iterator[Difference]:
    """Report articles that do not read as they were corrected, or as nobody told."""
    for post in _put_right(tuple(corrections)):
        told = corrections.get(post.pk, {})
        words = getattr(post, "put_right", None)
        stands = (words.title, words.author) if words else (None, None)
        time = written_time(post.published_at, day_only=post.day_only)
        if (
            told.get(Aspect.TIME, time) != time
            or stands != (told.get(Aspect.TITLE), told.get(Aspect.AUTHOR))
            or post.is_put_right != (words is not None)
        ):
            reason = f"article {post.ref} does not read as it was corrected"
            yield Difference(None, reason)


def _reads(comment: Comment, aspect: str) -> str | None:
    """Return a fact as corrections write it; None for a name that was erased."""
    if aspect == Aspect.TIME:
        return written_time(comment.posted_at, day_only=comment.day_only)
    if aspect == Aspect.ARTICLE:
        # With its parent, where that still stands there.
        return place_by_hand(comment)
    if aspect == Aspect.PARENT:
        return comment.parent.source_id if comment.parent else ""
    if comment.commenter is None:
        return ""
    name = getattr(comment.commenter, "name", None)
    if aspect == Aspect.PERSON:
        return name.person if name else None
    return name.name if name else None
