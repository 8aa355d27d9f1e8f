"""Check the stored record from its bytes up: leaves, nodes, head."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from commentarchive.ledger.merkle import canonical
from commentarchive.ledger.merkle.events import EventRefused, check_event
from commentarchive.ledger.merkle.hashing import leaf_hash
from commentarchive.ledger.merkle.tree import Frontier
from commentarchive.ledger.models import Entry, Head, Node


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, and the entry where it shows."""

    index: int
    reason: str

    def __str__(self) -> str:
        return f"entry {self.index}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many entries were read, their root, and what is wrong."""

    size: int
    root: bytes
    faults: tuple[Fault, ...]


def verify(*, most: int = 100) -> Verdict:
    """Read every entry once, in order, and stop after `most` faults."""
    head = Head.objects.filter(pk=1).first()
    frontier = Frontier()
    faults: list[Fault] = []
    if head is None:
        if Entry.objects.exists():
            faults.append(Fault(0, "there are entries, but the record has no head"))
        return Verdict(0, frontier.root(), tuple(faults))
    nodes = {
        (level, n): bytes(value)
        for level, n, value in Node.objects.values_list("level", "n", "hash")
    }
    counters: dict[str, int] = {}
    for entry in Entry.objects.order_by("index").iterator(chunk_size=2000):
        if len(faults) >= most:
            break
        if entry.index >= head.size:
            faults.append(Fault(entry.index, "the record's head does not reach it"))
            continue
        if entry.index != frontier.size:
            faults.append(Fault(frontier.size, "it is missing"))
            break
        faults += _faults_of(entry, counters)
        for node in frontier.add(leaf_hash(bytes(entry.leaf))):
            if nodes.pop((node.level, node.n), None) != node.hash:
                place = f"the node {node.level}/{node.n} does not fit its entries"
                faults.append(Fault(entry.index, place))
    faults += _faults_of_head(head, frontier, nodes) if len(faults) < most else []
    return Verdict(frontier.size, frontier.root(), tuple(faults))


def _faults_of(entry: Entry, counters: dict[str, int]) -> Iterator[Fault]:
    """Name what is wrong in one entry by itself and in its subject's numbering."""
    leaf = bytes(entry.leaf)
    if leaf_hash(leaf) != bytes(entry.hash):
        yield Fault(entry.index, "its bytes do not have its hash")
    try:
        said = json.loads(leaf)
        event, subject = said["t"], said["subj"]
        check_event(event, subject=subject["r"], public=said["d"], committed=said["c"])
        same = canonical.encode(said) == leaf
    except (ValueError, KeyError, TypeError, EventRefused) as error:
        yield Fault(entry.index, f"it is no entry of this record ({error})")
        return
    if not same:
        yield Fault(entry.index, "its bytes are not in canonical form")
    stored = (entry.event, entry.subject, entry.subject_number)
    if stored != (event, subject["r"], subject["n"]):
        yield Fault(entry.index, "its columns do not say what its bytes say")
    counters[subject["r"]] = expected = counters.get(subject["r"], 0) + 1
    if subject["n"] != expected:
        yield Fault(
            entry.index, f"event {expected} of its subject is missing before it"
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
