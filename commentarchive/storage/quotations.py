"""Hidden texts that others quote, found by the index of their phrases."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import batched, islice
from typing import Any, NamedTuple

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce

from commentarchive.matching import fingerprints
from commentarchive.models import BlogVisibility, HiddenPhrase, Revision, Visibility
from commentarchive.models.comment import is_hidden_elsewhere
from commentarchive.storage.prepared import Prepared
from commentarchive.text.leaks import QUOTED_WORDS, SHARED_WORDS, Phrases

# How many digests are asked for by one query.
ASKED = 1000
# Rows of five that a text of eight words has: so many in one text are a quotation.
ROWS_OF_A_QUOTATION = QUOTED_WORDS - SHARED_WORDS + 1
# How many texts are looked at, those first that share most, and how many are counted;
# and how many rows of a very long text are looked for.
MOST_FOUND = 40
MOST_COUNTED = 500
MOST_ALIKE = 2
MOST_ROWS = 4000
# How many pairs of a phrase and a text are counted for many texts together.
MOST_PAIRS = 200_000


class Quoted(NamedTuple):
    """A hidden text: its version, and the comment or the article that it is of."""

    revision: int
    comment: int | None
    post: int | None
    # The blog of a text that is hidden only because its whole blog is for staff.
    only_by_blog: int | None = None


def find_quoted(phrases: Phrases) -> list[Quoted]:
    """Find the hidden texts of which some phrases hold a quotation.

    By eight words in a row, or by what is enough by itself. A text of fewer words is
    looked for as a whole.
    """
    rows = sorted(phrases.rows)[:MOST_ROWS]
    shared = _bearers(rows) if rows else Counter[int]()
    marked = _bearers(sorted(phrases.marks)[:MOST_ROWS])
    likeliest = _likeliest(phrases, shared, marked)
    return list(islice(_hidden(likeliest, _read_hidden(likeliest)), MOST_FOUND))


def _likeliest(
    phrases: Phrases, shared: Counter[int], marked: Counter[int]
) -> list[int]:
    """Return the versions that share enough with some phrases, the likeliest first."""
    enough = min(ROWS_OF_A_QUOTATION, len(phrases.rows))
    found = Counter({pk: count for pk, count in shared.items() if count >= enough})
    for pk, count in marked.items():
        found[pk] += ROWS_OF_A_QUOTATION * count
    return sorted(found, key=lambda pk: (-found[pk], pk))[:MOST_COUNTED]


def find_quoted_by_each(asked: Mapping[int, Phrases]) -> dict[int, list[Quoted]]:
    """Find for each of many texts what `find_quoted` does, in a few queries for all.

    Where their phrases are in very many hidden texts, each is looked for by itself.
    """
    rows: dict[int, list[int]] = {}
    marks: dict[int, list[int]] = {}
    for number, phrases in asked.items():
        for kind, owners in ((phrases.rows, rows), (phrases.marks, marks)):
            for digest in digests_of(sorted(kind)[:MOST_ROWS]):
                owners.setdefault(digest, []).append(number)
    shared: dict[int, Counter[int]] = {number: Counter() for number in asked}
    marked: dict[int, Counter[int]] = {number: Counter() for number in asked}
    pairs = 0
    for part in batched(sorted({*rows, *marks}), ASKED):
        for digest, revision in _rows_with(part):
            for owners, counts in ((rows, shared), (marks, marked)):
                for number in owners.get(digest, ()):
                    counts[number][revision] += 1
                    pairs += 1
        if pairs > MOST_PAIRS:
            return {number: find_quoted(phrases) for number, phrases in asked.items()}
    likeliest = {
        number: _likeliest(phrases, shared[number], marked[number])
        for number, phrases in asked.items()
    }
    every = {pk for pks in likeliest.values() for pk in pks}
    known = _read_hidden(sorted(every))
    return {
        number: list(islice(_hidden(pks, known), MOST_FOUND))
        for number, pks in likeliest.items()
    }


@Prepared
def _rows_with(digests: tuple[int, ...]) -> QuerySet[HiddenPhrase, tuple[int, int]]:
    found = HiddenPhrase.objects.filter(digest__in=digests)
    return found.values_list("digest", "revision")


def digests_of(phrases: Iterable[str]) -> list[int]:
    """Return the keyed digests of phrases, as the index has them."""
    return [
        int.from_bytes(digest[:8], signed=True)
        for digest in fingerprints(phrases, after="phrase")
    ]


class _Hidden(NamedTuple):
    """Which of some versions readers do not see, and the words of each as a digest."""

    found: dict[int, Quoted]
    words: dict[int, bytes]


def _hidden(revisions: Sequence[int], known: _Hidden) -> Iterator[Quoted]:
    """Yield the texts of some versions that readers do not see, in the same order.

    Of several with the same words the first two: one may be the comment's own.
    """
    seen: Counter[tuple[bytes, int | None]] = Counter()
    for pk in revisions:
        if pk not in known.found:
            continue
        same = known.words[pk], known.found[pk].only_by_blog
        seen[same] += 1
        if seen[same] <= MOST_ALIKE:
            yield known.found[pk]


def _read_hidden(revisions: Sequence[int]) -> _Hidden:
    """Ask which of some versions readers do not see; three queries, none for none."""
    if not revisions:
        return _Hidden({}, {})
    asked = tuple(revisions)
    found = {row[0]: Quoted(*row) for row in _of_staff(asked)}
    for row in _out_of_sight(asked):
        found[row[0]] = Quoted(*row)
    words = {pk: bytes(fingerprint) for pk, fingerprint in _fingerprints(asked)}
    return _Hidden(found, words)


@Prepared
def _of_staff(revisions: tuple[int, ...]) -> QuerySet[Revision, Any]:
    staff = BlogVisibility.STAFF
    by_blog = Q(comment__post__blog__visibility=staff) | Q(post__blog__visibility=staff)
    of_staff = Revision.objects.filter(by_blog, pk__in=revisions)
    blog = Coalesce("comment__post__blog", "post__blog")
    return of_staff.values_list("pk", "comment", "post", blog)


@Prepared
def _out_of_sight(revisions: tuple[int, ...]) -> QuerySet[Revision, Any]:
    hidden_comment = Q(comment__isnull=False) & (
        ~Q(comment__visibility=Visibility.PUBLISHED)
        | ~Q(comment__current_revision=F("pk"))
        | Q(comment__post__is_public=False)
        | is_hidden_elsewhere("comment__leader")
    )
    of_article = ~Q(post__hidden_text="", post__hidden_title="")
    of_article |= Q(post__is_public=False) | Q(post__news_revision=F("pk"))
    hidden_article = Q(post__isnull=False) & of_article
    hidden = Revision.objects.filter(hidden_comment | hidden_article, pk__in=revisions)
    return hidden.values_list("pk", "comment", "post")


@Prepared
def _fingerprints(revisions: tuple[int, ...]) -> QuerySet[Revision, Any]:
    told = Revision.objects.filter(pk__in=revisions)
    return told.values_list("pk", "fingerprint")


def _bearers(phrases: Iterable[str]) -> Counter[int]:
    """Count phrases by version; of each part, only the versions that have most."""
    found: Counter[int] = Counter()
    for part in batched(digests_of(phrases), ASKED):
        found.update(dict(_most_of(part)))
    return found


@Prepared
def _most_of(digests: tuple[int, ...]) -> QuerySet[HiddenPhrase, Any]:
    rows = HiddenPhrase.objects.filter(digest__in=digests).values_list("revision")
    counted = rows.annotate(n=Count("digest")).order_by("-n", "revision")
    return counted[:MOST_COUNTED]
