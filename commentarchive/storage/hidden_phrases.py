"""An index of hidden words, by which their quotations are found anywhere.

It holds keyed digests, and fills itself: `keep_phrases` takes in what was hidden, or
has another text, since it was last called.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import batched, islice

from django.db.models import Exists, OuterRef, Q, QuerySet

from commentarchive.matching import fingerprint
from commentarchive.models import (
    Comment,
    HiddenPhrase,
    RevisionText,
    Tombstone,
    Visibility,
)
from commentarchive.storage import bulk_insert
from commentarchive.storage.write_locks import long_write, short_write
from commentarchive.text.leaks import (
    QUOTED_WORDS,
    SHARED_WORDS,
    Phrases,
    phrases_of,
)

# How many comments are taken in by one transaction, and how many digests are asked for
# by one query.
PART = 500
ASKED = 1000
# Rows of five that a text of eight words has: so many in one text are a quotation.
ROWS_OF_A_QUOTATION = QUOTED_WORDS - SHARED_WORDS + 1
# How many comments are looked at, those first that share most; and how many rows of a
# very long text are looked for.
MOST_FOUND = 40
MOST_ROWS = 4000


def keep_phrases() -> None:
    """Take in what was hidden since; inside the caller's transaction, if there is one.

    Spam is left out that readers never saw and nobody here decided on: it is most of
    what is hidden, its phrases are everybody's, and few would quote it.
    """
    while _keep_some():
        pass


def keep_phrases_between_writes() -> None:
    """Take in what was hidden since, in transactions that let others go first."""
    is_more = True
    while is_more:
        with long_write():
            is_more = _keep_some()


def find_quoted(phrases: Phrases) -> list[int]:
    """Find the hidden comments of which some phrases hold a quotation.

    By eight words in a row, or by what is enough by itself. A text of fewer words is
    looked for as a whole.
    """
    rows = sorted(phrases.rows)[:MOST_ROWS]
    enough = min(ROWS_OF_A_QUOTATION, len(rows))
    shared = Counter(_bearers(rows)) if enough else Counter[int]()
    found = Counter({pk: count for pk, count in shared.items() if count >= enough})
    for pk in _bearers(sorted(phrases.marks)[:MOST_ROWS]):
        found[pk] += ROWS_OF_A_QUOTATION
    if not found:
        return []
    likeliest = sorted(found, key=lambda pk: (-found[pk], pk))
    hidden = set(_hidden().filter(pk__in=likeliest).values_list("pk", flat=True))
    return list(islice((pk for pk in likeliest if pk in hidden), MOST_FOUND))


def rebuild() -> int:
    """Make the index anew; return how many comments it has."""
    with long_write():
        HiddenPhrase.objects.all().delete()
        Comment.objects.filter(has_phrases=True).update(has_phrases=False)
    keep_phrases_between_writes()
    return HiddenPhrase.objects.values("comment").distinct().count()


def forget_phrases(ref: str) -> None:
    """Delete what the index has of a comment that is erased."""
    HiddenPhrase.objects.filter(comment__ref=ref).delete()


def other_phrases() -> Iterator[Comment]:
    """Find comments of which the index has other phrases than it should.

    What it has not taken in yet is none, and what is shown may still be in it.
    """
    wrong = HiddenPhrase.objects.filter(comment__visibility=Visibility.ERASED)
    yield from Comment.objects.filter(pk__in=wrong.values("comment"))
    kept = _hidden().filter(has_phrases=True).exclude(_is_mere_spam())
    for part in batched(kept.order_by("pk").iterator(chunk_size=PART), PART):
        pks = [each.pk for each in part]
        stored: dict[int, set[int]] = {pk: set() for pk in pks}
        rows = HiddenPhrase.objects.filter(comment__in=pks)
        for pk, digest in rows.values_list("comment", "digest"):
            stored[pk].add(digest)
        expected = _digests_of(pks)
        yield from (c for c in part if not expected.get(c.pk, set()) <= stored[c.pk])


def _hidden() -> QuerySet[Comment]:
    shown = ("published", "unknown", "erased")
    found = Comment.objects.all()
    for each in shown:
        # One by one, as the index of those that wait has it.
        found = found.exclude(visibility=each)
    return found


def _is_mere_spam() -> Q:
    seen = Tombstone.objects.filter(
        comment=OuterRef("pk"), is_open=True, was_public=True
    )
    return Q(visibility=Visibility.SPAM, decided_entry=None) & ~Q(Exists(seen))


def _keep_some() -> bool:
    """Take in a part of what waits; return whether there may be more."""
    waiting = _hidden().filter(has_phrases=False).order_by("pk")
    pks = list(waiting.values_list("pk", flat=True)[:PART])
    if not pks:
        return False
    with short_write():
        # Locked, so that no text comes in between.
        locked = Comment.objects.select_for_update().filter(pk__in=pks)
        pks = list(locked.order_by("pk").values_list("pk", flat=True))
        wanted = Comment.objects.filter(pk__in=pks).exclude(_is_mere_spam())
        found = _digests_of(list(wanted.values_list("pk", flat=True)))
        kept = HiddenPhrase.objects.filter(comment__in=pks)
        stored = set(kept.values_list("digest", "comment"))
        rows = [
            (digest, pk)
            for pk, digests in found.items()
            for digest in sorted(digests)
            if (digest, pk) not in stored
        ]
        bulk_insert.insert(HiddenPhrase, ("digest", "comment_id"), rows)
        Comment.objects.filter(pk__in=pks).update(has_phrases=True)
    return len(pks) == PART


def _digests_of(pks: Sequence[int]) -> dict[int, set[int]]:
    """Return the digests of comments' phrases, of every version of their texts."""
    found: dict[int, set[int]] = {}
    texts = RevisionText.objects.filter(revision__comment__in=pks)
    for pk, plain, raw in texts.values_list("revision__comment", "plain", "raw"):
        if pk is None:
            continue
        phrases = phrases_of(plain)
        # An e-mail may stand in the markup only.
        marks = phrases.marks | (phrases_of(raw).marks if "@" in raw else frozenset())
        found.setdefault(pk, set()).update(map(_digest, phrases.rows | marks))
    return found


def _bearers(phrases: Iterable[str]) -> Iterator[int]:
    """Yield the comments that have some phrases, once for each."""
    for part in batched(map(_digest, phrases), ASKED):
        found = HiddenPhrase.objects.filter(digest__in=part)
        yield from found.values_list("comment", flat=True)


def _digest(phrase: str) -> int:
    return int.from_bytes(fingerprint("phrase", phrase)[:8], signed=True)
