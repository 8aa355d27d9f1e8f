"""Wordings that replaced others, held against the entries that tell of them."""

from collections.abc import Iterator, Sequence

from django.db.models import F, OuterRef, QuerySet, Subquery

from commentarchive.ledger.comparison import Difference, ReadEntry
from commentarchive.models import Visibility
from commentarchive.storage.prepared import Prepared
from moderation.models import Decision, DecisionWords


def compare_wordings(entries: Sequence[ReadEntry]) -> Iterator[Difference]:
    """Compare the words that replaced others with what their entries committed to."""
    if not entries:
        return
    refs = {said.subject for said in entries}
    found = DecisionWords.objects.filter(decision__ref__in=refs)
    rows = {
        (words.decision.ref, words.number): words
        for words in found.select_related(
            *("decision__clause__policy", "decision__comment", "clause__policy")
        )
    }
    for said in entries:
        words = rows.get((said.subject, said.public["number"]))
        if words is None:
            yield Difference(said.index, "the words that it speaks of are not there")
            continue
        clause = words.clause or words.decision.clause
        comment = words.decision.comment
        rule = (clause.policy.ref, clause.number) if clause else (None, None)
        if rule != (said.public["policy"], said.public["clause"]):
            yield Difference(said.index, "it names another rule than its wording")
        if not said.is_text("facts", words.facts) or words.note:
            yield Difference(said.index, "the words of its decision are others")
        if (words.override or None) != said.public.get("override"):
            yield Difference(said.index, "it names another conflict than its wording")
        # Older wordings repeat the reason of the first, and commit to none.
        reason = words.override_reason if words.override else ""
        is_same = not reason
        if "override_reason" in said.committed:
            is_same = said.is_text("override_reason", reason)
        if not is_same:
            yield Difference(said.index, "the override_reason of its words is another")
        is_erased = comment is not None and comment.visibility == Visibility.ERASED
        if len(said.opened) < len(said.committed) and not is_erased:
            reason = "what opens its words is gone, and no erasure is on record"
            yield Difference(said.index, reason)


def wrongly_named() -> Iterator[Difference]:
    """Find decisions that name another rule than their wording of today."""
    for ref, index in _named_otherwise():
        reason = f"decision {ref} names another rule than its wording of today"
        yield Difference(index, reason)


@Prepared
def _named_otherwise() -> QuerySet[Decision, tuple[str, int]]:
    newest = DecisionWords.objects.filter(decision=OuterRef("pk")).order_by("-number")
    named = Decision.objects.annotate(named=Subquery(newest.values("clause")[:1]))
    wrong = named.exclude(clause_since=None, named=None).exclude(
        clause_since=F("named")
    )
    return wrong.values_list("ref", "entry_index")
