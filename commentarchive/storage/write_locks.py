"""Who may write when: on SQLite one at a time, and a waiting moderator goes first.

A short write holds `writers.lock` shared from before it waits for the database until
it is done. Between two batches an import takes the lock exclusively for a moment: it
gets it only when no short write is waiting. PostgreSQL needs none of this.
"""

import fcntl
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from commentarchive.ledger.held import refuse_while_held

_MARK = """
    INSERT INTO commentarchive_archiveversion (id, number) VALUES (1, %s)
    ON CONFLICT (id) DO UPDATE SET number = excluded.number
"""
# Whether a transaction of `_transaction` is open here: only the outermost marks.
_is_open: ContextVar[bool] = ContextVar("is_open", default=False)


# What is done at the end of each short write, in its transaction; apps add to it.
at_the_end: list[Callable[[], None]] = []


class ImportRunning(RuntimeError):
    """Another import is at work on this archive."""


@contextmanager
def short_write() -> Iterator[None]:
    """Run one short transaction; every action but an import uses this."""
    if connection.in_atomic_block or connection.vendor != "sqlite":
        with _transaction():
            yield
            _end()
        return
    with _lock_file("writers.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        with _transaction():
            yield
            _end()


def _end() -> None:
    for each in at_the_end:
        each()


@contextmanager
def long_write() -> Iterator[None]:
    """Run one transaction that lets every waiting short write go first."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with _lock_file("writers.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
    with _transaction():
        yield


class _Undone(Exception):
    """Ends a transaction that is to leave nothing."""


@contextmanager
def undone_write() -> Iterator[None]:
    """Run one transaction as an import does, and undo it at its end."""
    with suppress(_Undone), long_write():
        yield
        raise _Undone


@contextmanager
def _transaction() -> Iterator[None]:
    """Run a transaction, and mark the archive as written to: `remembered` reads that.

    As the last statement: on PostgreSQL whoever else writes waits for the row's lock,
    and it comes after all others, that of the ledger's head among them.
    """
    if _is_open.get():
        with transaction.atomic():
            yield
        return
    token = _is_open.set(True)
    try:
        with transaction.atomic():
            yield
            with connection.cursor() as cursor:
                cursor.execute(_MARK, [secrets.randbits(63)])
    finally:
        _is_open.reset(token)


@contextmanager
def import_lock(*, is_import: bool = False) -> Iterator[None]:
    """Hold the import lock, which imports and erasures take.

    Raise ImportRunning while another import is at work, and for an import RecordHeld
    while its entry could not be appended: not after all of it was read.
    """
    if is_import:
        refuse_while_held()
    with _lock_file("import.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            message = "another import is running; try again when it has ended"
            raise ImportRunning(message) from error
        yield


@contextmanager
def draft_lock() -> Iterator[None]:
    """Hold the lock under which drafts become imports, one after another."""
    with _lock_file("drafts.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _lock_file(name: str) -> Path:
    path: Path = settings.VAR_DIR / name
    return path
