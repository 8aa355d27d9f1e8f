"""Entries written before the registry gained members: read and verified for ever.

The file holds one entry of each event and grade, as commit 5537c0f wrote them for
its demo, an erasure, a refused one and a blog turned to staff only.
"""

import json
from pathlib import Path

import pytest

from commentarchive.ledger.merkle import verify
from commentarchive.ledger.merkle.canonical import encode
from commentarchive.ledger.merkle.events import check_event
from commentarchive.ledger.merkle.forms import form
from tests.ledger.test_verify import ask, write_record

pytestmark = pytest.mark.pure
LEAVES = (
    (Path(__file__).parent / "fixtures/old_entries.jsonl").read_bytes().splitlines()
)


@pytest.mark.parametrize("leaf", LEAVES)
def test_an_old_entry_is_one_of_the_registry(leaf):
    entry = json.loads(leaf)
    subject = entry["subj"]["r"]
    assert encode(entry) == leaf
    assert form(entry["t"], subject[0]).fullmatch(leaf)
    check_event(entry["t"], subject=subject, public=entry["d"], committed=entry["c"])
    before = {subject: entry["subj"]["n"] - 1}
    assert verify.read_entry(7, leaf, before) == entry


def test_old_and_new_entries_make_one_record(tmp_path):
    """Let new members follow old entries about the same subject."""
    old = next(json.loads(leaf) for leaf in LEAVES if b'"comment.hold"' in leaf)
    old["subj"]["n"] = 1
    new = json.loads(encode(old))
    new["subj"]["n"] = 2
    new["d"] |= {"shown": "A" * 43, "recorder": "moderator", "second": "nobody"}
    new["c"]["override_reason"] = "A" * 43
    record = write_record(tmp_path / "record", [encode(old), encode(new)])
    assert ask(record, "full")[0] == 0


@pytest.mark.parametrize(
    "member",
    [
        {"shown": None},
        {"second": "somebody"},
        {"auto_rule": 0},
        {"override": "liked it"},
        {"praise": True},
    ],
)
def test_what_may_be_left_out_is_never_null_or_free(tmp_path, member):
    old = next(json.loads(leaf) for leaf in LEAVES if b'"comment.hold"' in leaf)
    old["subj"]["n"] = 1
    old["d"] |= member
    code, said = ask(write_record(tmp_path / "record", [encode(old)]), "full")
    assert (code, "what it says" in said) == (1, True)
    assert not form("comment.hold", "c").fullmatch(encode(old))
