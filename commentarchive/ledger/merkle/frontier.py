"""The growing tree: a compact range of complete subtrees (RFC 6962 section 2.1).

A tree of n leaves is stored as the roots of its complete subtrees, largest first: one
hash for each bit that is set in n. Adding a leaf costs one hash on average and log2(n)
at most.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from commentarchive.ledger.merkle.hashing import (
    EMPTY_ROOT,
    hash_pairs,
    node_hash,
)

# C2SP tlog-tiles: a tile is 256 wide, so its root stands 8 levels up.
TILE_HEIGHT = 8
HASH_BYTES = 32


@dataclass(frozen=True, slots=True)
class CompleteSubtree:
    """The root of a complete subtree of 256**level leaves, the n-th of its level."""

    level: int
    n: int
    hash: bytes


class Frontier:
    """What has to be stored of a tree in order to extend it."""

    __slots__ = ("hashes", "size")

    def __init__(self, size: int = 0, packed: bytes = b"") -> None:
        """Take the size and the joined hashes. Raise ValueError if they do not fit."""
        if len(packed) != HASH_BYTES * size.bit_count():
            message = f"a tree of {size} needs {size.bit_count()} hashes"
            raise ValueError(message)
        self.size = size
        self.hashes = [
            packed[start : start + HASH_BYTES]
            for start in range(0, len(packed), HASH_BYTES)
        ]

    def pack(self) -> bytes:
        """Join the hashes, largest subtree first."""
        return b"".join(self.hashes)

    def add(self, leaf: bytes) -> list[CompleteSubtree]:
        """Add a leaf's hash; return the roots of tiles that it completes.

        As in adding 1 to a binary number: while the lowest bit of the size is set, two
        subtrees of equal height are joined and carried to the next bit.
        """
        completed = []
        height, carried = 0, leaf
        while self.size >> height & 1:
            carried = node_hash(self.hashes.pop(), carried)
            height += 1
            if height % TILE_HEIGHT == 0:
                level = height // TILE_HEIGHT
                completed.append(CompleteSubtree(level, self.size >> height, carried))
        self.hashes.append(carried)
        self.size += 1
        return completed

    def root(self) -> bytes:
        """Return the root of the whole tree, 32 bytes."""
        if not self.hashes:
            return EMPTY_ROOT
        root = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            root = node_hash(left, root)
        return root


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Return the root of the tree over leaf hashes in order.

    Level by level: a last one without a neighbour is part of the level above.
    """
    row = list(leaves)
    while len(row) > 1:
        even = len(row) & ~1
        row = hash_pairs(row[:even]) + row[even:]
    return row[0] if row else EMPTY_ROOT
