"""Rows by the thousand: COPY on PostgreSQL, one prepared statement on SQLite."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, models

type Row = Sequence[Any]


def new_ids(model: type[models.Model], count: int) -> range | list[int]:
    """Set aside integer keys for rows to come, inside a transaction."""
    if not count:
        return range(0)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f'SELECT coalesce(max(id), 0) FROM "{table}"')  # noqa: S608  # a model's own table
            last = cursor.fetchone()[0]
            return range(last + 1, last + count + 1)
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id'))"
            " FROM generate_series(1, %s)",
            [f'"{table}"', count],
        )
        return [row[0] for row in cursor.fetchall()]


def insert(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Row]
) -> None:
    """Insert rows, each a value for each column, times as `time_storer` gives them."""
    table = model._meta.db_table
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            marks = ", ".join("?" * len(columns))
            # The driver's own cursor: Django's would rewrite each row's markers.
            cursor.cursor.connection.executemany(
                f'INSERT INTO "{table}" ({names}) VALUES ({marks})',  # noqa: S608  # as above
                rows,
            )
            return
        statement = f'COPY "{table}" ({names}) FROM STDIN'
        with cursor.cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)


def update(
    model: type[models.Model], columns: Sequence[str], rows: Sequence[Row]
) -> None:
    """Update derived columns by key: each row is the values and then the key."""
    if not rows:
        return
    table = model._meta.db_table
    sets = ", ".join(f'"{column}" = %s' for column in columns)
    with connection.cursor() as cursor:
        cursor.executemany(
            f'UPDATE "{table}" SET {sets} WHERE id = %s',  # noqa: S608  # as above
            rows,
        )


type StoredTime = datetime | str | None


def time_storer() -> Callable[[datetime | None], StoredTime]:
    """Give what puts a UTC time as the database at hand stores it."""
    return _as_text if connection.vendor == "sqlite" else _as_it_is


def _as_text(moment: datetime | None) -> StoredTime:
    return None if moment is None else str(moment.replace(tzinfo=None))


def _as_it_is(moment: datetime | None) -> StoredTime:
    return moment
