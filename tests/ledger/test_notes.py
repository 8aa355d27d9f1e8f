import metamorphic_log
import pytest
from aics_tlog import parse_note, parse_vkey, verify_note
from hypothesis import given
from hypothesis import strategies as st

from commentarchive.ledger.merkle.notes import (
    COSIGNATURE,
    BadNote,
    SigningKey,
    TreeHead,
    VerifyingKey,
    open_note,
    parse_checkpoint,
    split_note,
)

pytestmark = pytest.mark.pure
KEY = SigningKey("archive.example/ledger", bytes(range(32)))
TEXT = TreeHead(KEY.name, 7, b"\x05" * 32).text
NOTE = KEY.sign(TEXT)


def test_what_is_signed_can_be_opened():
    assert open_note(NOTE, [KEY.verifier]) == TEXT
    assert parse_checkpoint(TEXT) == TreeHead(KEY.name, 7, b"\x05" * 32)


def test_keys_are_read_as_they_are_written():
    assert VerifyingKey.parse(KEY.verifier.vkey) == KEY.verifier
    assert SigningKey.parse(KEY.write()) == KEY


def test_other_peoples_verifiers_open_our_notes():
    note = parse_note(NOTE.encode())
    assert verify_note(note, [parse_vkey(KEY.verifier.vkey)])
    head = metamorphic_log.checkpoint_parse(TEXT)
    assert (head.origin, head.size) == (KEY.name, 7)


@given(st.integers(0, len(NOTE) - 1), st.characters(codec="utf-8"))
def test_no_changed_character_goes_unseen(place, char):
    changed = NOTE[:place] + char + NOTE[place + 1 :]
    if changed == NOTE:
        return
    with pytest.raises(BadNote):
        open_note(changed, [KEY.verifier])


def test_unknown_signatures_are_passed_over_and_known_ones_needed():
    stranger = SigningKey(KEY.name, bytes(32))
    both = NOTE + stranger.sign(TEXT).rpartition("\n\n")[2]
    assert len(split_note(both)[1]) == 2
    assert open_note(both, [KEY.verifier]) == TEXT
    with pytest.raises(BadNote, match="none of the known keys"):
        open_note(stranger.sign(TEXT), [KEY.verifier])


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\n"])
def test_names_that_no_key_may_have(name):
    vkey = VerifyingKey(name, KEY.verifier.public).vkey
    with pytest.raises(BadNote):
        VerifyingKey.parse(vkey)


@pytest.mark.parametrize(
    "text", ["", "x", "x+y", "x+00000000+AAAA", KEY.verifier.vkey[:-2], "x+1+é"]
)
def test_broken_keys_are_refused(text):
    with pytest.raises(BadNote):
        VerifyingKey.parse(text)
    with pytest.raises(BadNote):
        SigningKey.parse(f"PRIVATE+KEY+{text}")
    with pytest.raises(BadNote):
        SigningKey.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n1\n",
        "a\n01\nAAAA\n",
        "a\n-1\nAAAA\n",
        "a\n1\nAAAA\n",
        "\n1\n\n",
        f"a\n{'1' * 5000}\n{'A' * 43}=\n",
    ],
)
def test_broken_checkpoints_are_refused(text):
    with pytest.raises(BadNote):
        parse_checkpoint(text)


def test_base64_has_one_form_only():
    """The last character carries bits that mean nothing; they have to be zero."""
    assert NOTE.endswith("=\n")
    place = len(NOTE) - 3
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    other = alphabet[alphabet.index(NOTE[place]) ^ 1]
    with pytest.raises(BadNote, match="its base64 is not as it is written"):
        split_note(NOTE[:place] + other + NOTE[place + 1 :])


def test_a_false_signature_of_a_known_key_is_refused_beside_a_true_one():
    false = KEY.sign(TEXT.replace("7", "8", 1)).rpartition("\n\n")[2]
    with pytest.raises(BadNote, match=f"the signature of {KEY.name} is false"):
        open_note(NOTE + false, [KEY.verifier])


def test_a_key_under_the_id_of_another_is_refused():
    other = SigningKey(KEY.name, bytes(32))
    public = other.verifier.vkey.replace(other.verifier.id.hex(), KEY.verifier.id.hex())
    with pytest.raises(BadNote, match="id does not belong"):
        VerifyingKey.parse(public)
    private = other.write().replace(other.verifier.id.hex(), KEY.verifier.id.hex())
    with pytest.raises(BadNote, match="id does not belong"):
        SigningKey.parse(private)


def test_a_key_of_another_kind_is_refused():
    witness = SigningKey(KEY.name, KEY.seed, COSIGNATURE)
    with pytest.raises(BadNote, match="of the kind that is needed"):
        VerifyingKey.parse(witness.verifier.vkey)
    with pytest.raises(BadNote, match="of the kind that is needed"):
        SigningKey.parse(witness.write())
    assert VerifyingKey.parse(witness.verifier.vkey, COSIGNATURE) == witness.verifier


@pytest.mark.parametrize("size", ["01", "007", "+1", "1 ", "1" * 20])
def test_a_size_has_one_form_only(size):
    with pytest.raises(BadNote, match="size or root"):
        parse_checkpoint(f"a\n{size}\n{'A' * 43}=\n")
