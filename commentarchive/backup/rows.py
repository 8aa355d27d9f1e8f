"""Read all rows of one moment out of a database, and load them into an empty one."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from commentarchive.backup.columns import (
    Column,
    Table,
    escaped,
    read_value,
    select_of,
)
from commentarchive.backup.parts import PART

# Rows fetched from SQLite at once.
FETCHED = 500


def read_rows(table: Table) -> Iterator[tuple[bytes, int]]:
    """Yield a table's lines in pieces of about `PART` bytes, and the rows in each."""
    read = _from_sqlite if connection.vendor == "sqlite" else _from_postgresql
    waiting: list[bytes] = []
    size = 0
    for lines in read(*select_of(table, connection.vendor)):
        waiting.append(lines)
        size += len(lines)
        if size >= PART:
            yield _joined(waiting)
            waiting, size = [], 0
    if waiting:
        yield _joined(waiting)


def _joined(lines: Sequence[bytes]) -> tuple[bytes, int]:
    data = b"".join(lines)
    return data, data.count(b"\n")


def _from_sqlite(query: str, is_raw: Sequence[bool]) -> Iterator[bytes]:
    with connection.cursor() as cursor, connection.wrap_database_errors:
        rows = cursor.cursor.connection.execute(query)
        while part := rows.fetchmany(FETCHED):
            columns = [
                escaped(column) if raw else column
                for column, raw in zip(zip(*part, strict=True), is_raw, strict=True)
            ]
            lines = "\n".join(map("\t".join, zip(*columns, strict=True)))
            yield f"{lines}\n".encode("utf-8", "surrogatepass")


def _from_postgresql(query: str, _is_raw: Sequence[bool]) -> Iterator[bytes]:
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.cursor.copy(f"COPY ({query}) TO STDOUT") as copy,
    ):
        for line in copy:
            yield bytes(line)


def counted_so_far(table: Table) -> int:
    """Return the highest key that the database has ever given in a table, or 0."""
    name, key = table.name, table.counted
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT coalesce(max("{key}"), 0) FROM "{name}"')  # noqa: S608  # names of models
        highest = int(cursor.fetchone()[0])
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [name])
            found = cursor.fetchone()
            return max(highest, int(found[0]) if found else 0)
        cursor.execute(
            "SELECT pg_sequence_last_value(pg_get_serial_sequence(%s, %s)::regclass)",
            [f'"{name}"', key],
        )
        return max(highest, int(cursor.fetchone()[0] or 0))


def count_on(table: Table, highest: int) -> None:
    """Let the next key of a table be above all that were ever given."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            # Its row is there as soon as a row of the table is.
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table.name])
            cursor.execute(
                "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)",
                [table.name, highest],
            )
        elif highest:
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, %s), %s)",
                [f'"{table.name}"', table.counted, highest],
            )


def empty_all(tables: Sequence[str]) -> None:
    """Delete whatever migrations left in new tables, before there are triggers."""
    if connection.vendor == "sqlite":
        with connection.constraint_checks_disabled(), connection.cursor() as cursor:
            for table in tables:
                cursor.execute(f'DELETE FROM "{table}"')  # noqa: S608  # names of models
        return
    names = ", ".join(f'"{table}"' for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {names} CASCADE")


def load_rows(table: Table, lines: bytes) -> int:
    """Insert a piece of a table's lines; return how many rows it was.

    Raise ValueError or DatabaseError where a value is none of its column.
    """
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    with connection.cursor() as cursor, connection.wrap_database_errors:
        if connection.vendor == "sqlite":
            marks = ", ".join("?" * len(table.columns))
            statement = f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})'  # noqa: S608  # as above
            with transaction.atomic():
                made = cursor.cursor.connection.executemany(
                    statement, _values(table.columns, lines)
                )
            return int(made.rowcount)
        statement = f'COPY "{table.name}" ({names}) FROM STDIN'
        with cursor.cursor.copy(statement) as copy:
            copy.write(lines)
        return int(cursor.cursor.rowcount)


def _values(columns: Sequence[Column], lines: bytes) -> Iterator[Sequence[Any]]:
    kinds = [column.kind for column in columns]
    for line in lines.decode("utf-8", "surrogatepass").split("\n")[:-1]:
        values = line.split("\t")
        if "\\" in line:
            yield [
                read_value(value, kind) if "\\" in value else value
                for value, kind in zip(values, kinds, strict=True)
            ]
        else:
            yield values


@contextmanager
def without_indexes() -> Iterator[None]:
    """Take away indexes, and on PostgreSQL references too, and put them back after.

    To build each at once takes a part of the time that keeping them row by row does,
    and references are looked through together.
    """
    put_back = _take_away()
    yield
    with connection.cursor() as cursor:
        for statement in put_back:
            cursor.execute(statement)


def _take_away() -> Sequence[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name, sql FROM sqlite_master"
                " WHERE type = 'index' AND sql IS NOT NULL"
            )
            found = cursor.fetchall()
            for name, _statement in found:
                cursor.execute(f'DROP INDEX "{name}"')
            return [statement.replace("%", "%%") for _name, statement in found]
        cursor.execute(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)"
            " FROM pg_constraint WHERE contype = 'f'"
            " AND connamespace = current_schema()::regnamespace"
        )
        references = cursor.fetchall()
        cursor.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid)"
            " FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid"
            " WHERE relnamespace = current_schema()::regnamespace"
            " AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)"
        )
        indexes = cursor.fetchall()
        for table, name, _definition in references:
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
        return [
            *(definition.replace("%", "%%") for _name, definition in indexes),
            *(
                f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}'
                for table, name, definition in references
            ),
        ]


def broken_references() -> Iterator[str]:
    """Yield SQLite's rows that refer to none; PostgreSQL refuses them by itself."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_key_check")
        for table, row, other, _number in cursor.fetchall():
            yield f"{table}: row {row} refers to nothing in {other}"


@contextmanager
def loading() -> Iterator[None]:
    """Load rows in any order and as fast as may be.

    In one transaction on PostgreSQL, in one for each piece on SQLite: there the caller
    deletes the file where this is broken off.
    """
    if connection.vendor != "sqlite":
        with transaction.atomic(), without_indexes():
            yield
        return
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")
        with without_indexes():
            yield
        cursor.execute("PRAGMA synchronous=FULL")
