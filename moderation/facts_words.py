"""The words of decisions' public facts, by which the log is searched.

Digests of folded words, one row a word and decision: written with each wording, in
its transaction. A replaced wording is not searched.
"""

import re
import unicodedata
from collections.abc import Iterator
from hashlib import sha256
from itertools import batched

from django.db.models import QuerySet

from moderation.models import Decision, FactsWord

PART = 500
_words = re.compile(r"\w+")


def folded_words(text: str) -> set[str]:
    """Return the words of a text, without case and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(each for each in plain if not unicodedata.combining(each))
    return set(_words.findall(kept))


def digest(word: str) -> int:
    """Return the number by which a folded word is found."""
    return int.from_bytes(sha256(word.encode()).digest()[:8], signed=True)


def with_word(word: str) -> QuerySet[FactsWord, int]:
    """Return the decisions whose facts have a folded word."""
    found = FactsWord.objects.filter(digest=digest(word))
    return found.values_list("decision", flat=True)


def wrongly_searched() -> Iterator[Decision]:
    """Find decisions that are searched by other words than their facts of today."""
    told = Decision.objects.order_by("pk").prefetch_related("words")
    for part in batched(told.iterator(chunk_size=PART), PART):
        kept: dict[int, set[int]] = {decision.pk: set() for decision in part}
        rows = FactsWord.objects.filter(decision__in=kept)
        for pk, number in rows.values_list("decision", "digest"):
            kept[pk].add(number)
        for decision in part:
            if set(map(digest, folded_words(decision.facts))) != kept[decision.pk]:
                yield decision
