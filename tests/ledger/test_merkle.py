import base64
import hashlib

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from commentarchive.ledger.merkle import canonical
from commentarchive.ledger.merkle.events import EVENTS, EventRefused, check_event
from commentarchive.ledger.merkle.frontier import Frontier, root_of
from commentarchive.ledger.merkle.hashing import (
    base64url,
    commit_text,
    commit_texts,
    leaf_hash,
    new_salts,
    node_hash,
)
from commentarchive.ledger.merkle.refs import is_ref, new_ref, new_refs

pytestmark = pytest.mark.pure

# The eight leaves and roots that Certificate Transparency's own tests use.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def slow_root(leaves):
    """RFC 6962 section 2.1, as it is written there."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return node_hash(slow_root(leaves[:split]), slow_root(leaves[split:]))


@pytest.mark.parametrize("size", ROOTS)
def test_gives_the_published_roots(size):
    assert root_of(map(leaf_hash, LEAVES[:size])).hex() == ROOTS[size]


@given(st.lists(st.binary(max_size=8), max_size=600))
def test_agrees_with_the_definition_at_every_size(data):
    leaves = [leaf_hash(each) for each in data]
    assert root_of(leaves) == slow_root(leaves)


def test_a_frontier_survives_packing_and_names_completed_tiles():
    frontier, nodes = Frontier(), []
    leaves = [leaf_hash(str(n).encode()) for n in range(70_000)]
    for leaf in leaves:
        nodes += frontier.add(leaf)
        if frontier.size % 9_999 == 0:
            frontier = Frontier(frontier.size, frontier.pack())
    assert frontier.root() == slow_root(leaves)
    assert len(nodes) == 70_000 // 256 + 70_000 // 65_536
    assert nodes[0].hash == slow_root(leaves[:256])


def test_the_published_disclosure_gives_the_published_digest():
    # RFC 9901 section 4.2.3: the digest of the disclosed given name.
    encoded = "WyIyR0xDNDJzS1F2ZUNmR2ZyeU5STjl3IiwgImdpdmVuX25hbWUiLCAiSm9obiJd"
    digest = base64url(hashlib.sha256(encoded.encode()).digest())
    assert digest == "jsu9yVulwQQlhFlM_3JlzMaSFzglhQG0DpfayQwLUK4"


@given(st.lists(st.text(st.characters(codec="utf-8")), max_size=5))
def test_strings_are_encoded_as_the_library_does(strings):
    assert canonical.encode_strings(strings) == rfc8785.dumps(strings)


@pytest.mark.parametrize("value", [1.5, {"a": [0.0]}, "\ud800", {"a": "x" * 70_000}])
def test_refuses_what_has_no_place_in_an_entry(value):
    with pytest.raises(canonical.NotCanonical):
        canonical.encode(value)


def test_references_are_random_and_typed():
    refs = new_refs("c", 1000)
    assert len(set(refs)) == 1000
    assert all(is_ref(ref, "c") and len(ref) == 27 for ref in refs)
    assert not is_ref(new_ref("p"), "c")
    with pytest.raises(KeyError):
        new_ref("z")


def test_the_registry_refuses_words_and_strangers():
    actor = new_ref("a")
    check_event("staff.grant", subject=actor, public={"role": "owner"}, committed={})
    for event, subject, public in (
        ("staff.grant", actor, {"role": "a word that somebody typed"}),
        ("staff.grant", new_ref("c"), {"role": "owner"}),
        ("staff.grant", actor, {"role": "owner", "more": 1}),
        ("staff.grant", actor, {}),
        ("staff.praise", actor, {"role": "owner"}),
    ):
        with pytest.raises(EventRefused):
            check_event(event, subject=subject, public=public, committed={})
    assert {name.split(".")[0] for name in EVENTS} >= {
        "log",
        "archive",
        "comment",
        "ban",
    }


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=5))
def test_many_texts_are_committed_to_as_one_is(texts):
    salts = new_salts(len(texts))
    expected = [
        commit_text(text, salt) for text, salt in zip(texts, salts, strict=True)
    ]
    assert commit_texts(texts, salts) == expected


def test_salts_drawn_together_are_256_bits_each():
    salts = new_salts(500)
    assert len(set(salts)) == len(salts)
    for salt in salts:
        data = base64.urlsafe_b64decode(salt + "=")
        assert len(data) == 32
        assert base64url(data) == salt


def test_a_text_with_a_lone_surrogate_cannot_be_committed_to():
    with pytest.raises(canonical.NotCanonical):
        commit_texts(["\ud800"], new_salts(1))


def test_an_entry_has_65535_bytes_at_most():
    """Bundles write the length of an entry in two bytes."""
    longest = canonical.encode("x" * 65_533)
    assert len(longest) == 65_535
    with pytest.raises(canonical.NotCanonical, match="65536 bytes are more"):
        canonical.encode("x" * 65_534)


@pytest.mark.parametrize(("size", "hashes"), [(0, 1), (3, 1), (3, 3), (4, 2), (4, 0)])
def test_a_frontier_of_another_size_is_refused(size, hashes):
    with pytest.raises(ValueError, match=f"a tree of {size} needs"):
        Frontier(size, bytes(32) * hashes)
    with pytest.raises(ValueError, match="needs"):
        Frontier(3, bytes(63))
