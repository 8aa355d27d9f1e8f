"""Erasures that were asked for at the desk, held against the entries of their ends."""

from collections.abc import Iterator

from django.db.models import QuerySet

from commentarchive.ledger.append import read_leaf
from commentarchive.ledger.comparison import Difference
from commentarchive.ledger.models import Entry
from commentarchive.models import ErasureRequest
from commentarchive.storage.prepared import Prepared


def compare_erasures() -> Iterator[Difference]:
    """Find requests that say they ended otherwise than the record says."""
    ended = _ended()
    if not ended:
        return
    entries = Entry.objects.in_bulk({each.entry_index or 0 for each in ended})
    for request in ended:
        entry = entries.get(request.entry_index or 0)
        event = "erase.refused" if request.refusal else "erase.done"
        is_same = entry is not None and (
            (entry.event, entry.subject) == (event, request.subject.ref)
        )
        if entry is not None and is_same and request.refusal:
            told = read_leaf(bytes(entry.leaf))["d"]
            is_same = told == {"basis": request.refusal}
        if not is_same:
            reason = f"it does not tell of the end of erasure {request.ref}"
            yield Difference(request.entry_index, reason)


@Prepared
def _ended() -> QuerySet[ErasureRequest]:
    return ErasureRequest.objects.exclude(entry_index=None).with_subject()
