"""Each kind of damage to the stored record is named with the entry where it shows."""

import pytest
from django.db import connection, transaction
from django.utils import timezone

from commentarchive.ledger import triggers
from commentarchive.ledger.append import append_all, read_leaf
from commentarchive.ledger.merkle.canonical import encode
from commentarchive.ledger.merkle.frontier import Frontier
from commentarchive.ledger.merkle.hashing import leaf_hash
from commentarchive.ledger.merkle.notes import SigningKey, TreeHead
from commentarchive.ledger.models import Checkpoint, Entry, Head, LogKey
from commentarchive.ledger.verification import verify
from tests.ledger.records import add, grant, sign, unguarded

pytestmark = pytest.mark.django_db
KEY = SigningKey("archive.example/ledger", bytes(32))


def faults():
    return [str(fault) for fault in verify().faults]


@pytest.fixture
def record():
    """Append entry 0 and six more; the last two are about one person."""
    with transaction.atomic():
        twice = grant()
        append_all([grant(), grant(), grant(), grant(), twice, twice])


@pytest.fixture
def signed(record):
    """Sign all seven with a key that the record knows."""
    entry = Entry.objects.get(pk=6)
    LogKey.objects.create(vkey=KEY.verifier.vkey, entry=entry)
    return checkpoint(7, root())


def root(size=7):
    frontier = Frontier()
    for entry in Entry.objects.filter(index__lt=size).order_by("index"):
        frontier.add(bytes(entry.hash))
    return frontier.root()


def checkpoint(size, signed_root, *, key=KEY, stored_size=None):
    note = key.sign(TreeHead(KEY.name, size, signed_root).text)
    return Checkpoint.objects.create(
        size=stored_size or size, note=note, signed_at=timezone.now()
    )


def forge(index, **changed):
    """Rewrite an entry with its hash and the head, as a careful forger would."""
    entry = Entry.objects.get(pk=index)
    leaf = encode({**read_leaf(bytes(entry.leaf)), **changed})
    rewrite(index, leaf)


def rewrite(index, leaf):
    unguarded(
        'UPDATE ledger_entry SET leaf = %s, hash = %s WHERE "index" = %s',
        *(leaf, leaf_hash(leaf), index),
    )
    frontier = Frontier()
    for entry in Entry.objects.order_by("index"):
        frontier.add(bytes(entry.hash))
    unguarded("UPDATE ledger_head SET frontier = %s", frontier.pack())


def test_a_record_as_it_was_written_has_no_fault(signed):
    verdict = verify()
    assert (verdict.size, verdict.signed, verdict.faults) == (7, 7, ())
    assert verdict.root == root()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("subject", "a" * 27),
        ("event", "staff.revoke"),
        ("event", "staff.praise"),
        ("subject_number", 7),
    ],
)
def test_columns_that_do_not_say_what_the_bytes_say(record, column, value):
    unguarded(f'UPDATE ledger_entry SET {column} = %s WHERE "index" = 3', value)
    assert faults() == ["entry 3: its columns do not say what its bytes say"]


def test_bytes_without_their_hash(record):
    unguarded(
        'UPDATE ledger_entry SET hash = %s WHERE "index" = 3', leaf_hash(b"other")
    )
    assert "entry 3: its bytes do not have its hash" in faults()


def test_bytes_that_are_not_canonical(record):
    leaf = bytes(Entry.objects.get(pk=3).leaf)
    rewrite(3, leaf.replace(b"{", b"{ ", 1))
    assert faults() == ["entry 3: its bytes are not in canonical form"]


@pytest.mark.parametrize("leaf", [b"", b"{", b"[]", b"null", b'{"t":"staff.grant"}'])
def test_bytes_that_are_no_entry(record, leaf):
    rewrite(3, leaf)
    [fault] = faults()
    assert fault.startswith("entry 3: it is not an entry of this record")


def test_an_event_of_a_subject_that_is_left_out(record):
    entry = read_leaf(bytes(Entry.objects.get(pk=6).leaf))
    forge(6, subj={**entry["subj"], "n": 3})
    unguarded('UPDATE ledger_entry SET subject_number = 3 WHERE "index" = 6')
    assert faults() == ["entry 6: event 2 of its subject is missing before it"]


def test_bytes_that_number_an_event_otherwise_than_its_column(record):
    entry = read_leaf(bytes(Entry.objects.get(pk=6).leaf))
    forge(6, subj={**entry["subj"], "n": 3})
    assert "entry 6: its columns do not say what its bytes say" in faults()


def test_a_careful_forgery_contradicts_the_signed_root(signed):
    forge(3, ts="2001-01-01T00:00:00Z")
    assert faults() == ["entry 6: the signed root is not that of the entries up to it"]


def test_a_checkpoint_of_another_size_than_its_note(record):
    LogKey.objects.create(vkey=KEY.verifier.vkey, entry=Entry.objects.get(pk=6))
    checkpoint(6, root(7), stored_size=7)
    assert faults() == ["entry 6: the signed root is not that of the entries up to it"]


def test_a_checkpoint_that_no_known_key_has_signed(signed):
    stranger = SigningKey(KEY.name, bytes([1] * 32))
    unguarded("DELETE FROM ledger_checkpoint")
    checkpoint(7, root(), key=stranger)
    assert faults() == [
        "entry 6: its checkpoint is not valid (none of the known keys has signed it)"
    ]


def test_a_checkpoint_that_signs_more_than_there_is(signed):
    checkpoint(9, root())
    assert faults() == ["entry 7: a checkpoint signs 9 entries"]


def test_an_entry_beyond_the_head(record):
    frontier = Frontier()
    for entry in Entry.objects.filter(index__lt=6).order_by("index"):
        frontier.add(bytes(entry.hash))
    unguarded("UPDATE ledger_head SET size = 6, frontier = %s", frontier.pack())
    assert faults() == ["entry 6: the record's head does not reach it"]


def test_entries_without_a_head(record):
    triggers.remove()
    Head.objects.all().delete()
    triggers.install()
    assert faults() == ["entry 0: there are entries, but the record has no head"]


def test_an_empty_record_has_no_fault():
    assert (verify().size, faults()) == (0, [])


def test_nodes_that_are_wrong_missing_or_too_many():
    add(300)
    place = "the node 1/0 does not fit its entries"
    with transaction.atomic():
        unguarded("UPDATE ledger_node SET hash = %s", leaf_hash(b"other"))
        assert faults() == [f"entry 255: {place}"]
        transaction.set_rollback(True)
    with transaction.atomic():
        unguarded("DELETE FROM ledger_node")
        assert faults() == [f"entry 255: {place}"]
        transaction.set_rollback(True)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_node (level, n, hash) VALUES (1, 1, %s)",
            [leaf_hash(b"other")],
        )
    assert faults() == ["entry 256: the node 1/1 stands over no entries"]


def test_stops_after_the_most_that_is_asked_for(record):
    unguarded("UPDATE ledger_entry SET event = 'staff.praise'")
    assert len(verify(most=3).faults) == 3
    assert len(verify().faults) > 6


def test_finds_the_frontier_of_an_earlier_size(record, key):
    frontier = Frontier()
    for entry in Entry.objects.filter(index__lt=5).order_by("index"):
        frontier.add(bytes(entry.hash))
    assert verify(at=5).frontier_at == frontier.pack()
    assert sign(key).size == 8
