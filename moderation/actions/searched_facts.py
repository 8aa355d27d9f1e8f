"""Writes the words of facts by which the log is searched."""

from collections.abc import Iterable

from moderation.facts_words import digests
from moderation.models import FactsWord


def keep_words(facts: Iterable[tuple[int, str]]) -> None:
    """Take in the facts of new decisions, by primary key."""
    FactsWord.objects.bulk_create(
        FactsWord(digest=number, decision_id=pk)
        for pk, text in facts
        for number in sorted(digests(text))
    )


def replace_words(decision: int, facts: str) -> None:
    """Take in other facts of a decision in place of what was searched."""
    FactsWord.objects.filter(decision=decision).delete()
    keep_words([(decision, facts)])
