"""Rows by the thousand: COPY on PostgreSQL, prepared statements on SQLite.

A statement on SQLite takes hundreds of rows: while it runs, another thread may run
Python. One that took a row each would hand the interpreter over for each row.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from itertools import chain, islice
from typing import Any

from django.db import connection, models

type Row = Sequence[Any]
type Tables = Mapping[type[models.Model], Sequence[str]]

# Keys taken from a PostgreSQL sequence at once.
KEYS = 1000
# Rows of a statement on SQLite: few sizes, since each is prepared for each table.
SIZES = (512, 64, 8, 1)


class Rows:
    """Rows of one transaction, kept until `flush`, whose keys are known before.

    `tables` names the columns of each table, those that others refer to first:
    SQLite looks through a whole table for each row that comes after its reference.
    """

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._waiting: dict[type[models.Model], list[Row]] = {
            model: [] for model in tables
        }
        self._keys: dict[type[models.Model], Iterator[int]] = {}

    def new_ids(self, model: type[models.Model], count: int) -> list[int]:
        """Set aside integer keys for rows to come, inside the transaction."""
        keys = list(islice(self._keys.get(model, iter(())), count))
        while len(keys) < count:
            self._keys[model] = _free_keys(model)
            keys += islice(self._keys[model], count - len(keys))
        return keys

    def add(self, model: type[models.Model], rows: Iterable[Row]) -> None:
        """Collect rows, one value a column, with times as `time_storer` makes them."""
        self._waiting[model] += rows

    def flush(self) -> None:
        """Insert what waits."""
        for model, rows in self._waiting.items():
            if rows:
                insert(model, self._tables[model], rows)
                rows.clear()
        if connection.vendor == "sqlite":
            # The next transaction may find that another writer took its keys.
            self._keys.clear()


def _free_keys(model: type[models.Model]) -> Iterator[int]:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            # One writer at a time: every key above the highest is free.
            cursor.execute(f'SELECT coalesce(max(id), 0) FROM "{table}"')  # noqa: S608  # a model's own table
            last = cursor.fetchone()[0]
            return iter(range(last + 1, 2**63))
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id'))"
            " FROM generate_series(1, %s)",
            [f'"{table}"', KEYS],
        )
        return iter([row[0] for row in cursor.fetchall()])


def insert(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Row]
) -> None:
    """Insert rows, one value a column, with times as `time_storer` makes them."""
    table = model._meta.db_table
    # Drivers are used past Django here; their errors are to be known as any others.
    with connection.cursor() as cursor, connection.wrap_database_errors:
        if connection.vendor == "sqlite":
            # The driver's own: Django's would rewrite the markers of each statement.
            _insert_many(cursor.cursor.connection, table, tuple(columns), list(rows))
            return
        names = _names(columns)
        statement = f'COPY "{table}" ({names}) FROM STDIN (FORMAT BINARY)'
        with cursor.cursor.copy(statement) as copy:
            # Known types let the driver write each value as the server stores it.
            copy.set_types(_column_types(model, columns))
            for row in rows:
                copy.write_row(row)


def _insert_many(
    driver: sqlite3.Connection, table: str, columns: tuple[str, ...], rows: list[Row]
) -> None:
    start = 0
    for size in SIZES:
        while len(rows) - start >= size:
            values = chain.from_iterable(rows[start : start + size])
            driver.execute(_statement(table, columns, size), list(values))
            start += size


@contextmanager
def undo_in_memory() -> Iterator[None]:
    """Have SQLite keep in memory by what it would undo a statement that fails.

    That is each page which a statement of many rows changes. By default it goes into a
    file, as large as the archive's own and with as many writes. Sorts are kept in
    memory meanwhile too, so this is for the batches of an import, which sort little.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA temp_store = MEMORY")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA temp_store = DEFAULT")


@cache
def _statement(table: str, columns: tuple[str, ...], number: int) -> str:
    """Return the statement that inserts so many rows on SQLite."""
    marks = f"({', '.join('?' * len(columns))})"
    values = ", ".join([marks] * number)
    return f'INSERT INTO "{table}" ({_names(columns)}) VALUES {values}'  # noqa: S608  # as above


def _names(columns: Sequence[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _column_types(model: type[models.Model], columns: Sequence[str]) -> list[str]:
    """Return PostgreSQL's names of the columns' types, without their lengths."""
    by_column = {field.column: field for field in model._meta.concrete_fields}
    types = [by_column[column].db_type(connection) or "" for column in columns]
    return [name.partition("(")[0] for name in types]


def update(
    model: type[models.Model], columns: Sequence[str], rows: Sequence[Row]
) -> None:
    """Update derived columns by key: each row is the values and then the key."""
    if not rows:
        return
    table = model._meta.db_table
    sets = ", ".join(f'"{column}" = %s' for column in columns)
    statement = f'UPDATE "{table}" SET {sets} WHERE id = %s'  # noqa: S608  # as above
    with connection.cursor() as cursor:
        if len(rows) == 1:
            # For many, psycopg sets up a pipeline, which takes longer than one does.
            cursor.execute(statement, rows[0])
        else:
            cursor.executemany(statement, rows)


@cache
def _is_sqlite() -> bool:
    """Return which database this process has; to ask costs as much as a hash."""
    return connection.vendor == "sqlite"


type StoredTime = datetime | str | None


def time_storer() -> Callable[[datetime | None], StoredTime]:
    """Return a function that makes of a UTC time what the database at hand stores."""
    return _as_text if _is_sqlite() else _as_it_is


def _as_text(moment: datetime | None) -> StoredTime:
    return None if moment is None else moment.replace(tzinfo=None).isoformat(" ")


def _as_it_is(moment: datetime | None) -> StoredTime:
    return moment


def as_json(value: list[Any]) -> object:
    """Return a value as `insert` takes it for a JSON column of the database at hand."""
    return json.dumps(value) if _is_sqlite() else value
