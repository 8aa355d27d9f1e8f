"""Check the stored record from its bytes up: leaves, nodes, head."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Subquery

from commentarchive.ledger.merkle import canonical
from commentarchive.ledger.merkle.events import EventRefused, check_event
from commentarchive.ledger.merkle.forms import form
from commentarchive.ledger.merkle.frontier import Frontier
from commentarchive.ledger.merkle.hashing import leaf_hash
from commentarchive.ledger.merkle.notes import (
    BadNote,
    VerifyingKey,
    open_note,
    parse_checkpoint,
)
from commentarchive.ledger.models import Checkpoint, Entry, Head, LogKey, Node
from commentarchive.ledger.tiles import last_checkpoint

type Nodes = dict[tuple[int, int], bytes]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in the record, and the entry where it shows."""

    index: int
    reason: str

    def __str__(self) -> str:
        return f"entry {self.index}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found: how many entries were read, their root, and the faults."""

    size: int
    root: bytes
    faults: tuple[Fault, ...]
    # How many entries the last checkpoint signs.
    signed: int = 0
    # The packed frontier of the first `at` entries.
    frontier_at: bytes = b""


def verify(*, most: int = 100, at: int = 0) -> Verdict:
    """Check every entry against nodes, head and the last checkpoint.

    Stops after `most` faults. The tree is computed anew from the bytes of the leaves:

    1. Read the stored nodes, then the head, then the entries below that head.
    2. For each entry compare its hash, its columns and its subject's numbering with
       its bytes, extend the tree, and compare nodes that this completes.
    3. Where the tree reaches the size of the last checkpoint, compare the signed root.
    4. Compare the head, and look for entries and nodes beyond it.
    """
    # The record may be growing meanwhile. Appends write nodes before they move the
    # head, so that nodes read first belong to entries that are read afterwards.
    nodes = {
        (level, n): bytes(value)
        for level, n, value in Node.objects.values_list("level", "n", "hash")
    }
    head = Head.objects.filter(pk=1).first()
    if head is None:
        faults = (Fault(0, "there are entries, but the record has no head"),)
        empty = Frontier()
        return Verdict(0, empty.root(), faults if Entry.objects.exists() else ())
    walk = _Walk(head, nodes, at)
    entries = Entry.objects.filter(index__lt=head.size).order_by("index")
    rows = entries.values_list("index", *_Row._fields[1:])
    for row in rows.iterator(chunk_size=2000):
        if len(walk.faults) >= most or not walk.take(_Row._make(row)):
            break
    if len(walk.faults) < most:
        walk.end()
    return walk.verdict()


class _Row(NamedTuple):
    """The columns of an entry, as they are stored."""

    place: int
    leaf: bytes
    hash: bytes
    event: str
    subject: str
    subject_number: int


class _Walk:
    """Goes through the entries in order and collects faults."""

    def __init__(self, head: Head, nodes: Nodes, at: int) -> None:
        self._head, self._nodes, self._at = head, nodes, at
        self._frontier, self._frontier_at = Frontier(), b""
        self._checkpoint = last_checkpoint()
        self._counters: dict[str, int] = {}
        self.faults: list[Fault] = []

    def take(self, entry: _Row) -> bool:
        """Check one entry; return False if one before it is missing."""
        frontier = self._frontier
        if entry.place != frontier.size:
            self.faults.append(Fault(frontier.size, "it is missing"))
            return False
        hashed = leaf_hash(entry.leaf)
        if hashed != entry.hash:
            self.faults.append(Fault(entry.place, "its bytes do not have its hash"))
        if not _fits(entry, self._counters):
            self.faults += _faults_of(entry, self._counters)
        for node in frontier.add(hashed):
            if self._nodes.pop((node.level, node.n), None) != node.hash:
                place = f"the node {node.level}/{node.n} does not fit its entries"
                self.faults.append(Fault(entry.place, place))
        if self._checkpoint and frontier.size == self._checkpoint.size:
            self.faults += _faults_of_checkpoint(self._checkpoint, frontier.root())
        if frontier.size == self._at:
            self._frontier_at = frontier.pack()
        return True

    def end(self) -> None:
        """Compare what was read with the head and the last checkpoint's size."""
        size = self._frontier.size
        reach = Head.objects.filter(pk=1).values("size")
        beyond = Entry.objects.filter(index__gte=Subquery(reach)).order_by("index")
        for index in beyond.values_list("index", flat=True)[:1]:
            reason = "the record's head does not reach it"
            self.faults.append(Fault(index, reason))
        self.faults += _faults_of_head(self._head, self._frontier, self._nodes)
        if self._checkpoint and self._checkpoint.size > size:
            reason = f"a checkpoint signs {self._checkpoint.size} entries"
            self.faults.append(Fault(size, reason))

    def verdict(self) -> Verdict:
        """Return what was found."""
        return Verdict(
            size=self._frontier.size,
            root=self._frontier.root(),
            faults=tuple(self.faults),
            signed=self._checkpoint.size if self._checkpoint else 0,
            frontier_at=self._frontier_at,
        )


def _faults_of_checkpoint(checkpoint: Checkpoint, root: bytes) -> Iterator[Fault]:
    """Compare the signed size and root with the entries that they cover."""
    last = checkpoint.size - 1
    try:
        keys = [
            VerifyingKey.parse(key.vkey) for key in LogKey.objects.order_by("entry")
        ]
        signed = parse_checkpoint(open_note(checkpoint.note, keys))
    except BadNote as error:
        yield Fault(last, f"its checkpoint is not valid ({error})")
        return
    if signed.size != checkpoint.size or signed.root != root:
        yield Fault(last, "the signed root is not that of the entries up to it")


def _fits(entry: _Row, counters: dict[str, int]) -> bool:
    """Return whether an entry is as it should be, and count it for its subject.

    One regular expression a kind of event does it, without parsing: `_faults_of`
    looks closer at what does not match.
    """
    pattern = form(entry.event, entry.subject[:1])
    found = pattern.fullmatch(entry.leaf) if pattern else None
    number = counters.get(entry.subject, 0) + 1
    if (
        found is None
        or found[1] != b"%d" % number
        or found[2] != entry.subject.encode()
        or entry.subject_number != number
    ):
        return False
    counters[entry.subject] = number
    return True


def _faults_of(entry: _Row, counters: dict[str, int]) -> Iterator[Fault]:
    """Find what is wrong in an entry and in its subject's numbering."""
    leaf = bytes(entry.leaf)
    try:
        said = json.loads(leaf)
        event, subject = said["t"], said["subj"]
        check_event(event, subject=subject["r"], public=said["d"], committed=said["c"])
        same = canonical.encode(said) == leaf
    except (ValueError, KeyError, TypeError, EventRefused) as error:
        yield Fault(entry.place, f"it is not an entry of this record ({error})")
        return
    if not same:
        yield Fault(entry.place, "its bytes are not in canonical form")
    stored = (entry.event, entry.subject, entry.subject_number)
    if stored != (event, subject["r"], subject["n"]):
        yield Fault(entry.place, "its columns do not say what its bytes say")
    counters[subject["r"]] = expected = counters.get(subject["r"], 0) + 1
    if subject["n"] != expected:
        yield Fault(
            entry.place, f"event {expected} of its subject is missing before it"
        )


def _faults_of_head(
    head: Head, frontier: Frontier, left_over: dict[tuple[int, int], bytes]
) -> Iterator[Fault]:
    if frontier.size != head.size:
        yield Fault(frontier.size, f"the head says that there are {head.size} entries")
    elif frontier.pack() != bytes(head.frontier):
        yield Fault(head.size - 1, "the head's hashes do not fit the entries")
    for level, n in sorted(left_over):
        yield Fault(n * 256**level, f"the node {level}/{n} stands over no entries")
