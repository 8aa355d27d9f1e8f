"""A full disk and a locked database answer 503; what was typed comes back."""

import errno
import html
import re
import sqlite3
from contextlib import suppress

import pytest
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.test import Client, RequestFactory

from commentarchive.ledger.outages import (
    AWAY,
    BARRED,
    BUSY,
    DAMAGED,
    FULL,
    LEAST,
    STUCK,
    UNWRITABLE,
    outage,
)
from commentarchive.middleware import outages
from commentarchive.models import Comment
from moderation.models import Decision
from moderation.views import deciding
from tests.wxr import comment, item, load


@pytest.mark.pure
@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OperationalError("database or disk is full"), FULL),
        (OperationalError("database is locked"), BUSY),
        (OperationalError("database table is locked"), BUSY),
        (OperationalError("attempt to write a readonly database"), UNWRITABLE),
        (OperationalError("unable to open database file"), STUCK),
        (OperationalError("disk I/O error"), STUCK),
        (DatabaseError("file is not a database"), DAMAGED),
        (DatabaseError("database disk image is malformed"), DAMAGED),
        (OperationalError("malformed MATCH expression: [x]"), ""),
        (InterfaceError("connection already closed"), AWAY),
        (OSError(errno.ENOSPC, "No space left on device"), FULL),
        (OSError(errno.EROFS, "Read-only file system"), STUCK),
        (OSError(errno.ENOENT, "No such file"), ""),
        (OperationalError("no such column: x"), ""),
        (ValueError("database is locked"), ""),
    ],
)
def test_only_what_the_machine_did_is_an_outage(error, sentence):
    assert outage(error) == sentence


@pytest.mark.pure
def test_a_database_that_cannot_be_opened_for_want_of_room_is_a_full_disk(monkeypatch):
    error = OperationalError("unable to open database file")
    for free, sentence in ((0, FULL), (LEAST - 1, FULL), (LEAST, STUCK)):
        usage = type("Usage", (), {"free": free})
        monkeypatch.setattr("shutil.disk_usage", lambda _path, u=usage: u)
        assert outage(error) == sentence


@pytest.mark.pure
def test_a_file_of_the_archives_own_that_is_barred_is_an_outage(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "var"
    own = str(settings.VAR_DIR / "writers.lock")
    assert outage(PermissionError(errno.EACCES, "Permission denied", own)) == BARRED
    # Whoever names another file is told of that file.
    other = str(tmp_path / "export.xml")
    assert outage(PermissionError(errno.EACCES, "Permission denied", other)) == ""
    assert outage(FileNotFoundError(errno.ENOENT, "No such file", own)) == ""


@pytest.mark.pure
@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("53100", FULL),
        ("55P03", BUSY),
        ("40P01", BUSY),
        ("53300", BUSY),
        ("57P01", AWAY),
        ("08006", AWAY),
        ("25006", UNWRITABLE),
        ("XX001", DAMAGED),
        ("XX000", ""),
        ("25001", ""),
        (None, AWAY),
        ("42703", ""),
        ("22003", ""),
    ],
)
def test_codes_of_postgresql(state, sentence):
    import psycopg

    error = OperationalError("as the server words it")
    error.__cause__ = type("Cause", (psycopg.OperationalError,), {"sqlstate": state})()
    type(error.__cause__).__module__ = "psycopg"
    assert outage(error) == sentence


@pytest.fixture
def waiting(tmp_path):
    load(tmp_path, item(comment(1)))
    return Comment.objects.get()


FACTS = "It says <b>“I saw him”</b>\nand names a person."


def typed(**more):
    return {"action": "remove", "facts": FACTS, "seen_revision": "1", **more}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "sentence"),
    [("database or disk is full", FULL), ("database is locked", BUSY)],
)
def test_a_decision_that_cannot_be_stored_comes_back(
    waiting, desk, by, monkeypatch, words, sentence
):
    def fails(*_, **__):
        raise OperationalError(words)

    monkeypatch.setattr(deciding, "decide", fails)
    address = f"/moderation/desk/comments/{waiting.ref}/decide/"
    clause = Decision._meta.get_field("clause").related_model.objects.first()
    sent = typed(clause=clause.pk, seen_decision="", seen_state="held pending 1")
    answer = desk.post(address, sent)
    body = answer.content.decode()
    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"
    assert answer["Cache-Control"] == "no-store"
    assert sentence in body
    assert "Nothing has been recorded." in body
    assert f'rows="4">\n{html.escape(FACTS)}</textarea>' in body
    assert ">Facts</label>" in body
    assert f'name="clause" value="{clause.pk}"' in body
    # Nobody typed that.
    assert '<input type="hidden" name="seen_state" value="held pending 1">' in body
    assert "csrfmiddlewaretoken" in body
    assert not Decision.objects.exists()


@pytest.mark.django_db
def test_what_fails_past_the_view_says_that_it_may_be_recorded(waiting, monkeypatch):
    request = RequestFactory().post("/moderation/desk/", {"note": "two words"})
    answer = failed_by(OperationalError("database is locked"), request)
    assert answer.status_code == 503
    assert b"look first" in answer.content
    assert b"two words" in answer.content
    assert failed_by(ZeroDivisionError(), request).status_code == 500


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_lost", [True, False])
def test_a_connection_lost_at_the_commit_may_have_recorded_it(
    waiting, desk, by, monkeypatch, is_lost
):
    """Who is told that nothing was recorded decides twice."""
    address = f"/moderation/desk/comments/{waiting.ref}/decide/"
    commit = connection._commit

    def _commit():
        # Asked before: afterwards it would begin another transaction.
        is_decided = Decision.objects.exists()
        commit()
        if is_decided:
            raise InterfaceError("the connection is lost")

    def fails(*_, **__):
        raise InterfaceError("the connection is lost")

    if is_lost:
        monkeypatch.setattr(connection, "_commit", _commit)
    else:
        monkeypatch.setattr(deciding, "decide", fails)
    clause = Decision._meta.get_field("clause").related_model.objects.first()
    answer = desk.post(address, typed(clause=clause.pk, seen_decision=""))
    assert answer.status_code == 503
    assert AWAY in answer.text
    assert ("look first" in answer.text) == is_lost
    assert ("Nothing has been recorded." in answer.text) != is_lost
    assert Decision.objects.exists() == is_lost


@pytest.mark.django_db(transaction=True)
def test_a_restarted_postgresql_gives_the_form_back_and_takes_it_then(
    waiting, desk, by, monkeypatch
):
    """A server that is restarted ends each connection in these words (57P01)."""
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL is a server")
    import psycopg

    decide = deciding.decide

    def restarted(*arguments, **more):
        process = connection.connection.info.backend_pid
        given = connection.get_connection_params()
        where = {name: given[name] for name in ("host", "dbname", "user")}
        with psycopg.connect(**where, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [process])
        return decide(*arguments, **more)

    address = f"/moderation/desk/comments/{waiting.ref}/decide/"
    clause = Decision._meta.get_field("clause").related_model.objects.first()
    card = desk.get(f"/moderation/desk/comments/{waiting.ref}/").text
    seen = dict(reversed(re.findall(r'name="(seen_\w+)" value="([^"]*)"', card)))
    sent = {
        **seen,
        "action": "remove",
        "facts": "It names\nsomebody.",
        "clause": clause.pk,
    }
    with monkeypatch.context() as patched:
        patched.setattr(deciding, "decide", restarted)
        answer = desk.post(address, sent)
    assert answer.status_code == 503
    assert AWAY in answer.text
    assert "Nothing has been recorded." in answer.text
    assert "It names\nsomebody." in answer.text
    # As Django does before each request of a server.
    connection.close_if_unusable_or_obsolete()
    assert desk.post(address, sent).status_code == 302
    assert Decision.objects.count() == 1


def failed_by(error, request):
    try:
        raise error
    except type(error):
        return outages.failed(request)


@pytest.mark.django_db
def test_a_password_is_not_repeated(monkeypatch):
    from django.contrib.auth.forms import AuthenticationForm

    def fails(*_, **__):
        raise OperationalError("database is locked")

    monkeypatch.setattr(AuthenticationForm, "clean", fails)
    answer = Client().post("/login/", {"username": "olive", "password": "pass word"})
    assert answer.status_code == 503
    assert b"pass word" not in answer.content
    assert b'name="username" value="olive"' in answer.content
    assert b'type="password" name="password"' in answer.content


@pytest.mark.django_db
def test_a_programs_fault_stays_one(monkeypatch):
    from commentarchive.views import site

    monkeypatch.setattr(site, "has_unlisted", lambda _: 1 / 0)
    assert Client(raise_request_exception=False).get("/").status_code == 500


@pytest.mark.django_db(transaction=True)
def test_a_really_full_database_refuses_and_is_read_on(waiting, desk, by):
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite can be given a limit")
    address = f"/moderation/desk/comments/{waiting.ref}/decide/"
    clause = Decision._meta.get_field("clause").related_model.objects.first()
    with connection.cursor() as cursor:
        # Take up what is free, so that not one row more has room.
        cursor.execute("CREATE TABLE filling (data BLOB)")
        cursor.execute("PRAGMA max_page_count=1")
    try:
        for size in (4000, 400, 40):
            with connection.cursor() as cursor, suppress(OperationalError):
                while True:
                    cursor.execute("INSERT INTO filling VALUES (zeroblob(%s))", [size])
        answer = desk.post(
            address,
            typed(
                clause=clause.pk,
                seen_decision="",
                facts="Long. " * 80,
                note="Long. " * 300,
            ),
        )
        assert answer.status_code == 503
        assert FULL in answer.content.decode()
        assert Client().get("/").status_code == 200
        assert Client().get(waiting.get_absolute_url()).status_code == 200
        assert desk.get("/moderation/desk/").status_code == 200
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA max_page_count={2**31 - 2}")


@pytest.mark.pure
def test_sqlite_words_it_so():
    """The sentence of a full disk is SQLite's own, not one of ours."""
    full = sqlite3.connect(":memory:", isolation_level=None)
    full.execute("PRAGMA max_page_count=4")
    with pytest.raises(sqlite3.OperationalError) as error:
        full.execute("CREATE TABLE t AS SELECT randomblob(100000)")
    assert outage(OperationalError(str(error.value))) == FULL
