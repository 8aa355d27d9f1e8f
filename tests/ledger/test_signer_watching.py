"""A signer that goes on watching compares all that is new before it signs it."""

import errno
from datetime import timedelta

import pytest
from django.utils import timezone

from commentarchive.ledger import signer as signing_module
from commentarchive.ledger import signer_memory
from commentarchive.ledger.merkle.notes import SigningKey
from commentarchive.ledger.models import Checkpoint, Entry, Head, LogKey, Node
from commentarchive.ledger.signer import RefusedToSign, signing
from tests.ledger.records import add, sign, unguarded

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def watching(key):
    """Return a signer that has signed five entries already."""
    add(3)
    with signing(key) as signer:
        assert signer.sign().size == 5
        yield signer


def refuses(signer, reason):
    """Assert that nothing new is signed, now and when it is asked again."""
    for _time in range(2):
        with pytest.raises(RefusedToSign, match=reason):
            signer.sign()
    assert list(Checkpoint.objects.values_list("size", flat=True)) == [5]


def test_signs_on_while_nothing_is_wrong(watching):
    add(300)
    assert watching.sign().size == 305
    assert watching.sign() is None


def test_a_head_whose_hashes_do_not_follow_from_its_entries(watching):
    add(2)
    frontier = bytes(Head.objects.get().frontier)
    damaged = frontier[:-1] + bytes([frontier[-1] ^ 1])
    unguarded("UPDATE ledger_head SET frontier = %s", damaged)
    refuses(watching, "entry 6: the record's head does not fit it")


def test_a_head_that_is_beyond_its_entries(watching):
    add(2)
    unguarded("UPDATE ledger_head SET size = 8")
    refuses(watching, "the record's head does not fit it")


def test_a_node_that_does_not_follow_from_its_entries(watching):
    add(300)
    assert Node.objects.count() == 1
    unguarded(
        "UPDATE ledger_node SET hash ="
        ' (SELECT hash FROM ledger_entry WHERE "index" = 0)'
    )
    refuses(watching, "entry 255: the node above it does not fit")


def test_a_node_that_is_missing(watching):
    add(300)
    unguarded("DELETE FROM ledger_node")
    refuses(watching, "entry 255: the node above it does not fit")


def test_bytes_that_do_not_have_the_rows_hash(watching):
    add(2)
    unguarded('UPDATE ledger_entry SET leaf = hash WHERE "index" = 6')
    refuses(watching, "entry 6: it is not as it was written")


def test_an_entry_that_is_missing(watching):
    add(3)
    unguarded('DELETE FROM ledger_entry WHERE "index" = 6')
    refuses(watching, "entry 7: it is not as it was written")


def test_an_older_database_put_back(watching):
    unguarded("DELETE FROM ledger_checkpoint")
    unguarded("UPDATE ledger_head SET size = 4")
    with pytest.raises(RefusedToSign, match="an older database was put back"):
        watching.sign()
    assert not Checkpoint.objects.exists()


def test_a_clock_set_back(watching, monkeypatch):
    add()
    earlier = timezone.now() - timedelta(minutes=10)
    monkeypatch.setattr(signing_module.timezone, "now", lambda: earlier)
    refuses(watching, "the clock says .*, before the last signature")


def test_a_clock_put_right_by_a_minute(watching, monkeypatch):
    add()
    earlier = timezone.now() - timedelta(minutes=1)
    monkeypatch.setattr(signing_module.timezone, "now", lambda: earlier)
    assert watching.sign().size == 6


def test_a_key_that_the_record_no_longer_knows(watching):
    add()
    unguarded("DELETE FROM ledger_logkey")
    refuses(watching, "does not know the key it was signed with before")
    assert not LogKey.objects.exists()


def test_somebody_else_who_has_signed_further(watching):
    add(2)
    note = SigningKey("archive.example/ledger", bytes(32)).sign("forged\n")
    Checkpoint.objects.create(size=6, note=note, signed_at=timezone.now())
    with pytest.raises(RefusedToSign, match="entry 5 is signed already"):
        watching.sign()
    assert Checkpoint.objects.count() == 2


def test_what_is_signed_is_remembered_before_it_is_published(
    watching, key, monkeypatch
):
    """A crash between the two must not let it sign something else later."""
    add()

    def crash(**_):
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(Checkpoint.objects, "create", crash)
        with pytest.raises(ZeroDivisionError):
            watching.sign()
    assert '"size": 6' in key.with_suffix(".state").read_text()
    assert watching.sign().size == 6


def test_no_heartbeat_follows_an_announced_key_at_once(watching):
    assert watching.sign() is None
    events = list(Entry.objects.order_by("index").values_list("event", flat=True))
    assert events[-1] == "log.key"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_key_that_anybody_else_can_reach_is_refused(key, mode):
    add()
    sign(key)
    key.chmod(mode)
    with pytest.raises(RefusedToSign, match="chmod 600"):
        sign(key)


def test_the_memory_of_another_key_and_one_cut_short_are_refused(key):
    add()
    sign(key)
    state = key.with_suffix(".state")
    whole = state.read_text()
    vkey = SigningKey("archive.example/ledger", bytes(32)).verifier.vkey
    state.write_text(whole.replace(LogKey.objects.get().vkey, vkey))
    with pytest.raises(RefusedToSign, match="this is the memory of another key"):
        sign(key)
    state.write_text(whole.replace('"size": 3', '"size": 7'))
    with pytest.raises(RefusedToSign, match="the signer's memory is damaged"):
        sign(key)


def test_what_cannot_be_remembered_is_not_signed_at_a_second_try_either(
    watching, monkeypatch
):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    add()
    with monkeypatch.context() as patch:
        patch.setattr(signer_memory, "write_private", full)
        for _time in range(2):
            with pytest.raises(OSError, match="No space left"):
                watching.sign()
    assert list(Checkpoint.objects.values_list("size", flat=True)) == [5]
    assert watching.sign().size == 6
