"""Reconcile: fold the record and compare it with the tables, package by package.

An edit of the tables that no entry tells of is named here with the entry it
contradicts. What the record itself holds is checked first (`verification.py`).
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from itertools import batched

from commentarchive.ledger.keeper import Difference, Fold, Said, keepers
from commentarchive.ledger.merkle.hashing import base64url, digest
from commentarchive.ledger.models import Actor, Entry, LogKey, Opening
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
            yield from _open(batch)
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
                time=said["ts"],
                subject=said["subj"]["r"],
                public=said["d"],
                committed=said["c"],
            )
        except (ValueError, KeyError, TypeError):
            continue


def _open(entries: Sequence[Said]) -> Iterator[Difference]:
    """Give entries what opens them; name what they never committed to."""
    by_index = {said.index: said for said in entries}
    span = (entries[0].index, entries[-1].index)
    found = Opening.objects.filter(entry__index__range=span)
    for index, name, disclosure in found.values_list("entry_id", "field", "disclosure"):
        said = by_index.get(index)
        if said is None or name not in said.committed:
            yield Difference(index, f"it never committed to a {name}, and one is kept")
        elif _commitment(disclosure) != said.committed[name]:
            yield Difference(index, f"what opens its {name} does not fit it")
        else:
            said.opened[name] = disclosure


class _OwnFold:
    """The record's own rows: openings of committed values, and people."""

    def __init__(self) -> None:
        self._missing: list[tuple[int, str, str]] = []
        self._erased: set[str] = set()
        self._keys = dict(LogKey.objects.values_list("entry_id", "vkey"))

    def take(self, entries: Sequence[Said]) -> Iterator[Difference]:
        for said in entries:
            if len(said.opened) < len(said.committed):
                missing = said.committed.keys() - said.opened
                self._missing += [(said.index, name, said.subject) for name in missing]
        self._erased |= {said.subject for said in entries if said.event == "erase.done"}
        yield from _missing_people(entries)
        for said in entries:
            if said.event == "log.key":
                vkey = self._keys.pop(said.index, "")
                if base64url(digest(vkey)) != said.public["key"]:
                    yield Difference(said.index, "the key it announced is another")

    def end(self) -> Iterator[Difference]:
        for index in self._keys:
            yield Difference(index, "a key says that it was announced there")
        kept = self._kept()
        for index, name, subject in self._missing:
            if subject not in self._erased and (index, name) not in kept:
                reason = f"what opens its {name} is gone, and no erasure is on record"
                yield Difference(index, reason)

    def _kept(self) -> set[tuple[int, str]]:
        """Find the openings that are there and do not fit: they are named already."""
        indexes = {index for index, _name, _subject in self._missing}
        found = Opening.objects.filter(entry__in=indexes)
        return set(found.values_list("entry_id", "field"))


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
