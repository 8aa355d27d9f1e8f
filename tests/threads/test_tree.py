import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentarchive.threads.tree import reading_order

pytestmark = pytest.mark.pure


@given(st.lists(st.integers(-1, 30), max_size=30))
def test_every_comment_comes_out_once_and_after_its_parent(parents):
    tree = {n: (p if p >= 0 else None) for n, p in enumerate(parents)}
    order = reading_order(tree, {n: (n,) for n in tree})
    keys = [place.key for place in order.places]
    assert sorted(keys) == sorted(tree)
    at = {key: n for n, key in enumerate(keys)}
    depth = {place.key: place.depth for place in order.places}
    for key, parent in tree.items():
        if parent in tree and key not in order.cut:
            assert at[parent] < at[key]
            assert depth[key] == depth[parent] + 1
        else:
            assert depth[key] == 0


@pytest.mark.parametrize("shape", ["chain", "flat", "rings"])
def test_fifty_thousand_comments_of_any_shape(shape):
    tree = {
        "chain": {n: n - 1 if n else None for n in range(50_000)},
        "flat": dict.fromkeys(range(50_000)),
        "rings": {n: n ^ 1 for n in range(50_000)},
    }[shape]
    order = reading_order(tree, {n: (n,) for n in tree})
    assert len(order.places) == 50_000
    assert len(order.cut) == (25_000 if shape == "rings" else 0)
