"""Moderation's keeper: which words it holds, and which are for staff only."""

from collections.abc import Iterator

from commentarchive.ledger.append import read_leaf
from commentarchive.ledger.keeper import Expected, named_columns
from commentarchive.ledger.models import Entry
from moderation.models import Decision, DecisionWords

_RULE = "title text ready_sentences"
_COLUMNS = {
    "moderation_clausedraft": _RULE,
    "moderation_clause": _RULE,
    "moderation_decision": "decided_by",
    "moderation_decisionwords": "facts note",
}


class ModerationKeeper:
    """Reaches moderation's tables for whoever may not import it."""

    def text_columns(self) -> frozenset[str]:
        """Name every column that may hold words."""
        return named_columns(_COLUMNS)

    def fold(self) -> Iterator[tuple[Expected, object]]:
        """Pair each decision's entry with the decision's row."""
        entries = Entry.objects.filter(event__startswith="comment.").order_by("index")
        for entry in entries.iterator(chunk_size=2000):
            said = read_leaf(bytes(entry.leaf))
            public = said["d"]
            if not isinstance(public, dict) or "decision" not in public:
                continue
            expected = Expected(
                subject=str(public["decision"]),
                column="entry_index",
                value=entry.index,
                index=entry.index,
            )
            found = Decision.objects.filter(ref=expected.subject)
            yield expected, found.values_list("entry_index", flat=True).first()

    def private_words(self, subject: str) -> Iterator[str]:
        """Give the notes for staff on a decision, or on all for ""."""
        words = DecisionWords.objects.exclude(note="")
        if subject:
            words = words.filter(decision__ref=subject)
        yield from words.values_list("note", flat=True)
