"""Overwrite what a database has freed but still holds in its files."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection
from django.db.backends.utils import CursorWrapper

from commentarchive.ledger.triggers import ruled_models
from commentarchive.models import Segment
from commentarchive.search.index import drop_deleted
from commentarchive.search.triggers import TABLES as SEARCH_TABLES

# Seconds to wait on PostgreSQL for readers of a table, and for older transactions.
PATIENCE = 10
_POLL = 0.05
# What a replica reports stands with its slot, or with the sender of the log, which has
# no database. PostgreSQL tells everybody that much of each process, and `backend_xmin`;
# of which kind it is, only users with `pg_read_all_stats`: `pg_stat_get_activity`.
_IS_PAST = """
    SELECT pg_snapshot_xmin(pg_current_snapshot()) >= %s::xid8 AND NOT EXISTS (
        SELECT FROM (
            SELECT backend_xmin FROM pg_stat_activity
            WHERE (datname = current_database() OR datname IS NULL)
            AND pid <> pg_backend_pid()
            UNION ALL SELECT xmin FROM pg_replication_slots
        ) AS held (oldest)
        WHERE age(oldest) > age(%s::xid8::xid)
    )
"""


class SweepUnfinished(Exception):
    """Something could not be swept just now; the message says what."""


def empty_log() -> None:
    """Merge the full-text tables, then move SQLite's log into the database.

    Its freed pages are zeroed already (`secure_delete`). Raise SweepUnfinished where a
    reader keeps the log.
    """
    drop_deleted()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        [busy, *_pages] = cursor.fetchone()
    if busy:
        message = "somebody reads all the time, so that the database’s log stays"
        raise SweepUnfinished(message)


def rewrite_tables() -> None:
    """Rewrite PostgreSQL's tables of words: a plain VACUUM leaves bytes in pages."""
    words = [
        model._meta.db_table for model, rule in ruled_models() if rule.kind == "side"
    ]
    derived = [Segment._meta.db_table, *SEARCH_TABLES]
    with connection.cursor() as cursor, _patient(cursor):
        _wait_for_older_transactions(cursor)
        for table in (*words, *derived):
            cursor.execute(f'VACUUM (FULL) "{table}"')


@contextmanager
def _patient(cursor: CursorWrapper) -> Iterator[None]:
    """Wait for locks as long as PATIENCE, and name what could not be done by then."""
    cursor.execute(f"SET lock_timeout = '{PATIENCE}s'")
    try:
        yield
    except DatabaseError as error:
        message = f"the tables of words could not be rewritten ({error})"
        raise SweepUnfinished(message) from error
    finally:
        cursor.execute("RESET lock_timeout")


def _wait_for_older_transactions(cursor: CursorWrapper) -> None:
    """Wait until nobody can see rows that were deleted before this call.

    A rewrite keeps every deleted row that some open transaction may still see, and
    says so in a notice only. Such a transaction is one that writes in any database of
    the server, or one that reads in this one, or that a replica reports with
    hot_standby_feedback (PostgreSQL, `ComputeXidHorizons`).
    """
    cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")
    [horizon] = cursor.fetchone()
    give_up_at = time.monotonic() + PATIENCE
    while not _is_past(cursor, horizon):
        if time.monotonic() > give_up_at:
            message = (
                "an older transaction is open on the database’s server, so that "
                "deleted words stay in its files until it has ended"
            )
            raise SweepUnfinished(message)
        time.sleep(_POLL)


def _is_past(cursor: CursorWrapper, horizon: str) -> bool:
    """Return whether every transaction begun before a transaction id has ended."""
    cursor.execute(_IS_PAST, [horizon, horizon])
    return bool(cursor.fetchone()[0])
