"""`sign_checkpoint` signs once or goes on, and says in a sentence why it does not."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from commentarchive.ledger.management.commands import sign_checkpoint
from commentarchive.ledger.models import Checkpoint, Entry
from commentarchive.ledger.signer import RecordSigner
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
    assert wrong == "Not signed just now: database is locked\n"


def test_a_watch_ends_where_the_record_was_changed(key, naps):
    def change():
        add()
        unguarded('UPDATE ledger_entry SET leaf = hash WHERE "index" = 3')

    add()
    naps += [change, add]
    with pytest.raises(CommandError) as refused:
        run(watch=1)
    assert str(refused.value) == "Not signed: entry 3: it is not as it was written."
    assert refused.value.returncode == 1
    assert len(naps) == 1
    assert Checkpoint.objects.count() == 1


def test_a_busy_database_at_the_start_is_no_success(key, monkeypatch):
    def beat(*_):
        message = "database is locked"
        raise OperationalError(message)

    monkeypatch.setattr(RecordSigner, "_beat", beat)
    add()
    with pytest.raises(OperationalError):
        run()


def test_a_key_that_others_can_read_is_one_sentence(key):
    add()
    sign(key)
    key.chmod(0o640)
    with pytest.raises(CommandError, match=r"^Not signed: .*chmod 600 it\.$"):
        run()


def test_a_folder_that_cannot_be_used_is_one_sentence(settings, tmp_path):
    (tmp_path / "file").write_text("")
    settings.LEDGER_KEY_FILE = tmp_path / "file" / "ledger"
    with pytest.raises(CommandError, match=r"^Not signed: .*/file: .*\.$"):
        run()


@pytest.mark.parametrize("seconds", ["soon", ""])
def test_an_interval_is_a_number(seconds):
    with pytest.raises(CommandError, match="--watch: invalid float value"):
        call_command("sign_checkpoint", f"--watch={seconds}")
