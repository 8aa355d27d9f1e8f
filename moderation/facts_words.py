"""The words of decisions' public facts, by which the log is searched.

Digests of folded words, one row a word and decision: written with each wording, in
its transaction. A replaced wording is not searched.
"""

from collections.abc import Iterator
from hashlib import sha256
from itertools import batched

from django.db.models import OuterRef, QuerySet, Subquery

from commentarchive.storage.prepared import Prepared
from commentarchive.text.search_words import words_of
from moderation.models import Decision, DecisionWords, FactsWord

PART = 500


def digest(word: str) -> int:
    """Return the number by which a folded word is found."""
    return int.from_bytes(sha256(word.encode()).digest()[:8], signed=True)


def digests(facts: str) -> set[int]:
    """Return the numbers by which some facts are found, one for each word."""
    return set(map(digest, words_of(facts)))


def with_word(word: str) -> QuerySet[FactsWord, int]:
    """Return the decisions whose facts have a folded word."""
    found = FactsWord.objects.filter(digest=digest(word))
    return found.values_list("decision", flat=True)


@Prepared
def _words_kept(decisions: tuple[int, ...]) -> QuerySet[FactsWord, tuple[int, int]]:
    found = FactsWord.objects.filter(decision__in=decisions)
    return found.values_list("decision", "digest")


@Prepared
def _facts_of_today() -> QuerySet[Decision, tuple[int, str | None]]:
    last = DecisionWords.objects.filter(decision=OuterRef("pk")).order_by("-number")
    told = Decision.objects.order_by("pk").annotate(
        today=Subquery(last.values("facts")[:1])
    )
    return told.values_list("pk", "today")


def wrongly_searched() -> Iterator[Decision]:
    """Find decisions that are searched by other words than their facts of today."""
    for part in batched(_facts_of_today.stream(), PART):
        kept: dict[int, set[int]] = {pk: set() for pk, _facts in part}
        for pk, number in _words_kept(tuple(kept)):
            kept[pk].add(number)
        wrong = [pk for pk, facts in part if digests(facts or "") != kept[pk]]
        if wrong:
            yield from Decision.objects.filter(pk__in=wrong).order_by("pk")
