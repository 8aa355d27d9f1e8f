"""Who may write when: on SQLite one at a time, and a waiting moderator goes first.

1. A short write holds `writers.lock` shared from before it waits for the database until
   it is done. A long write, as a batch of an import is, takes that lock exclusively for
   a moment before it begins: it gets it only when no short write is waiting.
2. While it writes, a long write holds `long_writes.lock`, and looks now and then
   whether somebody waits (`Turn`): then it ends early.
3. A short write waits for that lock first. SQLite would have it sleep up to a tenth of
   a second at a time, through the end of a batch and into the next one.

The system frees the locks of a process that is killed. Whoever has waited for
`PATIENCE` goes on without: SQLite keeps writers apart in any case, these locks only
settle who is first. PostgreSQL needs none of this.
"""

import fcntl
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection, transaction

from commentarchive.ledger.held import refuse_while_held

_MARK = """
    INSERT INTO commentarchive_archiveversion (id, number) VALUES (1, %s)
    ON CONFLICT (id) DO UPDATE SET number = excluded.number
"""
# Whether a transaction of `_transaction` is open here: only the outermost marks.
_is_open: ContextVar[bool] = ContextVar("is_open", default=False)


# Seconds after which a writer waits for the database alone, and between two looks.
PATIENCE = 2.0
PAUSE = 0.002

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
        with _lock_file("long_writes.lock").open("w") as long:
            _await(lambda: _is_taken(long, fcntl.LOCK_SH))
        with _transaction():
            yield
            _end()


def _end() -> None:
    for each in at_the_end:
        each()


class Turn:
    """The time in which a long write goes on before all others that write."""

    def __init__(self, writers: IO[str] | None = None) -> None:
        """`writers` is the open lock of short writes; None where nobody has to wait."""
        self._writers = writers

    @property
    def may_be_awaited(self) -> bool:
        """Whether others wait for its end at all."""
        return self._writers is not None

    def is_awaited(self) -> bool:
        """Return whether a short write waits; it costs about as much as a hash."""
        if self._writers is None:
            return False
        is_alone = _is_taken(self._writers, fcntl.LOCK_EX)
        fcntl.flock(self._writers, fcntl.LOCK_UN)
        return not is_alone


@contextmanager
def long_write() -> Iterator[Turn]:
    """Run one transaction that lets every waiting short write go first."""
    if connection.in_atomic_block or connection.vendor != "sqlite":
        with _transaction():
            yield Turn()
        return
    with (
        _lock_file("writers.lock").open("w") as writers,
        _lock_file("long_writes.lock").open("w") as long,
    ):
        _await(lambda: _is_turn(writers, long))
        try:
            with _transaction():
                yield Turn(writers)
        finally:
            # Closing is not enough while a process that was forked meanwhile has it.
            fcntl.flock(long, fcntl.LOCK_UN)


def _is_turn(writers: IO[str], long: IO[str]) -> bool:
    """Take the lock of long writes when no short one waits; return whether it is ours.

    Whoever waits for another long write must not keep short ones waiting meanwhile.
    """
    fcntl.flock(writers, fcntl.LOCK_EX)
    try:
        return _is_taken(long, fcntl.LOCK_EX)
    finally:
        fcntl.flock(writers, fcntl.LOCK_UN)


def _is_taken(lock: IO[str], kind: int) -> bool:
    """Take a lock if it is free, and return whether it was."""
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _await(is_free: Callable[[], bool]) -> None:
    """Wait until something is free, or for as long as patience lasts."""
    until = time.monotonic() + PATIENCE
    while not is_free() and time.monotonic() < until:
        time.sleep(PAUSE)


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
