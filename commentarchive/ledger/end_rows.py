"""The rows at the end of the record: its head, and what an append inserts after it.

Plain SQL, since every import and every decision asks it: the ORM takes ten times as
long to put such a statement together as the database to answer it. All of it goes to
the primary, whatever else is read from a replica.
"""

from collections.abc import Collection, Iterator, Sequence
from itertools import batched
from typing import Any

from django.db import connection

from commentarchive.ledger.merkle.frontier import CompleteSubtree, Frontier
from commentarchive.ledger.models import Entry, Head, Opening

# Rows of one statement: the widest row has six columns, and SQLite may be built to take
# no more than 999 values.
ROWS = 128
_HEAD = 'SELECT id, log_ref, size, frontier FROM "ledger_head" WHERE id = 1'
_MOVE = 'UPDATE "ledger_head" SET size = %s, frontier = %s WHERE id = %s'
_COUNT = 'SELECT subject, COUNT(*) FROM "ledger_entry" WHERE subject IN ({}) GROUP BY 1'
_ENTRIES = (
    'INSERT INTO "ledger_entry" ("index", leaf, hash, event, subject, subject_number)'
    " VALUES "
)
_NODES = 'INSERT INTO "ledger_node" (level, n, hash) VALUES '
_OPENINGS = 'INSERT INTO "ledger_opening" (entry_id, field, disclosure) VALUES '


def lock_head() -> Head | None:
    """Return the head, locked until the transaction ends; None of an empty record.

    SQLite has no locks of rows: whoever writes there has locked the whole database.
    """
    lock = " FOR UPDATE" if connection.features.has_select_for_update else ""
    with connection.cursor() as cursor:
        cursor.execute(_HEAD + lock)
        row = cursor.fetchone()
    if row is None:
        return None
    head = Head.from_db(connection.alias, ("id", "log_ref", "size", "frontier"), row)
    head.frontier = bytes(head.frontier)
    return head


def move_head(head: Head, frontier: Frontier) -> None:
    """Let the head stand where the tree ends."""
    head.size, head.frontier = frontier.size, frontier.pack()
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, [head.size, head.frontier, head.pk])


def count_about(subjects: Collection[str]) -> dict[str, int]:
    """Count the entries about each subject; those without one are left out."""
    counted: dict[str, int] = {}
    with connection.cursor() as cursor:
        for some in batched(subjects, ROWS, strict=False):
            cursor.execute(_COUNT.format(", ".join(["%s"] * len(some))), some)
            counted.update(cursor.fetchall())
    return counted


def insert_entries(entries: Sequence[Entry]) -> None:
    """Insert entries, which have their indexes."""
    rows = (
        (e.index, e.leaf, e.hash, e.event, e.subject, e.subject_number) for e in entries
    )
    _insert(_ENTRIES, rows)


def insert_nodes(nodes: Sequence[CompleteSubtree]) -> None:
    """Insert the nodes of the tree that are complete now."""
    _insert(_NODES, ((each.level, each.n, each.hash) for each in nodes))


def insert_openings(openings: Sequence[Opening]) -> None:
    """Insert what opens the commitments of entries, after those entries."""
    _insert(
        _OPENINGS, ((each.entry_id, each.field, each.disclosure) for each in openings)
    )


def _insert(insert: str, rows: Iterator[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor:
        for some in batched(rows, ROWS, strict=False):
            row = f"({', '.join(['%s'] * len(some[0]))})"
            values = [value for each in some for value in each]
            cursor.execute(insert + ", ".join([row] * len(some)), values)
