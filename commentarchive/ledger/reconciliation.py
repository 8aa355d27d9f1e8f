"""Compare the tables of every package with the record.

An edit of the tables that no entry accounts for is reported with the entry that it
contradicts. The record itself is checked first (`verification.py`).
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from itertools import batched

from commentarchive.ledger.comparison import Difference, ReadEntry, TableCheck
from commentarchive.ledger.merkle.hashing import base64url, digest
from commentarchive.ledger.models import Actor, Entry, LogKey, Opening
from commentarchive.ledger.packages import package_hooks
from commentarchive.ledger.signed_states import Mark, compare_signed_states
from commentarchive.ledger.signer_memory import BadMemory, readable_memory
from commentarchive.ledger.snapshot import snapshot
from commentarchive.ledger.verification import verify

# Entries compared at once. Each check makes a few queries a batch.
BATCH = 5000


def reconcile() -> Iterator[Difference]:
    """Find every difference between record and tables, as of one moment.

    The signer saves its memory before it stores what it signed. So that is read first
    here, and the signed states last.
    """
    marks = _remembered()
    with snapshot():
        yield from (Difference(fault.index, fault.reason) for fault in verify().faults)
        rowless = without_rows()
        yield from (each for each in _compare_tables() if not _is_in(rowless, each))
    yield from compare_signed_states(marks)


def without_rows() -> list[range]:
    """Return which entries came back from a published copy, without their rows.

    An entry of the record says so of each span, for everybody to read.
    """
    told = Entry.objects.filter(event="log.recover").values_list("index", "leaf")
    found = [(index, json.loads(bytes(leaf))["d"]) for index, leaf in told]
    return [
        range(said["from"], said["size"])
        for index, said in found
        if "from" in said and said["size"] == index
    ]


def _is_in(spans: Sequence[range], difference: Difference) -> bool:
    return any(difference.index in span for span in spans)


def _compare_tables() -> Iterator[Difference]:
    """Compare each package's tables with the entries, batch by batch."""
    checks: list[TableCheck] = [
        _LedgerCheck(),
        *(hooks.table_check() for hooks in package_hooks()),
    ]
    for batch in batched(_read_entries(), BATCH, strict=False):
        yield from _attach_openings(batch)
        for check in checks:
            yield from check.check(batch)
    for check in checks:
        yield from check.finish()


def why_unchecked() -> str:
    """Return why lost signed states cannot be found here; "" where they can."""
    try:
        readable_memory()
    except BadMemory as error:
        return str(error)
    return ""


def _remembered() -> Sequence[Mark]:
    """Return what the signer published; nothing where its memory cannot be read."""
    try:
        return readable_memory().published
    except BadMemory:
        return ()


def _read_entries() -> Iterator[ReadEntry]:
    """Read entries in order, leaving out what cannot be parsed.

    `verify` has reported those already.
    """
    rows = Entry.objects.order_by("index").values_list("index", "leaf")
    for index, leaf in rows.iterator(chunk_size=BATCH):
        try:
            members = json.loads(bytes(leaf))
            yield ReadEntry(
                index=index,
                event=members["t"],
                time=members["ts"],
                subject=members["subj"]["r"],
                public=members["d"],
                committed=members["c"],
            )
        except (ValueError, KeyError, TypeError):
            continue


# Whose words were replaced, or erased on request without an erasure on record, is known
# to the package of decisions only.
_OF_PACKAGES = frozenset({"decision.reword", "notice.in", "notice.done"})


def _subjects(entry: ReadEntry) -> frozenset[str]:
    """Return whom an entry is about: its subject, and a name that is joined with it."""
    return frozenset((entry.subject, str(entry.public.get("with", entry.subject))))


def _names_somebody(entry: ReadEntry) -> bool:
    """Return whether an entry commits to names, which can be erased."""
    is_name = entry.event == "comment.correct" and entry.public["field"] == "name"
    return is_name or entry.event == "commenter.likely"


def _attach_openings(entries: Sequence[ReadEntry]) -> Iterator[Difference]:
    """Attach stored openings to their entries; report those that do not fit."""
    by_index = {entry.index: entry for entry in entries}
    span = (entries[0].index, entries[-1].index)
    stored = Opening.objects.filter(entry__index__range=span)
    for index, name, disclosure in stored.values_list(
        "entry_id", "field", "disclosure"
    ):
        entry = by_index.get(index)
        if entry is None or name not in entry.committed:
            yield Difference(index, f"it never committed to a {name}, and one is kept")
        elif _commitment(disclosure) != entry.committed[name]:
            yield Difference(index, f"what opens its {name} does not fit it")
        else:
            entry.opened[name] = disclosure


class _LedgerCheck:
    """Compares the ledger's own tables: openings, keys and people on record."""

    def __init__(self) -> None:
        # Index, name, whom it is about, and whether it may name somebody else.
        self._unopened: list[tuple[int, str, frozenset[str], bool]] = []
        self._erased: set[str] = set()
        self._keys = dict(LogKey.objects.values_list("entry_id", "vkey"))

    def check(self, entries: Sequence[ReadEntry]) -> Iterator[Difference]:
        for entry in entries:
            is_own = entry.event not in _OF_PACKAGES
            if len(entry.opened) < len(entry.committed) and is_own:
                names = entry.committed.keys() - entry.opened
                self._unopened += [
                    (entry.index, name, _subjects(entry), _names_somebody(entry))
                    for name in names
                ]
            if entry.event == "erase.done":
                self._erased.add(entry.subject)
            if entry.event == "log.key":
                vkey = self._keys.pop(entry.index, "")
                if base64url(digest(vkey)) != entry.public["key"]:
                    yield Difference(entry.index, "the key it announced is another")
        yield from _missing_people(entries)

    def finish(self) -> Iterator[Difference]:
        for index in self._keys:
            yield Difference(index, "a key says that it was announced there")
        # An erasure comes after the entries that it empties, so that only now is it
        # known which openings had to be there.
        stored = self._stored_openings()
        erased_names = any(subject.startswith("n") for subject in self._erased)
        for index, name, subjects, names_somebody in self._unopened:
            is_erased = not subjects.isdisjoint(self._erased)
            is_erased = is_erased or (names_somebody and erased_names)
            if not is_erased and (index, name) not in stored:
                reason = f"what opens its {name} is gone, and no erasure is on record"
                yield Difference(index, reason)

    def _stored_openings(self) -> set[tuple[int, str]]:
        """Return all openings stored for entries that lack one.

        Those that do not fit are reported already.
        """
        indexes = {index for index, *_rest in self._unopened}
        stored = Opening.objects.filter(entry__in=indexes)
        return set(stored.values_list("entry_id", "field"))


def _commitment(disclosure: str) -> str:
    data = disclosure.encode("utf-8", "surrogatepass")
    return base64url(hashlib.sha256(data).digest())


def _missing_people(entries: Sequence[ReadEntry]) -> Iterator[Difference]:
    about_staff = [entry for entry in entries if entry.event.startswith("staff.")]
    if not about_staff:
        return
    refs = {entry.subject for entry in about_staff}
    known = set(Actor.objects.filter(ref__in=refs).values_list("ref", flat=True))
    for entry in about_staff:
        if entry.subject not in known:
            yield Difference(entry.index, "the person it speaks of is not there")
