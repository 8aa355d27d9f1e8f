r"""Which tables and columns a backup holds, and how each value is written.

Rows are lines of PostgreSQL's COPY format (text), alike from both databases: values
between tabs, `\\N` for null, backslashes before what would be mistaken. Truth values
are 1 and 0, bytes hexadecimal after `\\x`, times UTC as SQLite keeps them.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby, starmap
from typing import Any, Literal, NamedTuple

from django.apps import apps
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder

type Kind = Literal["number", "flag", "text", "bytes", "time", "day", "json"]

_KINDS: dict[str, Kind] = {
    **dict.fromkeys(
        (
            *("AutoField", "BigAutoField", "SmallAutoField", "BigIntegerField"),
            *("IntegerField", "SmallIntegerField", "PositiveIntegerField"),
            *("PositiveSmallIntegerField", "PositiveBigIntegerField"),
        ),
        "number",
    ),
    **dict.fromkeys(("CharField", "TextField", "SlugField", "EmailField"), "text"),
    "BooleanField": "flag",
    "BinaryField": "bytes",
    "DateTimeField": "time",
    "DateField": "day",
    "JSONField": "json",
}
_TEXTS = frozenset({"text", "json"})
# The backslash first, since the others are written with it.
_WRITTEN = (("\\", "\\\\"), ("\t", r"\t"), ("\n", r"\n"), ("\r", r"\r"))
# Logins end with the machine that they were made on.
LEFT_OUT = frozenset({"django_session"})


class Column(NamedTuple):
    """A column and the kind of its values."""

    name: str
    kind: Kind


class Table(NamedTuple):
    """A table, its columns, and its key where the database counts that up by itself."""

    name: str
    columns: tuple[Column, ...]
    counted: str = ""


def tables() -> Iterator[Table]:
    """Yield every table of this version that a backup holds."""
    for model in apps.get_models(include_auto_created=True):
        options = model._meta
        if options.proxy or not options.managed or options.db_table in LEFT_OUT:
            continue
        yield Table(
            options.db_table,
            tuple(
                Column(str(field.column), _kind(field))
                for field in options.concrete_fields
                if field.column
            ),
            str(options.pk.column) if isinstance(options.pk, models.AutoField) else "",
        )


def _kind(field: "models.Field[Any, Any]") -> Kind:
    """Return the kind of a field's values; a reference has that of what it refers to.

    Raise KeyError for a kind of field that no backup has held before.
    """
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    return _KINDS[field.get_internal_type()]


def applied_migrations(connection: BaseDatabaseWrapper) -> list[tuple[str, str]]:
    """Return every migration that made the tables as they are."""
    return sorted(MigrationRecorder(connection).applied_migrations())


def select_of(table: Table, vendor: str) -> tuple[str, list[bool]]:
    """Return the query for a table's rows, and for each of its columns if it is raw.

    A raw one is a text as it stands, to be escaped; all others are as they are written.
    """
    if vendor == "sqlite":
        pieces = list(_pieces(table.columns))
    else:
        pieces = [(_of_postgresql(*column), False) for column in table.columns]
    columns = ", ".join(piece for piece, _is_raw in pieces)
    query = f'SELECT {columns} FROM "{table.name}"'  # noqa: S608  # names of models
    return query, [is_raw for _piece, is_raw in pieces]


def _pieces(columns: Sequence[Column]) -> Iterator[tuple[str, bool]]:
    """Yield what SQLite reads at once: texts alone, what stands between them joined.

    Texts that SQLite escapes itself, one by one, take it almost half as long again.
    """
    for is_raw, neighbours in groupby(columns, lambda each: each.kind in _TEXTS):
        if is_raw:
            for column in neighbours:
                yield f'CAST("{column.name}" AS TEXT)', True
        else:
            yield " || char(9) || ".join(starmap(_of_sqlite, neighbours)), False


def _of_sqlite(name: str, kind: Kind) -> str:
    value = f'CAST("{name}" AS TEXT)'
    if kind == "bytes":
        value = rf"""'\\x' || hex("{name}")"""
    return rf"coalesce({value}, '\N')"


def escaped(texts: Sequence[str | None]) -> Sequence[str]:
    r"""Return texts as they are written, and `\N` for each that is none."""
    there = [text for text in texts if text is not None]
    joined = _escape("\0".join(there))
    made = joined.split("\0")
    if len(made) != len(there):
        made = list(map(_escape, there))
    if len(there) == len(texts):
        return made
    rest = iter(made)
    return [r"\N" if text is None else next(rest) for text in texts]


def _escape(text: str) -> str:
    for each, written in _WRITTEN:
        text = text.replace(each, written)
    return text


def _of_postgresql(name: str, kind: Kind) -> str:
    name = f'"{name}"'
    if kind == "flag":
        return f"{name}::int"
    if kind == "time":
        # As SQLite keeps them: without fractions where there are none.
        precise = f"to_char({name} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
        return f"replace({precise}, '.000000', '')"
    return name


def read_value(written: str, kind: Kind) -> str | bytes | None:
    r"""Return a value of a line as SQLite's driver takes it; it makes the numbers.

    Raise ValueError.
    """
    if written == r"\N":
        return None
    if kind == "bytes":
        if not written.startswith(r"\\x"):
            message = f"{written[:20]!r} are no bytes"
            raise ValueError(message)
        return bytes.fromhex(written[3:])
    return _unescaped(written) if "\\" in written else written


_LETTERS = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f", "v": "\v"}


def _unescaped(written: str) -> str:
    """Undo the backslashes of a value."""
    first, *rest = written.split("\\")
    made = [first]
    pieces = iter(rest)
    for piece in pieces:
        if piece:
            made.append(_LETTERS.get(piece[0], piece[0]) + piece[1:])
        else:
            # Two in a row are one; what follows the second is as it stands.
            made.append("\\" + next(pieces, ""))
    return "".join(made)
