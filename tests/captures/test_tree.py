import itertools

import pytest

from commentarchive.captures.tree import comment_leaf
from commentarchive.ledger.merkle.canonical import encode
from commentarchive.ledger.merkle.events import STATES
from commentarchive.ledger.merkle.hashing import leaf_hash, new_salts
from commentarchive.ledger.merkle.refs import new_ref

pytestmark = pytest.mark.pure


@pytest.mark.parametrize("state", STATES)
def test_a_comment_s_leaf_is_over_canonical_json(state):
    commitments, parents = ["", *new_salts(1)], ["", new_ref("c")]
    for commitment, parent in itertools.product(commitments, parents):
        words = [new_ref("c"), commitment, state, parent]
        assert comment_leaf(*words) == leaf_hash(encode(words))
