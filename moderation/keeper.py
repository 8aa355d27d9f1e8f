"""Moderation's keeper: which words it holds, and which are for staff only."""

from collections.abc import Iterator

from commentarchive.ledger.keeper import named_columns
from moderation.models import DecisionWords
from moderation.reconcile import ModerationFold

_RULE = "title text ready_sentences"
_COLUMNS = {
    "moderation_clausedraft": _RULE,
    "moderation_clause": _RULE,
    "moderation_decision": "decided_by batch automatic_rules",
    "moderation_decisionwords": "facts note override_reason",
}


class ModerationKeeper:
    """Reaches moderation's tables for whoever may not import it."""

    def text_columns(self) -> frozenset[str]:
        """Name every column that may hold words."""
        return named_columns(_COLUMNS)

    def fold(self) -> ModerationFold:
        """Begin to compare moderation's rows with the record."""
        return ModerationFold()

    def erase(self, subject: str) -> int:
        """Delete the notes for staff on a comment's decisions; no text of the comment.

        The facts are public words of their own and repeat nothing of it.
        """
        noted = DecisionWords.objects.filter(decision__comment__ref=subject)
        for words in noted.exclude(note=""):
            words.delete()
            words.note = ""
            words.save(force_insert=True)
        return 0

    def private_words(self, subject: str) -> Iterator[str]:
        """Give the notes for staff on a decision, or on all for ""."""
        words = DecisionWords.objects.exclude(note="")
        if subject:
            words = words.filter(decision__ref=subject)
        yield from words.values_list("note", flat=True)
