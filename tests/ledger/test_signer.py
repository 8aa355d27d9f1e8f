import threading
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from commentarchive.ledger import signer as signing_module
from commentarchive.ledger import triggers
from commentarchive.ledger.merkle.notes import (
    SigningKey,
    VerifyingKey,
    open_note,
    parse_checkpoint,
)
from commentarchive.ledger.models import Checkpoint, Entry, Head, LogKey
from commentarchive.ledger.signer import RefusedToSign, signing
from commentarchive.ledger.verification import verify
from tests.ledger.records import add, sign, unguarded

pytestmark = pytest.mark.django_db


def test_signs_what_is_new_and_announces_its_key(key):
    add(3)
    made = sign(key)
    assert key.stat().st_mode & 0o777 == 0o600
    verifier = VerifyingKey.parse(LogKey.objects.get().vkey)
    signed = parse_checkpoint(open_note(made.note, [verifier]))
    assert signed.origin == "archive.example/ledger"
    assert signed.size == Head.objects.get().size == Entry.objects.count()
    assert signed.root == verify().root
    assert "log.key" in Entry.objects.values_list("event", flat=True)
    assert sign(key) is None
    add(300)
    assert sign(key).size == made.size + 300
    assert not verify().faults
    assert verify().signed == made.size + 300


def test_a_lost_note_is_released_again(key):
    add()
    made = sign(key)
    unguarded("DELETE FROM ledger_checkpoint")
    assert sign(key).note == made.note


def test_refuses_an_older_database(key):
    add(5)
    sign(key)
    add(3)
    sign(key)
    triggers.remove()
    size = Entry.objects.count() - 1
    Entry.objects.get(pk=size).delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM ledger_checkpoint")
    from commentarchive.ledger.merkle.frontier import Frontier

    frontier = Frontier()
    for entry in Entry.objects.order_by("index"):
        frontier.add(bytes(entry.hash))
    Head.objects.update(size=size, frontier=frontier.pack())
    triggers.install()
    with pytest.raises(RefusedToSign, match="older database"):
        sign(key)


def test_refuses_another_history(key):
    add(3)
    sign(key)
    state = key.with_suffix(".state")
    text = state.read_text()
    frontier = text.partition('"frontier": "')[2][:8]
    flipped = f"{int(frontier, 16) ^ 1:08x}"
    state.write_text(text.replace(frontier, flipped, 1))
    with pytest.raises(RefusedToSign, match="not those that were signed"):
        sign(key)


@pytest.mark.parametrize("place", [1, 4])
def test_refuses_an_edited_row(key, place):
    add(3)
    sign(key)
    add(2)
    unguarded(
        "UPDATE ledger_entry SET subject_number = subject_number + 1 "
        f'WHERE "index" = {place}'
    )
    with pytest.raises(RefusedToSign, match=f"entry {place}"):
        sign(key)
    assert Checkpoint.objects.count() == 1


def test_refuses_an_edited_row_while_it_watches(key):
    add(3)
    with signing(key) as signer:
        signer.sign()
        add(2)
        last = Entry.objects.order_by("-index").first()
        unguarded(
            f"UPDATE ledger_entry SET hash = (SELECT hash FROM ledger_entry "
            f'WHERE "index" = 0) WHERE "index" = {last.index}'
        )
        with pytest.raises(RefusedToSign, match=f"entry {last.index}"):
            signer.sign()


def test_refuses_a_second_signer(key, tmp_path):
    add()
    sign(key)
    copy = tmp_path / "copy"
    for suffix in ("", ".state"):
        source = key.with_suffix(suffix) if suffix else key
        target = copy.with_suffix(suffix) if suffix else copy
        target.write_bytes(source.read_bytes())
    copy.chmod(0o600)
    add()
    sign(key)
    with pytest.raises(RefusedToSign, match="second one has the same key"):
        sign(copy)
    with (
        signing(key),
        pytest.raises(RefusedToSign, match="another signer is at work"),
        signing(key),
    ):
        pass


def test_refuses_a_clock_that_was_set_back(key, monkeypatch):
    add()
    sign(key)
    add()
    earlier = timezone.now() - timedelta(days=1)
    monkeypatch.setattr(signing_module.timezone, "now", lambda: earlier)
    with pytest.raises(RefusedToSign, match="clock"):
        sign(key)


def test_says_once_a_day_that_it_is_alive(key, monkeypatch):
    add()
    sign(key)
    for days, beats in ((0.5, 0), (1.1, 1), (1.5, 1), (2.2, 2)):
        later = timezone.now() + timedelta(days=days)
        with monkeypatch.context() as patch:
            patch.setattr(signing_module.timezone, "now", lambda later=later: later)
            sign(key)
        assert Entry.objects.filter(event="log.heartbeat").count() == beats


@pytest.mark.parametrize(
    "text", ["", "rubbish", "PRIVATE+KEY+x+00000000+AAAA", "\udcff"]
)
def test_a_broken_key_stops_it_with_a_sentence(key, text):
    add()
    before = Entry.objects.count()
    key.write_bytes(text.encode(errors="surrogateescape"))
    key.chmod(0o600)
    with pytest.raises(CommandError, match="Not signed"):
        call_command("sign_checkpoint")
    assert Entry.objects.count() == before
    assert not key.with_suffix(".state").exists()


def test_a_damaged_key_is_never_quoted(key, capsys):
    add()
    sign(key)
    text = key.read_text().strip()
    # PRIVATE, KEY, name, id, key; the last may hold a plus itself.
    secret = text.split("+", 4)[4][:20]
    assert len(secret) == 20
    for damaged in (f"{text}!", f"{text}A", text[:-3]):
        key.write_text(damaged)
        with pytest.raises(CommandError) as refused:
            call_command("sign_checkpoint")
        assert secret not in str(refused.value)


def test_an_open_key_a_lost_key_and_another_origin_are_refused(key, settings):
    add()
    sign(key)
    key.chmod(0o644)
    with pytest.raises(RefusedToSign, match="chmod 600"):
        sign(key)
    key.chmod(0o600)
    settings.LEDGER_ORIGIN = "elsewhere.example/ledger"
    with pytest.raises(RefusedToSign, match="not of elsewhere"):
        sign(key)
    other = SigningKey("elsewhere.example/ledger", bytes(32))
    key.write_text(other.write())
    key.with_suffix(".state").unlink()
    with pytest.raises(RefusedToSign, match="origin was fixed"):
        sign(key)
    key.unlink()
    with pytest.raises(RefusedToSign, match="put it back"):
        sign(key)


def test_a_new_address_of_the_site_changes_no_origin(key, settings):
    settings.LEDGER_ORIGIN = ""
    settings.BASE_URL = "http://127.0.0.1:8000"
    add()
    sign(key)
    settings.BASE_URL = "https://archive.example"
    add()
    assert sign(key).note.startswith("127.0.0.1/ledger\n")


def test_a_lost_memory_is_refused(key):
    add()
    sign(key)
    key.with_suffix(".state").unlink()
    with pytest.raises(RefusedToSign, match="has lost its memory"):
        sign(key)


def test_damaged_memory_is_refused(key):
    add()
    sign(key)
    key.with_suffix(".state").write_text("{")
    with pytest.raises(RefusedToSign, match="memory is damaged"):
        sign(key)


@pytest.mark.django_db(transaction=True)
def test_verifies_while_the_record_grows(key):
    from django.db import connections

    add()
    stop = threading.Event()

    def grow():
        # A writer that never pauses keeps every other one from SQLite's lock.
        while not stop.wait(0.002):
            add()
        connections.close_all()

    growing = threading.Thread(target=grow)
    growing.start()
    try:
        for _time in range(10):
            assert not verify().faults
            sign(key)
    finally:
        stop.set()
        growing.join()
