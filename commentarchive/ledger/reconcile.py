"""Reconcile: fold the record and compare it with the tables, package by package.

An edit of the tables that no entry tells of is named here with the entry it
contradicts. What the record itself holds is checked first (`verification.py`).
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from itertools import batched

from commentarchive.ledger.keeper import Difference, Fold, Said, keepers
from commentarchive.ledger.merkle.hashing import base64url
from commentarchive.ledger.models import Actor, Entry, Opening
from commentarchive.ledger.snapshot import snapshot
from commentarchive.ledger.verification import verify

# Entries that are held against the tables at once: a few queries a batch.
BATCH = 5000


def reconcile() -> Iterator[Difference]:
    """Name every difference between record and tables, as of one moment."""
    with snapshot():
        yield from (Difference(fault.index, fault.reason) for fault in verify().faults)
        folds: list[Fold] = [_OwnFold(), *(keeper.fold() for keeper in keepers())]
        for batch in batched(_entries(), BATCH, strict=False):
            for fold in folds:
                yield from fold.take(batch)
        for fold in folds:
            yield from fold.end()


def _entries() -> Iterator[Said]:
    """Read what each entry says; one that cannot be read is a fault already named."""
    rows = Entry.objects.order_by("index").values_list("index", "leaf")
    for index, leaf in rows.iterator(chunk_size=BATCH):
        try:
            said = json.loads(bytes(leaf))
            yield Said(
                index=index,
                event=said["t"],
                subject=said["subj"]["r"],
                public=said["d"],
                committed=said["c"],
            )
        except (ValueError, KeyError, TypeError):
            continue


class _OwnFold:
    """The record's own rows: openings of committed values, and people."""

    def __init__(self) -> None:
        self._missing: list[tuple[Said, str]] = []
        self._erased: set[str] = set()

    def take(self, entries: Sequence[Said]) -> Iterator[Difference]:
        committing = [said for said in entries if said.committed]
        first, last = entries[0].index, entries[-1].index
        found = {
            (entry, field): disclosure
            for entry, field, disclosure in Opening.objects.filter(
                entry__gte=first, entry__lte=last
            ).values_list("entry_id", "field", "disclosure")
        }
        for said in committing:
            for field, commitment in said.committed.items():
                disclosure = found.pop((said.index, field), None)
                if disclosure is None:
                    self._missing.append((said, field))
                elif _commitment(disclosure) != commitment:
                    reason = f"what opens its {field} does not fit it"
                    yield Difference(said.index, reason)
        for entry, field in found:
            yield Difference(entry, f"it never committed to a {field}, and one is kept")
        self._erased |= {said.subject for said in entries if said.event == "erase.done"}
        yield from _missing_people(entries)

    def end(self) -> Iterator[Difference]:
        for said, field in self._missing:
            if said.subject not in self._erased:
                reason = f"what opens its {field} is gone, and no erasure is on record"
                yield Difference(said.index, reason)


def _commitment(disclosure: str) -> str:
    data = disclosure.encode("utf-8", "surrogatepass")
    return base64url(hashlib.sha256(data).digest())


def _missing_people(entries: Sequence[Said]) -> Iterator[Difference]:
    staff = [said for said in entries if said.event.startswith("staff.")]
    refs = {said.subject for said in staff}
    known = set(Actor.objects.filter(ref__in=refs).values_list("ref", flat=True))
    for said in staff:
        if said.subject not in known:
            yield Difference(said.index, "the person it speaks of is not there")
