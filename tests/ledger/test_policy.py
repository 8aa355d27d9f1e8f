import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentarchive.ledger.merkle.notes import COSIGNATURE, BadNote, SigningKey
from commentarchive.ledger.merkle.witness_policy import BadPolicy, read_policy
from commentarchive.ledger.merkle.witnessing import CosignRequest, read_request

pytestmark = pytest.mark.pure
KEYS = [
    SigningKey(f"w{n}.example", bytes([n] * 32), COSIGNATURE).verifier.vkey
    for n in range(5)
]


def policy(*lines):
    return read_policy("\n".join(lines))


NAMED = tuple(
    f"witness W{n} {vkey} https://w{n}.example/" for n, vkey in enumerate(KEYS)
)


def test_groups_of_groups_agree_by_their_thresholds():
    found = policy(
        "# Ours, and theirs",
        "log archive.example/ledger+2db1d0ad+AfFZVgsCNrpRjYFqYXtVJzXpFrlPyC7y",
        *NAMED,
        "group ours 2 W0 W1 W2",
        "group theirs any W3 W4",
        "\tgroup both all ours  theirs",
        "",
        "quorum both",
    )
    assert found.witnesses["W3"].address == "https://w3.example"
    for agreeing, is_met in (
        ((), False),
        ((0, 1), False),
        ((0, 3), False),
        ((0, 2, 4), True),
        ((3, 4), False),
        (range(5), True),
    ):
        assert found.is_met([KEYS[n] for n in agreeing]) is is_met, agreeing


def test_without_a_quorum_nobody_is_needed():
    assert policy("quorum none").is_met([])
    assert not policy(NAMED[0], "quorum W0").is_met([KEYS[1]])


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ((), "there is no quorum line"),
        (("quorum none", "quorum none"), "line 2: there are two quorum lines"),
        (("quorum W0",), "line 1: W0 is not one of the witnesses"),
        ((NAMED[0], NAMED[0], "quorum none"), "line 2: the name W0 is taken"),
        (
            (NAMED[0], NAMED[0].replace("W0", "W9")),
            "line 2: the key of W9 is given twice",
        ),
        (("witness W0 x+y+z",), "line 1: "),
        (("witness W0",), "line 1: 'witness W0' is not a line"),
        ((NAMED[0].replace("https", "ftp"),), "is not an address on the web"),
        ((*NAMED[:2], "group g 3 W0 W1"), "line 3: 3 of 2 cannot agree"),
        ((*NAMED[:2], "group g 0 W0 W1"), "line 3: 0 of 2 cannot agree"),
        ((*NAMED[:2], "group g many W0 W1"), "line 3: "),
        ((*NAMED[:2], "group g 1 W0 W0"), "line 3: W0 is a member twice"),
        ((*NAMED[:2], "group none 1 W0 W1"), "line 3: the name none is taken"),
        (("nonsense",), "line 1: 'nonsense' is not a line of a policy"),
    ],
)
def test_a_wrong_line_is_named(lines, words):
    with pytest.raises(BadPolicy, match=words):
        policy(*lines)


@given(
    old=st.integers(0, 2**60),
    proof=st.lists(st.binary(min_size=32, max_size=32), max_size=63),
    note=st.text(min_size=1),
)
def test_requests_are_read_as_they_are_written(old, proof, note):
    request = CosignRequest(old=old, proof=proof, note=note)
    assert read_request(request.write()) == request


@pytest.mark.parametrize(
    "body",
    [
        "",
        "old 1",
        "old 01\n\nx",
        "old -1\n\nx",
        "old x\n\nx",
        "new 1\n\nx",
        "old 1\nAAAA\n\nx",
        "old 1\n!\n\nx",
        "old 1\n" + "A" * 43 + "=\n" * 64 + "\n\nx",
    ],
)
def test_what_is_no_request_is_refused(body):
    with pytest.raises(BadNote):
        read_request(body)


def test_a_proof_has_63_hashes_at_most():
    longest = "old 1\n" + ("A" * 43 + "=\n") * 63
    assert len(read_request(f"{longest}\nx").proof) == 63
    with pytest.raises(BadNote, match="the request is not"):
        read_request(f"{longest}{'A' * 43}=\n\nx")
