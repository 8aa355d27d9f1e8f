import gzip
import io
import json

import aics_tlog
import metamorphic_log
import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client

from commentarchive.ledger import triggers
from commentarchive.ledger.append import Statement, append_all
from commentarchive.ledger.merkle.hashing import leaf_hash
from commentarchive.ledger.merkle.notes import parse_checkpoint, split_note
from commentarchive.ledger.merkle.proofs import (
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
    range_root,
)
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.ledger.models import Checkpoint, Entry, LogKey
from commentarchive.ledger.signer import signing
from commentarchive.ledger.tiles import NoTile, subtrees, write_place

pytestmark = pytest.mark.django_db


def add(number):
    made = [
        Statement(event="staff.grant", subject=new_ref("a"), public={"role": "owner"})
        for _time in range(number)
    ]
    with transaction.atomic():
        append_all(made)


@pytest.fixture
def signed(settings, tmp_path):
    """Sign a record of 600 entries, after one of 300."""
    settings.LEDGER_KEY_FILE = tmp_path / "ledger"
    settings.LEDGER_ORIGIN = "archive.example/ledger"
    for size in (300, 600):
        add(size - Entry.objects.count() - (0 if LogKey.objects.exists() else 2))
        with signing(settings.LEDGER_KEY_FILE) as signer:
            signer.sign()
    return Checkpoint.objects.order_by("size")


def vkey():
    return aics_tlog.parse_vkey(LogKey.objects.get().vkey)


def audit(reader, checkpoint):
    """Have aics-tlog check the signature and every entry up to a checkpoint.

    It raises an error at the first tile or entry that does not fit.
    """
    note = aics_tlog.parse_note(checkpoint.note)
    result = aics_tlog.verify_checkpoint(
        note, vkey(), expected_origin="archive.example/ledger"
    )
    assert result.ok
    found = parse_checkpoint(split_note(checkpoint.note)[0])
    report = aics_tlog.audit_tiles(reader, found.size, found.root)
    bundles = -(-found.size // 256)
    assert (report.size, report.bundles) == (checkpoint.size, bundles)


@pytest.fixture
def folder(signed, tmp_path):
    """Export the record as files."""
    folder = tmp_path / "record"
    call_command("export_ledger", folder, stdout=io.StringIO())
    return folder


def test_aics_tlog_verifies_every_entry_of_the_exported_folder(signed, folder):
    audit(aics_tlog.FileSystemTileReader(folder), signed.last())


@pytest.mark.django_db(transaction=True)
def test_aics_tlog_verifies_every_entry_over_http(signed, live_server):
    audit(aics_tlog.HttpTileReader(f"{live_server.url}/ledger"), signed.last())


@pytest.mark.once
def test_aics_tlog_verifies_proofs_of_its_own_making(signed, folder):
    reader = aics_tlog.FileSystemTileReader(folder)
    old, new = (parse_checkpoint(split_note(each.note)[0]) for each in signed)
    for index in (0, 255, 256, new.size - 1):
        leaf = aics_tlog.read_entry(reader, index, new.size)
        assert leaf == bytes(Entry.objects.get(pk=index).leaf)
        proof = aics_tlog.inclusion_proof_from_tiles(reader, index, new.size)
        assert proof == inclusion_proof(index, new.size, subtrees())
        assert aics_tlog.verify_leaf_inclusion(leaf, index, new.size, proof, new.root)
    proof = aics_tlog.consistency_proof_from_tiles(reader, old.size, new.size)
    assert proof == consistency_proof(old.size, new.size, subtrees())


def test_our_proofs_hold_for_us_and_for_metamorphic_log(signed):
    old_note, new_note = (each.note for each in signed)
    old, new = (parse_checkpoint(split_note(note)[0]) for note in (old_note, new_note))
    keys = [LogKey.objects.get().vkey]
    assert range_root(0, new.size, subtrees()) == new.root
    for entry in Entry.objects.filter(index__in=[0, 1, 255, 256, 511, new.size - 1]):
        proof = inclusion_proof(entry.index, new.size, subtrees())
        leaf = bytes(entry.hash)
        check_inclusion(leaf, entry.index, new.size, proof, new.root)
        metamorphic_log.checkpoint_verify_inclusion(
            new_note, keys, entry.index, leaf, proof
        )
    proof = consistency_proof(old.size, new.size, subtrees())
    check_consistency(old.size, old.root, new.size, new.root, proof)
    metamorphic_log.checkpoint_verify_consistency(old_note, new_note, keys, proof)


def flip(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.once
@pytest.mark.parametrize("damage", ["bundle", "tile", "bundle and tile"])
def test_aics_tlog_rejects_doctored_tiles(signed, folder, damage):
    """The third forgery is consistent in itself; only the old signature tells."""
    bundle, tile = folder / "tile/entries/000", folder / "tile/0/000"
    leaf = bytes(Entry.objects.get(pk=7).leaf)
    forged = leaf.replace(b"owner", b"audit")
    assert leaf in bundle.read_bytes()
    if "bundle" in damage:
        bundle.write_bytes(bundle.read_bytes().replace(leaf, forged))
    if damage == "tile":
        flip(tile)
    if damage == "bundle and tile":
        hashes = tile.read_bytes()
        tile.write_bytes(hashes.replace(leaf_hash(leaf), leaf_hash(forged)))
    with pytest.raises(aics_tlog.TileVerificationError):
        audit(aics_tlog.FileSystemTileReader(folder), signed.last())


@pytest.mark.once
def test_both_reject_a_doctored_note_entry_and_index(signed):
    last, key = signed.last(), LogKey.objects.get().vkey
    size = last.size
    forged_note = last.note.replace(f"\n{size}\n", f"\n{size - 1}\n")
    assert not aics_tlog.verify_checkpoint(aics_tlog.parse_note(forged_note), vkey()).ok
    root = parse_checkpoint(split_note(last.note)[0]).root
    proof = inclusion_proof(7, size, subtrees())
    leaf = bytes(Entry.objects.get(pk=7).hash)
    forged = leaf_hash(bytes(Entry.objects.get(pk=7).leaf) + b" ")
    assert aics_tlog.verify_inclusion(leaf, 7, size, proof, root)
    for index, claimed in ((7, forged), (8, leaf)):
        assert not aics_tlog.verify_inclusion(claimed, index, size, proof, root)
        with pytest.raises(metamorphic_log.VerifyError):
            metamorphic_log.checkpoint_verify_inclusion(
                last.note, [key], index, claimed, proof
            )
    with pytest.raises(metamorphic_log.VerifyError):
        metamorphic_log.checkpoint_verify(forged_note, [key])


def test_what_is_served_is_what_is_exported(signed, folder):
    client = Client()
    for path in folder.rglob("*"):
        if path.is_file():
            answer = client.get(f"/ledger/{path.relative_to(folder)}")
            assert answer.status_code == 200, path
            assert answer.content == path.read_bytes()
            assert answer["Access-Control-Allow-Origin"] == "*"
    tile = client.get("/ledger/tile/0/000")
    assert tile["Content-Type"] == "application/octet-stream"
    assert "immutable" in tile["Cache-Control"]
    assert "immutable" not in client.get("/ledger/checkpoint")["Cache-Control"]
    zipped = client.get("/ledger/tile/entries/000", headers={"accept-encoding": "gzip"})
    assert zipped["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.content) == (folder / "tile/entries/000").read_bytes()


def test_an_export_adds_only_what_is_new(signed, folder, settings):
    before = (folder / "tile/0/000").stat().st_mtime_ns
    add(300)
    with signing(settings.LEDGER_KEY_FILE) as signer:
        signer.sign()
    call_command("export_ledger", folder, stdout=io.StringIO())
    assert (folder / "tile/0/000").stat().st_mtime_ns == before
    assert (folder / "tile/0/002").is_file()
    audit(aics_tlog.FileSystemTileReader(folder), signed.last())


def test_nothing_unsigned_and_nothing_malformed_is_given(signed):
    client = Client()
    add(300)
    for place in (
        *("0/002", "0/002.p/89", "entries/002", "entries/002.p/89", "1/000.p/3"),
        *("00/000", "6/000", "x/000", "0/0", "0/0000", "0/x000/000", "0/000.p/0"),
        *("0/000.p/256", "0/000.p/01", "0/000.p/", "0/000/", "0/x1/000", "0/-01"),
        *("entries/1", "entries/", "0/999", "0/x999/x999/x999/x999/x999/999"),
        *("0/٠٠٠", "0/000.p/" + "1" * 5000, "0/" + "x001/" * 2000 + "001"),
    ):
        assert client.get(f"/ledger/tile/{place}").status_code == 404, place
    # Any width up to the signed one is given for good.
    assert client.get("/ledger/tile/0/002.p/5").status_code == 200
    assert client.post("/ledger/checkpoint").status_code == 405


def test_before_the_first_signature_there_is_nothing(client):
    for place in ("checkpoint", "vkey", "tile/0/000"):
        assert client.get(f"/ledger/{place}").status_code == 404
    with pytest.raises(CommandError, match="nothing has been signed yet"):
        call_command("export_ledger", "unused")


def test_places_are_written_as_the_specification_has_them():
    assert write_place(1234067, 256) == "x001/x234/067"
    assert write_place(0, 5) == "000.p/5"


def test_tiles_with_a_hole_are_not_given(signed):
    """Only a database that was edited has one; what is wrong is never served."""
    triggers.remove()
    Entry.objects.filter(index=300).delete()
    triggers.install()
    for tile in ("tile/entries/001", "tile/0/001"):
        assert Client().get(f"/ledger/{tile}").status_code == 404
    assert Client().get("/ledger/tile/0/000").status_code == 200


def test_a_subtree_that_is_not_full_has_no_hash(signed):
    add(600 - Entry.objects.count())
    assert len(subtrees()(3, 592 >> 3)) == 32
    with pytest.raises(NoTile):
        subtrees()(4, 592 >> 4)


def test_the_last_signed_entry_has_a_receipt_and_the_next_has_none(signed):
    size = signed.last().size
    add(1)
    for kind in ("json", "tlog-proof"):
        assert Client().get(f"/ledger/entries/{size - 1}.{kind}").status_code == 200
        assert Client().get(f"/ledger/entries/{size}.{kind}").status_code == 404
    leaf = bytes(Entry.objects.get(pk=size).leaf)
    said = Client().get(f"/ledger/entries/{size}/")
    assert said.status_code == 200
    assert json.loads(leaf)["subj"]["r"] not in said.text
