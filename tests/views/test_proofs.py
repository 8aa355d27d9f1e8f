"""What a reader can take home: receipts of entries and proofs of texts."""

import base64
import io
import json
import random

import aics_tlog
import pytest
from django.core.management import call_command
from django.test import Client

from commentarchive.ledger.merkle import verify
from commentarchive.ledger.merkle.notes import parse_checkpoint
from commentarchive.ledger.models import Checkpoint, Entry, LogKey
from commentarchive.models import BlogVisibility, Comment, Manifest
from moderation.models import Decision
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed(settings, tmp_path, demo):
    settings.LEDGER_KEY_FILE = tmp_path / "ledger"
    settings.LEDGER_ORIGIN = "archive.example/ledger"
    call_command("sign_checkpoint", stdout=io.StringIO())
    return Checkpoint.objects.get()


@pytest.fixture
def source(signed, tmp_path):
    call_command("export_ledger", tmp_path / "record", stdout=io.StringIO())
    return tmp_path / "record"


def check(proof, source, tmp_path, capsys):
    """Have the stand-alone verifier check a proof; give its exit code and words."""
    path = tmp_path / "proof.json"
    path.write_text(json.dumps(proof))
    code = verify.main(
        ["open", str(path), str(source), "--vkey-file", str(source / "vkey")]
    )
    return code, capsys.readouterr().out


def test_a_decision_leads_to_a_receipt_that_aics_tlog_accepts(signed):
    decision = Decision.objects.public().first()
    page = Client().get(decision.get_absolute_url()).content.decode()
    address = f"/ledger/entries/{decision.entry_index}/"
    assert f'href="{address}"' in page
    page = Client().get(address).content.decode()
    receipt = f"/ledger/entries/{decision.entry_index}.tlog-proof"
    assert receipt in page
    answer = Client().get(receipt)
    assert ".tlog-proof" in answer["Content-Disposition"]
    name, index, *hashes = answer.text.partition("\n\n")[0].split("\n")
    assert (name, index) == ("c2sp.org/tlog-proof@v1", f"index {decision.entry_index}")
    note = aics_tlog.parse_note(answer.text.partition("\n\n")[2])
    key = aics_tlog.parse_vkey(LogKey.objects.get().vkey)
    result = aics_tlog.verify_checkpoint(
        note, key, expected_origin="archive.example/ledger"
    )
    assert result.ok
    leaf = Client().get(f"/ledger/entries/{decision.entry_index}.json").content
    head = parse_checkpoint(note.text)
    proof = [base64.b64decode(each) for each in hashes]
    for data, holds in ((leaf, True), (leaf + b" ", False)):
        found = aics_tlog.verify_leaf_inclusion(
            data, decision.entry_index, head.size, proof, head.root
        )
        assert bool(found) is holds


def test_what_is_not_signed_has_a_page_and_no_receipt(signed, alice):
    index = Entry.objects.order_by("-index").first().index
    assert index >= signed.size
    page = Client().get(f"/ledger/entries/{index}/")
    assert "not signed yet" in page.text
    assert "staff.grant" not in page.text
    for address in (
        *(f"/ledger/entries/{index}.json", f"/ledger/entries/{index}.tlog-proof"),
        *("/ledger/entries/999999/", "/ledger/entries/999999.tlog-proof"),
    ):
        assert Client().get(address).status_code == 404, address


def test_every_published_text_of_the_demo_can_be_proved(
    signed, source, tmp_path, capsys
):
    shown = list(Comment.objects.shown())
    assert shown
    for each in random.sample(shown, 12):
        page = Client().get(each.get_absolute_url()).text
        address = f"/comments/{each.ref}/proof.json"
        assert f'href="{address}"' in page
        code, words = check(Client().get(address).json(), source, tmp_path, capsys)
        assert code == 0, words
        raw = each.current_revision.text.raw
        assert json.dumps(raw, ensure_ascii=False) in words


def test_a_copy_without_stored_leaves_is_proved_as_well(
    signed, source, tmp_path, capsys
):
    from commentarchive.ledger import triggers

    one = Comment.objects.shown().first()
    expected = Client().get(f"/comments/{one.ref}/proof.json").json()
    triggers.remove()
    Manifest.objects.update(leaf=b"")
    triggers.install()
    assert Client().get(f"/comments/{one.ref}/proof.json").json() == expected


def test_every_part_of_a_proof_is_held_to_account(signed, source, tmp_path, capsys):
    one = Comment.objects.shown().exclude(parent=None).first()
    address = f"/comments/{one.ref}/proof.json"
    other = Comment.objects.shown().exclude(pk=one.pk).first()
    another = Client().get(f"/comments/{other.ref}/proof.json").json()
    for damage in (
        lambda proof: proof.update(disclosure=another["disclosure"]),
        lambda proof: proof["comment"]["leaf"].__setitem__(0, other.ref),
        lambda proof: proof["comment"]["leaf"].__setitem__(2, "held"),
        lambda proof: proof["comment"].update(index=proof["comment"]["size"] - 1),
        lambda proof: proof["comment"]["proof"].pop(),
        lambda proof: proof["article"]["leaf"].__setitem__(2, "draft"),
        lambda proof: proof["article"]["proof"].reverse(),
        lambda proof: proof["article"].update(size=0),
        lambda proof: proof["comment"]["proof"].append("A" * 43),
    ):
        proof = Client().get(address).json()
        damage(proof)
        code, words = check(proof, source, tmp_path, capsys)
        assert code == 1, words
    nested = json.loads("[" * 900 + "]" * 900)
    for rubbish in (
        {},
        [],
        {"disclosure": 1, "comment": {}, "article": {}},
        "x",
        nested,
    ):
        assert check(rubbish, source, tmp_path, capsys)[0] == 2


def test_a_texts_disclosure_alone_tells_nothing(signed, source, capsys):
    one = Comment.objects.shown().first()
    disclosure = Client().get(f"/comments/{one.ref}/proof.json").json()["disclosure"]
    code = verify.main(
        ["open", disclosure, str(source), "--vkey-file", str(source / "vkey")]
    )
    assert code == 2
    assert "by the file of its proof" in capsys.readouterr().out


def test_no_proof_of_what_is_not_shown(signed, settings):
    hidden = Comment.objects.public().exclude(visibility="published").first()
    assert "Proof of this text" not in Client().get(hidden.get_absolute_url()).text
    assert Client().get(f"/comments/{hidden.ref}/proof.json").status_code == 404
    one = Comment.objects.shown().first()
    settings.TEXT_PROOFS = False
    assert "Proof of this text" not in Client().get(one.get_absolute_url()).text
    assert Client().get(f"/comments/{one.ref}/proof.json").status_code == 404
    settings.TEXT_PROOFS = True
    one.post.blog.visibility = BlogVisibility.STAFF
    one.post.blog.save()
    assert Client().get(f"/comments/{one.ref}/proof.json").status_code == 404


def test_no_proof_before_the_copy_is_signed(signed, tmp_path):
    load(tmp_path, item(comment(1)), blog_slug="late")
    late = Comment.objects.get(post__blog__slug="late")
    assert Client().get(f"/comments/{late.ref}/proof.json").status_code == 404
