"""Each check of the doctor, broken once; and who sees what was found."""

import json
import re
import ssl
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from commentarchive.ledger.held import hold, let_go
from commentarchive.ledger.last_runs import LastRun, note_run
from commentarchive.ledger.models import Checkpoint, Cosignature
from commentarchive.ledger.signer_trouble import note_trouble
from commentarchive.models import ImportJob
from commentarchive.serving.keeper import refuse_unfinished_set_up
from moderation.health import database, machine, outside, people, record, table
from moderation.health.finding import Level, ago, fault, ok
from moderation.management.commands import setup
from moderation.models import Letter

pytestmark = [pytest.mark.django_db, pytest.mark.once]
PAGE = "/moderation/desk/health/"
NOW = timezone.now()


@pytest.fixture(autouse=True)
def _private(settings):
    settings.VAR_DIR.chmod(0o700)


def level(check):
    return check().level


def test_the_disk(settings, monkeypatch):
    for free, found in ((1 << 40, Level.OK), (900 << 20, Level.WARN), (0, Level.FAULT)):
        usage = type("Usage", (), {"free": free})
        monkeypatch.setattr(machine.shutil, "disk_usage", lambda _path, u=usage: u)
        assert level(machine.disk) is found


def test_the_database_and_its_known_faults(monkeypatch):
    monkeypatch.setattr(database, "SOUND_SQLITE", (99,))
    assert level(database.version) is Level.WARN
    monkeypatch.setattr(database, "SOUND_SQLITE", (3,))
    assert level(database.version) is Level.OK
    monkeypatch.setattr(database.os, "access", lambda *_: False)
    assert "can only be read" in database.version().what
    assert level(database.version) is Level.FAULT


def test_triggers_and_migrations():
    assert level(database.triggers) is level(database.migrations) is Level.OK
    trigger, *_ = database.ROW_RULES.of_database(connection)
    with connection.cursor() as cursor:
        cursor.execute(f'DROP TRIGGER "{trigger.name}"')
        cursor.execute("DELETE FROM django_migrations WHERE app = 'moderation'")
    assert trigger.name in database.triggers().what
    assert level(database.triggers) is level(database.migrations) is Level.FAULT


def test_tables_of_a_newer_version_are_a_fault_and_are_not_served():
    refuse_unfinished_set_up()
    MigrationRecorder(connection).record_applied("moderation", "9999_from_later")
    found = database.migrations()
    assert found.level is Level.FAULT
    assert "newer version of this program (moderation 9999_from_later)" in found.what
    with pytest.raises(CommandError, match=r"newer version .* restore the backup"):
        refuse_unfinished_set_up()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (None, Level.WARN),
        ("{", Level.FAULT),
        ('{"file": "x"}', Level.FAULT),
        ('{"at": "2026-01-01T00:00:00"}', Level.FAULT),
        (timedelta(hours=20), Level.OK),
        (timedelta(days=3), Level.WARN),
        (timedelta(days=9), Level.FAULT),
    ],
)
def test_the_last_backup(settings, text, found):
    if isinstance(text, timedelta):
        text = json.dumps({"at": (timezone.now() - text).isoformat(), "bytes": 1})
    if text is not None:
        (settings.VAR_DIR / "last-backup.json").write_text(text)
    assert level(record.backup) is found


def test_an_import_that_nobody_does(olive):
    assert level(record.imports) is Level.OK
    ImportJob.objects.create(
        ref="f" * 27,
        asked_by=olive.actor_link.actor,
        made_at=NOW - timedelta(hours=2),
        is_upload=True,
    )
    assert level(record.imports) is Level.FAULT


def test_a_record_that_was_put_back_and_waits_for_a_word(settings):
    hold("it was put back as of May")
    assert level(record.signed) is Level.FAULT
    assert "put back as of May" in record.signed().what
    let_go()
    assert level(record.signed) is Level.OK


def test_where_faults_send_people_is_there(settings):
    """Each document and heading that a finding or the set-up names exists."""
    sources = [*Path(record.__file__).parent.glob("*.py"), Path(setup.__file__)]
    named = [
        each
        for path in sources
        for each in re.findall(r"(docs/[\w-]+\.md), “([^”]+)”", path.read_text())
    ]
    assert len(named) >= 5
    for document, heading in named:
        lines = (settings.BASE_DIR / document).read_text().splitlines()
        assert f"## {heading}" in lines, (document, heading)


@pytest.mark.unreconciled
def test_what_is_not_signed(olive, monkeypatch):
    assert level(record.signed) is Level.WARN
    Checkpoint.objects.create(size=1, note="", signed_at=NOW)
    monkeypatch.setattr(record, "UNSIGNED_FOR", timedelta(days=1))
    assert level(record.signed) is Level.OK
    monkeypatch.setattr(record, "UNSIGNED_FOR", timedelta(0))
    assert "1 records wait to be signed" in record.signed().what
    assert level(record.signed) is Level.FAULT
    note_trouble("the key is gone")
    assert "the key is gone" in record.signed().what


def test_witnesses(settings, monkeypatch):
    assert level(record.witnesses) is Level.OK
    policy = type("Policy", (), {"witnesses": ("one",)})
    settings.LEDGER_POLICY = policy
    assert level(record.witnesses) is Level.WARN
    signed = Checkpoint.objects.create(size=1, note="", signed_at=NOW)
    for number, (days, found) in enumerate(
        ((9, Level.FAULT), (2, Level.WARN), (0, Level.OK))
    ):
        Cosignature.objects.create(
            checkpoint=signed,
            vkey=f"w{number}+1+x",
            line="",
            signed_at=NOW - timedelta(days=days),
        )
        assert level(record.witnesses) is found


def test_tables_and_record_that_differ():
    assert level(record.reconciled) is Level.WARN
    for run, found in (
        (LastRun(NOW, 0), Level.OK),
        (LastRun(NOW, 1), Level.FAULT),
        (LastRun(NOW - timedelta(days=4), 0), Level.WARN),
    ):
        note_run("reconcile", run)
        assert level(record.reconciled) is found


def test_letters(settings):
    settings.HAS_MAIL = False
    assert level(people.letters) is Level.WARN
    settings.HAS_MAIL = True
    assert level(people.letters) is Level.OK
    letter = Letter.objects.create(
        ref="e" * 27,
        kind="test",
        case="e" * 27,
        about="x",
        person=b"",
        state="came_back",
        made_at=NOW,
        not_before=NOW,
    )
    assert "0 letters were sent, 1 came back" in people.letters().what
    Letter.objects.filter(pk=letter.pk).update(
        state="queued", not_before=NOW - timedelta(hours=2)
    )
    assert people.letters().what == "1 letters wait for more than an hour"


def test_roles_and_factors(settings, db):
    assert level(people.roles) is Level.FAULT
    root = User.objects.create_superuser("root", password="x")
    assert "nobody is owner" in people.roles().what
    people.User.objects.filter(pk=root.pk).update(is_superuser=False)
    settings.STAFF_SECOND_FACTOR = True
    assert level(people.factors) is Level.OK


def test_people_who_lack_something(settings, olive):
    assert people.roles() == ok("nobody is moderator or archivist or auditor")
    User.objects.create_superuser("root", password="x")
    assert people.roles().what.startswith("root may do everything")
    settings.STAFF_SECOND_FACTOR = True
    assert people.factors().what == "olive has no second factor yet"
    settings.STAFF_SECOND_FACTOR = False
    assert level(people.factors) is Level.WARN


def test_the_clock(monkeypatch):
    monkeypatch.setattr(machine, "_is_unset", lambda: False)
    assert level(machine.clock) is Level.OK
    monkeypatch.setattr(machine, "_is_unset", lambda: True)
    assert level(machine.clock) is Level.WARN
    Checkpoint.objects.create(size=1, note="", signed_at=NOW + timedelta(hours=1))
    assert level(machine.clock) is Level.FAULT


def test_modes(settings, tmp_path):
    tmp_path.chmod(0o700)
    settings.VAR_DIR = tmp_path
    key = settings.LEDGER_KEY_FILE = tmp_path / "keys" / "ledger"
    key.parent.mkdir(mode=0o700, exist_ok=True)
    (settings.VAR_DIR / "report.csv").touch(0o644)
    (settings.VAR_DIR / "report.csv").chmod(0o644)
    assert level(machine.modes) is Level.WARN
    key.touch(0o600)
    key.chmod(0o640)
    assert level(machine.modes) is Level.FAULT


SENT = dict.fromkeys(map(str.lower, outside.HEADERS), "x") | {
    "strict-transport-security": "max-age=31536000"
}


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ((200, SENT), Level.OK),
        ((301, SENT), Level.FAULT),
        ((502, {}), Level.FAULT),
        ((200, {**SENT, "x": "y"} | {"content-security-policy": "x"}), Level.OK),
        ((200, {"content-security-policy": "x"}), Level.FAULT),
        (ssl.SSLCertVerificationError("expired"), Level.FAULT),
        (TimeoutError(), Level.WARN),
    ],
)
def test_the_site_as_others_see_it(settings, monkeypatch, answer, found):
    settings.BASE_URL = "https://archive.example"

    def ask(_host, _port):
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(outside, "ask", ask)
    assert level(outside.outside) is found


def test_a_site_of_this_machine_is_asked_nothing(settings, monkeypatch):
    monkeypatch.setattr(outside, "ask", None)
    assert level(outside.outside) is Level.OK


def test_a_check_that_fails_is_a_fault_and_the_others_go_on(monkeypatch, capsys):
    def broken():
        message = "private words"
        raise ValueError(message)

    def away():
        message = "database is locked"
        raise OperationalError(message)

    checks = {"disk": broken, "database": away, "clock": lambda: ok("fine")}
    monkeypatch.setattr(table, "CHECKS", checks)
    with pytest.raises(CommandError, match=r"To be put right: disk, database\."):
        call_command("doctor")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("FAULT disk: it could not be looked at (ValueError) –")
    assert lines[1].startswith("FAULT database: the database is busy with other work")
    assert lines[2] == "ok    clock: fine"
    assert "private" not in "".join(lines)
    with pytest.raises(CommandError):
        call_command("doctor", json=True)
    told = json.loads(capsys.readouterr().out)
    assert told["clock"] == {"level": "ok", "what": "fine", "todo": ""}


def test_the_owner_sees_what_was_found_last_and_nothing_is_looked_at(
    olive, alice, settings, django_assert_num_queries, monkeypatch
):
    monkeypatch.setattr(table, "CHECKS", None)
    owner, moderator = Client(), Client()
    owner.force_login(olive)
    moderator.force_login(alice)
    assert moderator.get(PAGE).status_code == 403
    assert "Nothing was looked at yet" in owner.get(PAGE).text
    table.keep({"clock": ok("fine"), "disk": fault("it is <full>", "make room")})
    page = owner.get(PAGE).text
    assert "it is &lt;full&gt;" in page
    assert page.index("make room") < page.index(">fine<")
    assert "1 fault" in page
    assert "more than an hour ago" not in page
    kept = settings.VAR_DIR / "doctor.json"
    old = (timezone.now() - timedelta(hours=2)).isoformat()
    kept.write_text(json.dumps({**json.loads(kept.read_text()), "at": old}))
    assert "more than an hour ago" in owner.get(PAGE).text
    kept.write_text("[")
    assert "Nothing was looked at yet" in owner.get(PAGE).text


def test_how_long_ago_is_told_in_words():
    assert [ago(each) for each in (-1, 90, 7200, 200_000)] == [
        "0 seconds ago",
        "90 seconds ago",
        "2 hours ago",
        "2 days ago",
    ]
