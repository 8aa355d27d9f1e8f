"""Erasures that were asked for at the desk, held against the entries of their ends."""

from collections.abc import Iterator

from commentarchive.ledger.append import read_leaf
from commentarchive.ledger.comparison import Difference
from commentarchive.ledger.models import Entry
from commentarchive.models import ErasureRequest


def compare_erasures() -> Iterator[Difference]:
    """Find requests that say they ended otherwise than the record says."""
    ended = ErasureRequest.objects.exclude(entry_index=None).with_subject()
    indexes = set(ended.values_list("entry_index", flat=True))
    entries = Entry.objects.in_bulk(indexes)
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
