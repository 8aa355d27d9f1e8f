"""What opens the public words of a decision, for anybody to check."""

from django.conf import settings

from commentarchive.ledger.models import Opening
from commentarchive.ledger.tiles import last_checkpoint
from moderation.models import Decision


def proof_of_facts(decision: Decision) -> tuple[str, int] | None:
    """Return what opens the facts as they read today, and the entry that it opens.

    None where there are none, where their entry is not signed yet, where proofs of
    texts are turned off, and where what opens them was erased. Words that were
    replaced have no proof: whoever kept one could go on showing them.
    """
    words = decision.wordings[-1:]
    signed = last_checkpoint()
    if not words or not words[0].facts or not settings.TEXT_PROOFS or signed is None:
        return None
    index = decision.entry_of_wording(words[0].number)
    if index is None or index >= signed.size:
        return None
    opening = Opening.objects.filter(entry=index, field="facts").first()
    return (opening.disclosure, index) if opening else None
