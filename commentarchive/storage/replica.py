"""Public pages are read from a replica, as long as it has all that is committed.

A replica follows a moment behind the primary, or stands still where it is cut off.
What was hidden meanwhile could still be read there. So whatever makes a page first asks
the primary how far its log reaches, and reads from the replica only if that has applied
it all (PostgreSQL 18, section 9.28.4, "Recovery Control Functions").
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic
from typing import Any

from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections

REPLICA = "replica"
# How long a replica that cannot be reached is left alone, in seconds.
PAUSE = 10.0
# Not how far it is flushed: with synchronous_commit off, what is committed may be seen
# before that.
_WRITTEN = "SELECT pg_current_wal_insert_lsn()::text"
# False of a server that is no longer a replica: it may have gone its own way.
_HAS_APPLIED = """
    SELECT pg_is_in_recovery() AND pg_last_wal_replay_lsn() >= %s::pg_lsn
"""
_log = logging.getLogger("commentarchive.replica")
_reading: ContextVar[str] = ContextVar("reading", default=DEFAULT_DB_ALIAS)
_left_alone = {REPLICA: 0.0}


class Router:
    """Reads go where the page reads, everything else to the primary."""

    def db_for_read(self, _model: object, **_hints: Any) -> str:
        return _reading.get()

    def db_for_write(self, _model: object, **_hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, _one: object, _other: object, **_hints: Any) -> bool:
        return True

    def allow_migrate(self, database: str, _app: str, **_hints: Any) -> bool:
        return database == DEFAULT_DB_ALIAS


def reading() -> str:
    """Return the alias of the database that is read from at present."""
    return _reading.get()


@contextmanager
def public_reads() -> Iterator[None]:
    """Read from the replica, if there is one that has all that is committed now."""
    token = _reading.set(REPLICA if _is_abreast() else DEFAULT_DB_ALIAS)
    try:
        yield
    finally:
        _reading.reset(token)


def _is_abreast() -> bool:
    if REPLICA not in connections.settings or monotonic() < _left_alone[REPLICA]:
        return False
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(_WRITTEN)
        (written,) = cursor.fetchone()
    try:
        with connections[REPLICA].cursor() as cursor:
            cursor.execute(_HAS_APPLIED, [written])
            (has_applied,) = cursor.fetchone()
    except (OperationalError, InterfaceError) as error:
        kind = type(error).__name__
        _log.warning("The replica is left alone for %d s (%s).", PAUSE, kind)
        _log.debug("The replica's error says %r", error)
        _left_alone[REPLICA] = monotonic() + PAUSE
        connections[REPLICA].close()
        return False
    return bool(has_applied)
