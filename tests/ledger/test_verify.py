import ast
import io
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from commentarchive.ledger.merkle import events, fields, verify
from commentarchive.ledger.merkle.canonical import encode
from commentarchive.ledger.merkle.frontier import Frontier, root_of
from commentarchive.ledger.merkle.hashing import disclose, leaf_hash
from commentarchive.ledger.merkle.notes import SigningKey, TreeHead
from commentarchive.ledger.merkle.refs import LETTERS, new_ref
from tests.old_pythons import oldest_python

KEY = SigningKey("archive.example/ledger", bytes(range(32)))


def entry(number, **changed):
    """Make an entry of 100 subjects that take turns."""
    committed = {"evidence": disclose("evidence", None).commitment}
    return {
        "actor": {"k": None, "r": "moderator"},
        "c": committed,
        "d": {"grade": "claimed"},
        "id": new_ref("e"),
        "re": [],
        "subj": {
            "k": "gap",
            "n": 1 + number // 100,
            "r": f"g{number % 100:026}".translate(str.maketrans("01", "az"))
            .replace("8", "b")
            .replace("9", "c"),
        },
        "t": "gap.withdrawn",
        "thread": None,
        "ts": "2012-04-01T10:00:00Z",
        "v": 1,
        **changed,
    }


def write_record(folder, leaves, *, key=KEY, hashes=None):
    """Write a record as files, as any program could that follows the specification."""
    hashes = hashes or [leaf_hash(leaf) for leaf in leaves]
    size = len(leaves)
    for start, width, place in verify.tile_names(size):
        path = folder / "tile/entries" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(
            b"".join(
                len(leaf).to_bytes(2) + leaf for leaf in leaves[start : start + width]
            )
        )
    frontier, level, row = Frontier(), 0, hashes
    for each in hashes:
        frontier.add(each)
    while row:
        for start, width, place in verify.tile_names(len(row)):
            path = folder / f"tile/{level}" / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"".join(row[start : start + width]))
        whole = len(row) // 256
        row = [root_of(row[256 * n : 256 * (n + 1)]) for n in range(whole)]
        level += 1
    text = TreeHead(key.name, size, frontier.root()).text
    (folder / "checkpoint").write_text(key.sign(text))
    (folder / "vkey").write_text(f"{KEY.verifier.vkey}\n")
    return folder


@pytest.fixture(scope="module")
def leaves():
    return [encode(entry(number)) for number in range(600)]


@pytest.fixture
def record(tmp_path, leaves):
    return write_record(tmp_path / "record", leaves)


def ask(folder, *what, vkey=None):
    """Run a check; give its exit code and what it prints."""
    printed = io.StringIO()
    stdout, sys.stdout = sys.stdout, printed
    try:
        code = verify.main(
            [*what, str(folder), "--vkey-file", str(vkey or folder / "vkey")]
        )
    finally:
        sys.stdout = stdout
    return code, printed.getvalue()


pure = pytest.mark.pure


@pure
def test_its_table_of_events_is_the_registry():
    def kind(field):
        match field:
            case fields.IfAny():
                return f"~{kind(field.kind)}"
            case fields.Maybe():
                return f"{kind(field.kind)}?"
            case fields.Choice():
                return "|".join(field.words)
            case fields.Number():
                return f"n{field.least}"
            case fields.Ref():
                return f"@{field.letters}"
        return {fields.Flag: "b", fields.Digest: "h", fields.Minute: "m"}[type(field)]

    assert {
        name: (
            event.subjects,
            {member: kind(field) for member, field in event.public.items()},
            " ".join(
                [*event.committed, *(f"~{name}" for name in event.committed_if_any)]
            ),
        )
        for name, event in events.EVENTS.items()
    } == verify.EVENTS
    assert {letter: LETTERS[letter] for letter in verify._SUBJECTS} == verify._SUBJECTS


@pure
def test_a_sound_record_is_true(record, tmp_path, leaves):
    assert ask(record, "checkpoint")[0] == 0
    assert ask(record, "full") == (0, "TRUE: all 600 entries are as they were signed\n")
    code, said = ask(record, "entry", "7")
    assert (code, json.loads(said.removeprefix("TRUE: "))) == (0, json.loads(leaves[7]))
    for size in (0, 1, 255, 256, 599, 600):
        old = write_record(tmp_path / f"old-{size}", leaves[:size]) if size else None
        if old:
            assert ask(record, "extends", str(old / "checkpoint"))[0] == 0


@pure
def test_a_zip_of_the_record_is_read_too(record, tmp_path):
    path = tmp_path / "record.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for each in record.rglob("*"):
            archive.write(each, f"record/{each.relative_to(record)}")
    assert ask(path, "full", vkey=record / "vkey")[0] == 0


@pure
def test_it_is_written_in_the_python_that_it_asks_for():
    source = Path(verify.__file__).read_text()
    assert "needs Python 3.10 or newer" in source
    ast.parse(source, feature_version=(3, 10))


@pure
def test_a_copy_works_alone_in_an_empty_folder(record, tmp_path):
    alone = tmp_path / "alone"
    alone.mkdir()
    copy = shutil.copy(verify.__file__, alone / "check.py")
    command = [oldest_python(), "-I", copy, "full", str(record)]
    done = subprocess.run(
        [*command, "--vkey-file", str(record / "vkey")],
        cwd=alone,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (
        0,
        "TRUE: all 600 entries are as they were signed\n",
    )


@pure
def test_a_disclosure_finds_the_entry_that_committed_to_it(record, tmp_path, leaves):
    said = disclose("evidence", "Somebody says so.")
    changed = entry(600, c={"evidence": said.commitment})
    longer = write_record(tmp_path / "longer", [*leaves, encode(changed)])
    code, answer = ask(longer, "open", said.encoded)
    assert (code, answer) == (
        0,
        'TRUE: entry 600 committed to this evidence: "Somebody says so."\n',
    )
    assert ask(record, "open", said.encoded)[0] == 1
    assert ask(record, "open", "rubbish")[0] == 2


@pure
def test_what_is_missing_is_never_called_true(record):
    for name in ("tile/entries/001", "tile/0/002.p/88", "tile/1/000.p/2", "checkpoint"):
        path = record / name
        data = path.read_bytes()
        path.unlink()
        code, said = ask(record, "full")
        assert (code, said[:12]) == (2, "CANNOT TELL:"), name
        path.write_bytes(data)
    assert ask(record, "entry", "600")[0] == 2
    assert ask(record, "full", vkey=record / "nothing")[0] == 2
    assert ask(record / "nowhere", "full", vkey=record / "vkey")[0] == 2


@pure
@given(st.data())
def test_every_changed_bit_is_found_and_named(tmp_path_factory, leaves, data):
    if not hasattr(test_every_changed_bit_is_found_and_named, "folder"):
        folder = tmp_path_factory.mktemp("bits")
        test_every_changed_bit_is_found_and_named.folder = write_record(folder, leaves)
    folder = test_every_changed_bit_is_found_and_named.folder
    names = sorted(
        path for path in folder.rglob("*") if path.is_file() and path.name != "vkey"
    )
    path = data.draw(st.sampled_from(names))
    before = path.read_bytes()
    bit = data.draw(st.integers(0, 8 * len(before) - 1))
    damaged = bytearray(before)
    damaged[bit // 8] ^= 1 << bit % 8
    path.write_bytes(damaged)
    try:
        code, said = ask(folder, "full")
    finally:
        path.write_bytes(before)
    assert code == 1, (path, bit, said)
    assert any(word in said for word in ("entry", "entries", "checkpoint", "tile"))


@pure
def test_a_forged_history_is_told_by_an_older_note(record, tmp_path, leaves):
    forged = [*leaves]
    forged[7] = encode(entry(7, ts="2012-04-02T10:00:00Z"))
    rewritten = write_record(tmp_path / "rewritten", forged)
    assert ask(rewritten, "full")[0] == 0
    code, said = ask(rewritten, "extends", str(record / "checkpoint"))
    assert (code, "first 600 entries are not those" in said) == (1, True)
    shorter = write_record(tmp_path / "shorter", leaves[:599])
    assert ask(shorter, "extends", str(record / "checkpoint"))[0] == 1
    stranger = SigningKey(KEY.name, bytes(32))
    other = write_record(tmp_path / "other", leaves, key=stranger)
    assert ask(other, "full")[0] == 1


@pure
@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"t": "comment.libel"}, "registry"),
        ({"d": {"grade": "typed words"}}, "what it says"),
        ({"d": {"grade": "claimed", "x": 1}}, "what it says"),
        ({"c": {}}, "commits"),
        ({"c": {"evidence": "in the clear"}}, "commits"),
        ({"ts": "yesterday"}, "time"),
        ({"thread": "https://a.example"}, "reference"),
        ({"actor": {"k": "Hester", "r": "moderator"}}, "actor"),
        ({"extra": 1}, "members"),
        ({"subj": {"k": "gap", "n": 9, "r": "g" + "a" * 26}}, "missing before it"),
    ],
)
def test_entries_that_say_more_than_they_may_are_named(
    tmp_path, leaves, changed, reason
):
    bad = [*leaves[:5], encode(entry(5, **changed)), *leaves[6:]]
    code, said = ask(write_record(tmp_path / "bad", bad), "full")
    assert code == 1
    assert "entry 5:" in said
    assert reason in said


@pure
def test_bytes_that_are_not_canonical_are_named(tmp_path, leaves):
    for leaf in (
        leaves[5].replace(b":", b": ", 1),
        b"{",
        leaves[5][:-1] + b',"v":1.5}',
    ):
        bad = write_record(tmp_path / "bad", [*leaves[:5], leaf, *leaves[6:]])
        code, said = ask(bad, "full")
        assert (code, "entry 5:" in said) == (1, True)


@pytest.mark.django_db(transaction=True)
def test_the_demos_record_is_true_over_http(live_server, demo, settings, tmp_path):
    settings.LEDGER_KEY_FILE = tmp_path / "ledger"
    settings.LEDGER_ORIGIN = "archive.example/ledger"
    call_command("sign_checkpoint", stdout=io.StringIO())
    folder = tmp_path / "record"
    call_command("export_ledger", folder, stdout=io.StringIO())
    for source in (folder, f"{live_server.url}/ledger"):
        code, said = ask(source, "full", vkey=folder / "vkey")
        assert code == 0, said


@pure
@given(st.binary(max_size=60), st.integers(0, 8 * (32 + 64) - 1))
def test_signatures_are_told_by_hand_as_by_the_library(message, bit):
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public = key.public_key().public_bytes_raw()
    signature = key.sign(message)
    assert verify.is_signature_by_hand(public, signature, message)
    damaged = bytearray(public + signature)
    damaged[bit // 8] ^= 1 << bit % 8
    changed = bytes(damaged[:32]), bytes(damaged[32:]), message
    assert not verify.is_signature_by_hand(*changed)
    assert not verify.is_signature(*changed)
    # Of two numbers that are the same point, only the least is a signature.
    scalar = int.from_bytes(signature[32:], "little") + verify._ORDER
    other = signature[:32] + scalar.to_bytes(32, "little")
    assert not verify.is_signature_by_hand(public, other, message)
    assert not verify.is_signature_by_hand(public, signature[:-1], message)
