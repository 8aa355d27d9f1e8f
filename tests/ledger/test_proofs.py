import hashlib

import pytest

from commentarchive.ledger.merkle.frontier import root_of
from commentarchive.ledger.merkle.hashing import EMPTY_ROOT, leaf_hash, node_hash
from commentarchive.ledger.merkle.proofs import (
    BadProof,
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
    range_root,
)

pytestmark = pytest.mark.pure
LEAVES = [leaf_hash(str(n).encode()) for n in range(1024)]


def subtrees(height, n, _kept={}):  # noqa: B006  # remembered on purpose
    if height == 0:
        return LEAVES[n]
    if (height, n) not in _kept:
        left, right = (subtrees(height - 1, 2 * n + side) for side in (0, 1))
        _kept[height, n] = node_hash(left, right)
    return _kept[height, n]


def test_roots_of_ranges_are_those_of_the_growing_tree():
    assert range_root(0, 0, subtrees) == EMPTY_ROOT
    for size in range(1, 1025):
        assert range_root(0, size, subtrees) == root_of(LEAVES[:size])


def test_every_leaf_of_every_size_is_shown_to_be_in_the_tree():
    for size in (*range(1, 130), 255, 256, 257, 1000, 1023, 1024):
        root = range_root(0, size, subtrees)
        for index in range(size):
            proof = inclusion_proof(index, size, subtrees)
            check_inclusion(LEAVES[index], index, size, proof, root)


def test_every_size_up_to_1024_has_its_proofs():
    whole = range_root(0, 1024, subtrees)
    for size in range(1, 1025):
        root = range_root(0, size, subtrees)
        check_consistency(
            size, root, 1024, whole, consistency_proof(size, 1024, subtrees)
        )
        for index in {0, size // 2, size - 1}:
            proof = inclusion_proof(index, size, subtrees)
            check_inclusion(LEAVES[index], index, size, proof, root)


def test_every_pair_of_sizes_is_consistent():
    for size in range(1, 70):
        root = range_root(0, size, subtrees)
        for old in range(size + 1):
            proof = consistency_proof(old, size, subtrees)
            check_consistency(old, range_root(0, old, subtrees), size, root, proof)


def test_false_proofs_are_refused():
    size, index = 100, 37
    root = range_root(0, size, subtrees)
    proof = inclusion_proof(index, size, subtrees)
    false = [
        (LEAVES[36], index, size, proof),
        (LEAVES[37], 36, size, proof),
        (LEAVES[37], index, size, proof[:-1]),
        (LEAVES[37], index, size, [*proof, proof[0]]),
        (LEAVES[37], size, size, proof),
    ]
    for n in range(len(proof)):
        damaged = [*proof]
        damaged[n] = hashlib.sha256(proof[n]).digest()
        false.append((LEAVES[37], index, size, damaged))
    for leaf, place, length, steps in false:
        with pytest.raises(BadProof):
            check_inclusion(leaf, place, length, steps, root)


def test_false_histories_are_refused():
    whole = range_root(0, 100, subtrees)
    old_root = range_root(0, 60, subtrees)
    proof = consistency_proof(60, 100, subtrees)
    for case in (
        (60, whole, 100, whole, proof),
        (59, old_root, 100, whole, proof),
        (60, old_root, 100, old_root, proof),
        (60, old_root, 100, whole, proof[:-1]),
        (60, old_root, 100, whole, [*proof, proof[0]]),
        (60, old_root, 100, whole, []),
        (100, old_root, 100, whole, []),
        (101, whole, 100, whole, proof),
    ):
        with pytest.raises(BadProof):
            check_consistency(*case)


def test_no_record_begins_with_a_longer_one():
    """Hashes that would lead to both roots are there: the sizes forbid it."""
    first, second = LEAVES[:2]
    root = node_hash(first, second)
    with pytest.raises(BadProof):
        check_consistency(3, first, 2, root, [first, second])


def test_what_is_not_there_has_no_proof():
    with pytest.raises(IndexError):
        inclusion_proof(5, 5, subtrees)
    with pytest.raises(IndexError):
        consistency_proof(6, 5, subtrees)


def test_a_proof_for_a_tree_of_another_size_is_refused():
    """Whoever signs a size that is not the root's own size proves nothing."""
    for old in range(1, 33):
        for size in range(old + 1, 34):
            root, old_root = (range_root(0, n, subtrees) for n in (size, old))
            proof = consistency_proof(old, size, subtrees)
            for claimed in range(old + 1, 70):
                if way(old - 1, size) == way(old - 1, claimed):
                    continue
                with pytest.raises(BadProof):
                    check_consistency(old, old_root, claimed, root, proof)


def way(index, size):
    """List at which steps from a leaf to the root there is a neighbour, and where."""
    steps, last = [], size - 1
    while last:
        if index & 1:
            steps.append("left")
        elif index < last:
            steps.append("right")
        index, last = index >> 1, last >> 1
    return steps
