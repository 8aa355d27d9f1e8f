"""The record's end after an older backup was put back: never two under one signature."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from commentarchive.actions.blogs import save_blog
from commentarchive.erasure.erase import erase
from commentarchive.ledger import held
from commentarchive.ledger.merkle import verify as stranger
from commentarchive.ledger.models import Checkpoint, Entry, Head, LogKey
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.ledger.record_export import export
from commentarchive.ledger.recovery import CannotRecover, go_on_from_here
from commentarchive.ledger.signer import RefusedToSign, signing
from commentarchive.ledger.verification import verify
from commentarchive.models import Blog, BlogVisibility, Comment, RevisionText
from moderation.actions.decisions import Judgement, decide
from moderation.models import Action, Clause, Decision
from tests import databases
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db(transaction=True)


def sign(settings):
    with signing(settings.LEDGER_KEY_FILE) as signer:
        return signer.sign()


@pytest.fixture
def put_back(transactional_db, by, tmp_path, settings):
    """Be in an archive as it was before some signed entries; return their copy."""
    settings.LEDGER_KEY_FILE = tmp_path / "own" / "ledger"
    load(tmp_path, item(*(comment(n, f"Comment no. {n}.") for n in range(1, 6))))
    sign(settings)
    usual = str(connection.settings_dict["NAME"])
    earlier = databases.copy(usual, "earlier")
    first, *rest = Comment.objects.order_by("source_id")
    rule = Clause.objects.first()
    decide(
        first, Judgement(action=Action.REMOVE, clause=rule, facts="It is rude."), by=by
    )
    erase(rest[0], basis="subject_request")
    load(tmp_path, item(comment(9, "Lost for good."), number=2), name="two.xml")
    blog = Blog.objects.get()
    blog.visibility = BlogVisibility.STAFF
    save_blog(blog, by=by, reason="A quarrel.")
    sign(settings)
    export(tmp_path / "copy")
    with databases.using(earlier):
        held.hold("put back")
        yield tmp_path / "copy"
    databases.drop(earlier)


def test_the_end_is_brought_back_and_hides_what_it_hid(put_back, settings, tmp_path):
    before, signed = Head.objects.get().size, (put_back / "checkpoint").read_text()
    with pytest.raises(RefusedToSign, match="put back"):
        sign(settings)
    with pytest.raises(CannotRecover, match="remembers that it signed"):
        go_on_from_here()
    call_command("recover_record", str(put_back))
    size = int(signed.split("\n")[1])
    assert Checkpoint.objects.get(pk=size).note == signed
    assert verify().faults == ()
    [said] = Entry.objects.filter(event="log.recover")
    assert (said.index, f'"from":{before}' in bytes(said.leaf).decode()) == (size, True)
    # What readers could not see any more when it was lost, they do not see now.
    first, second, *rest = Comment.objects.order_by("source_id")
    assert (first.visibility, second.visibility) == ("held", "erased")
    assert {each.visibility for each in rest} == {"published"}
    assert Blog.objects.get().visibility == "staff"
    assert not RevisionText.objects.filter(plain="Comment no. 2.").exists()
    assert [str(each) for each in reconcile()] == []
    # It goes on from what was signed, and strangers see one record.
    assert sign(settings).size == Head.objects.get().size > size
    export(tmp_path / "later")
    arguments = ["full", str(tmp_path / "later"), "--vkey-file"]
    assert stranger.main([*arguments, str(tmp_path / "later" / "vkey")]) == 0
    note = ["extends", str(put_back / "checkpoint"), str(tmp_path / "later")]
    vkey = str(tmp_path / "later" / "vkey")
    assert stranger.main([*note, "--vkey-file", vkey]) == 0


def test_nothing_is_written_beside_what_was_published(put_back, settings, tmp_path):
    bundle = next((put_back / "tile" / "entries").rglob("*.p/*"))
    bundle.write_bytes(bundle.read_bytes().replace(b"comment", b"commend", 1))
    with pytest.raises(
        CommandError, match=r"Nothing was changed: entry \d+: its bytes"
    ):
        call_command("recover_record", str(put_back))
    bundle.write_bytes(bundle.read_bytes().replace(b"commend", b"comment", 1))
    assert held.reason() == "put back"
    held.let_go()
    load(tmp_path, item(comment(10, "Too early."), number=3), name="three.xml")
    held.hold("put back")
    before = Head.objects.get().size
    with pytest.raises(CommandError, match=r"entry \d+ is not the one that was"):
        call_command("recover_record", str(put_back))
    assert Head.objects.get().size == before
    assert held.reason() == "put back"


def test_what_nobody_has_is_called_lost_under_another_origin(
    put_back, settings, tmp_path
):
    note = tmp_path / "state.txt"
    note.write_bytes((put_back / "checkpoint").read_bytes())
    own = LogKey.objects.get().vkey.partition("+")[0]
    before = Head.objects.get().size
    with pytest.raises(CommandError, match="under another origin"):
        call_command("recover_record", lost=str(note), origin=own)
    call_command("recover_record", lost=str(note), origin="test.example/second")
    said, key = Entry.objects.order_by("index")[before : before + 2]
    assert (said.event, key.event) == ("log.recover", "log.key")
    lost = int(note.read_text().split("\n")[1])
    assert f'"size":{lost}' in bytes(said.leaf).decode()
    assert (tmp_path / "own" / "ledger.lost-1").exists()
    made = sign(settings)
    assert made.note.startswith("test.example/second\n")
    assert verify().faults == ()
    assert [str(each) for each in reconcile()] == []
    export(tmp_path / "later")
    arguments = ["full", str(tmp_path / "later"), "--vkey-file"]
    assert stranger.main([*arguments, str(tmp_path / "later" / "vkey")]) == 0


def test_where_nothing_followed_it_goes_on_and_says_so(
    transactional_db, tmp_path, settings
):
    settings.LEDGER_KEY_FILE = tmp_path / "own" / "ledger"
    load(tmp_path, item(comment(1, "First.")))
    sign(settings)
    held.hold("put back")
    call_command("recover_record", nothing_later=True)
    assert Entry.objects.latest("index").event == "log.recover"
    assert sign(settings).size == Head.objects.get().size
    assert Decision.objects.count() == 0
