"""Proofs over the tree: inclusion and consistency (RFC 6962 section 2.1, RFC 9162).

Made from any source of subtree hashes, checked by the iterative algorithms of RFC 9162
sections 2.1.3.2 and 2.1.4.2.
"""

from collections.abc import Callable, Sequence

from commentarchive.ledger.merkle.hashing import EMPTY_ROOT, hash_pairs, node_hash

# (height, n) -> the root of the complete subtree of 2**height leaves, the n-th.
type Subtrees = Callable[[int, int], bytes]


class BadProof(ValueError):
    """The proof does not lead to the root."""


def subtrees_of(leaves: Sequence[bytes]) -> Subtrees:
    """Return the subtrees of a tree whose leaf hashes are all in memory."""
    levels = [list(leaves)]
    while len(below := levels[-1]) > 1:
        levels.append(hash_pairs(below[: len(below) & ~1]))
    return lambda height, n: levels[height][n]


def range_root(start: int, end: int, subtrees: Subtrees) -> bytes:
    """Return the root over the leaves from `start` to before `end`.

    Both have to bound a subtree of RFC 6962's tree: `start` is a multiple of the
    largest power of two below the length.
    """
    if start == end:
        return EMPTY_ROOT
    parts = []
    while start < end:
        height = (end - start).bit_length() - 1
        parts.append(subtrees(height, start >> height))
        start += 1 << height
    root = parts.pop()
    while parts:
        root = node_hash(parts.pop(), root)
    return root


def inclusion_proof(index: int, size: int, subtrees: Subtrees) -> list[bytes]:
    """Return the hashes that lead from a leaf to the root of a tree of `size`.

    Raise IndexError for a leaf that is not in it.
    """
    if not 0 <= index < size:
        message = f"there is no entry {index} among {size}"
        raise IndexError(message)
    proof = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(range_root(middle, end, subtrees))
            end = middle
        else:
            proof.append(range_root(start, middle, subtrees))
            start = middle
    return proof[::-1]


def consistency_proof(old: int, size: int, subtrees: Subtrees) -> list[bytes]:
    """Return the hashes that prove a tree of `size` to begin with one of `old`.

    Goes down from the root towards the last leaf of the old tree, noting the other
    half at each step. Raise IndexError if `old` is above `size`.
    """
    if not 0 <= old <= size:
        message = f"a record of {size} entries cannot begin with {old}"
        raise IndexError(message)
    if old in {0, size}:
        return []
    proof = []
    start, end = 0, size
    is_whole = True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            proof.append(range_root(middle, end, subtrees))
            end = middle
        else:
            proof.append(range_root(start, middle, subtrees))
            start, is_whole = middle, False
    if not is_whole:
        proof.append(range_root(start, end, subtrees))
    return proof[::-1]


def check_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Verify an inclusion proof (RFC 9162 section 2.1.3.2). Raise BadProof."""
    if not 0 <= index < size:
        message = f"there is no entry {index} among {size}"
        raise BadProof(message)
    place, last, found = index, size - 1, leaf
    for each in proof:
        if last == 0:
            message = "the proof is too long"
            raise BadProof(message)
        if place & 1 or place == last:
            found = node_hash(each, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, each)
        place, last = place >> 1, last >> 1
    if last or found != root:
        message = f"entry {index} is not shown to be in the record"
        raise BadProof(message)


def check_consistency(
    old: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]
) -> None:
    """Verify a consistency proof (RFC 9162 section 2.1.4.2). Raise BadProof."""
    if old == size:
        if proof or old_root != root:
            message = "two records of one size differ"
            raise BadProof(message)
        return
    if old == 0 and not proof:
        return
    if not 0 < old < size or not proof:
        message = f"a record of {size} entries is not shown to begin with {old}"
        raise BadProof(message)
    is_whole = old & (old - 1) == 0
    hashes = [old_root, *proof] if is_whole else list(proof)
    if _both_roots(old, size, hashes) != (old_root, root):
        message = "the record does not begin with what was signed before"
        raise BadProof(message)


def _both_roots(old: int, size: int, hashes: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Compute both roots on the way up from the last leaf of the older tree."""
    place, last = old - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    found_old = found = hashes[0]
    for each in hashes[1:]:
        if last == 0:
            message = "the proof is too long"
            raise BadProof(message)
        if place & 1 or place == last:
            found_old, found = node_hash(each, found_old), node_hash(each, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, each)
        place, last = place >> 1, last >> 1
    if last:
        message = "the proof is too short"
        raise BadProof(message)
    return found_old, found


def _split(length: int) -> int:
    """Return the largest power of two below a length of at least 2."""
    return 1 << ((length - 1).bit_length() - 1)
