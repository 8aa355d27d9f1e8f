"""`sign_checkpoint` signs once or goes on, and says in a sentence why it does not."""

import errno
import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from commentarchive.ledger import signer, signer_memory
from commentarchive.ledger.management.commands import sign_checkpoint
from commentarchive.ledger.models import Checkpoint, Entry
from commentarchive.ledger.signer import RecordSigner
from commentarchive.ledger.signer_trouble import note_success, note_trouble, trouble
from tests.ledger.records import add, sign, unguarded

pytestmark = pytest.mark.django_db


def run(**options):
    out, errors = io.StringIO(), io.StringIO()
    call_command("sign_checkpoint", stdout=out, stderr=errors, **options)
    return out.getvalue(), errors.getvalue()


@pytest.fixture
def naps(monkeypatch):
    """Let each pause of a watch do the next thing of a list; then end it."""
    todo = []

    def nap(_seconds):
        if not todo:
            raise KeyboardInterrupt
        todo.pop(0)()

    monkeypatch.setattr(sign_checkpoint.time, "sleep", nap)
    monkeypatch.setattr(sign_checkpoint, "close_old_connections", lambda: None)
    return todo


def test_says_how_many_entries_are_signed_and_nothing_where_none_are_new(key):
    add()
    assert run() == ("Signed 3 entries.\n", "")
    assert run() == ("", "")


def test_an_empty_record_is_begun_and_signed(key):
    assert run() == ("Signed 2 entries.\n", "")
    assert list(Entry.objects.order_by("index").values_list("event", flat=True)) == [
        "log.genesis",
        "log.key",
    ]


def test_goes_on_until_it_is_stopped(key, naps):
    add()
    naps += [add, lambda: None, lambda: add(2)]
    said, wrong = run(watch=1)
    assert said == "Signed 3 entries.\nSigned 4 entries.\nSigned 6 entries.\n"
    assert wrong == ""


def test_goes_on_after_a_busy_database(key, naps, monkeypatch):
    add()
    faults = iter([None, OperationalError("database is locked"), None])

    def beat(*_):
        if fault := next(faults):
            raise fault

    monkeypatch.setattr(RecordSigner, "_beat", beat)
    naps += [add, add]
    said, wrong = run(watch=1)
    assert said == "Signed 3 entries.\nSigned 5 entries.\n"
    assert wrong.startswith("Not signed just now: the database is busy with other work")
    assert trouble() is None


def test_a_watch_goes_on_where_the_record_was_changed_and_pages_say_so(key, naps):
    """What was wrong may be put right, and then it signs again by itself."""
    told = []

    def change():
        add()
        unguarded('UPDATE ledger_entry SET leaf = hash WHERE "index" = 3')

    def look():
        told.append(trouble())
        for address in ("/ledger/", "/ledger/entries/1/"):
            body = Client().get(address).content.decode()
            assert "Nothing new is signed at the moment" in body
            assert "entry 3: it is not as it was written" in body

    add()
    naps += [change, look]
    _said, wrong = run(watch=1)
    assert wrong.count("Not signed just now: entry 3: ") == 2
    assert Checkpoint.objects.count() == 1
    assert told[0].reason == "entry 3: it is not as it was written"


def test_a_clock_put_right_is_signed_by_again(key, naps, monkeypatch):
    real, told = timezone.now, []

    def set_back():
        add()
        earlier = real() - timedelta(days=1)
        monkeypatch.setattr(signer.timezone, "now", lambda: earlier)

    def put_right():
        told.append(trouble())
        monkeypatch.setattr(signer.timezone, "now", real)

    add()
    naps += [set_back, lambda: told.append(trouble()), put_right]
    said, wrong = run(watch=1)
    assert said == "Signed 3 entries.\nSigned 4 entries.\n"
    assert wrong.count("before the last signature") == 2
    # Both tries speak of one trouble, and since when.
    assert told[0] == told[1]
    assert trouble() is None
    assert "Nothing new is signed" not in Client().get("/ledger/").content.decode()


def test_a_full_disk_signs_nothing_and_goes_on(key, naps, monkeypatch):
    """What cannot be remembered is not signed, whatever a second try finds."""
    real = signer_memory.write_private

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device", "ledger.state")

    def fill():
        add()
        monkeypatch.setattr(signer_memory, "write_private", full)

    def free():
        assert Checkpoint.objects.count() == 1
        assert trouble().reason == "the disk of this server is full"
        monkeypatch.setattr(signer_memory, "write_private", real)

    add()
    naps += [fill, lambda: None, free]
    said, _wrong = run(watch=1)
    assert said == "Signed 3 entries.\nSigned 4 entries.\n"
    assert trouble() is None


def test_pauses_grow_while_it_is_wrong_and_are_short_again_after(key, monkeypatch):
    pauses = []
    faults = iter([OperationalError("database is locked")] * 9 + [None])

    def beat(*_):
        if fault := next(faults):
            raise fault

    def nap(seconds):
        pauses.append(seconds)
        if seconds == 3 or len(pauses) > 20:
            raise KeyboardInterrupt

    monkeypatch.setattr(RecordSigner, "_beat", beat)
    monkeypatch.setattr(sign_checkpoint.time, "sleep", nap)
    monkeypatch.setattr(sign_checkpoint, "close_old_connections", lambda: None)
    add()
    run(watch=3)
    assert pauses == [6, 12, 24, 48, 96, 192, 300, 300, 300, 3]


def test_what_is_noted_names_no_folder_and_is_read_when_damaged(key, settings):
    note_trouble(f"{settings.LEDGER_KEY_FILE}: another signer is at work with this key")
    assert trouble().reason == "ledger: another signer is at work with this key"
    since = trouble().since
    note_trouble("é" * 2000)
    assert trouble().since == since
    path = settings.VAR_DIR / "signer.json"
    assert path.stat().st_size == 4096
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_text("{")
    assert "cannot be read" in trouble().reason
    note_success()
    assert trouble() is None


def test_a_busy_database_at_the_start_is_no_success(key, monkeypatch):
    def beat(*_):
        message = "database is locked"
        raise OperationalError(message)

    monkeypatch.setattr(RecordSigner, "_beat", beat)
    add()
    with pytest.raises(OperationalError):
        run()


@pytest.mark.once
def test_a_key_that_others_can_read_is_one_sentence(key):
    add()
    sign(key)
    key.chmod(0o640)
    with pytest.raises(CommandError, match=r"^Not signed: .*chmod 600 it\.$"):
        run()


@pytest.mark.once
def test_a_folder_that_cannot_be_used_is_one_sentence(settings, tmp_path):
    (tmp_path / "file").write_text("")
    settings.LEDGER_KEY_FILE = tmp_path / "file" / "ledger"
    with pytest.raises(CommandError, match=r"^Not signed: .*/file: .*\.$"):
        run()


@pytest.mark.once
@pytest.mark.parametrize("seconds", ["soon", ""])
def test_an_interval_is_a_number(seconds):
    with pytest.raises(CommandError, match="--watch: invalid float value"):
        call_command("sign_checkpoint", f"--watch={seconds}")
