"""What a database is made of, so that two of them can be compared."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from django.db import connection

# A definition by kind and name.
type Schema = dict[tuple[str, str], str]
# Columns, constraints, indexes and triggers, each as the server would write it.
_OF_POSTGRESQL = """
SELECT 'column', c.relname || '.' || a.attname, concat_ws(' ', format_type(a.atttypid,
    a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated, a.attstorage,
    a.attstattarget, a.attcollation::regcollation, pg_get_expr(d.adbin, d.adrelid))
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
    AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL SELECT 'constraint', conrelid::regclass || '.' || conname,
    pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes
WHERE schemaname = 'public'
UNION ALL SELECT 'table', relname, concat_ws(' ', relkind, relpersistence, reloptions)
FROM pg_class WHERE relnamespace = 'public'::regnamespace
UNION ALL SELECT 'trigger', tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid)
FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'function', proname, prosrc FROM pg_proc
WHERE pronamespace = 'public'::regnamespace
"""


def schema_of_postgresql() -> Schema:
    """Return what the database is made of."""
    with connection.cursor() as cursor:
        cursor.execute(_OF_POSTGRESQL)
        return {(kind, name): text for kind, name, text in cursor.fetchall()}


def schema_of_sqlite(path: Path) -> Schema:
    """Return what a file is made of.

    The order of columns is left out: it depends on how a table came to be.
    """
    with closing(sqlite3.connect(path)) as database:
        # Statistics are there where something has asked for them.
        query = (
            "SELECT type, name, sql FROM sqlite_master WHERE name NOT GLOB '*_stat[14]'"
        )
        rows = database.execute(query)
        return {(kind, name): _sorted(sql or "") for kind, name, sql in rows}


def _sorted(sql: str) -> str:
    """Return the parts of a table's definition in the order of their letters."""
    begin, bracket, rest = sql.partition("(")
    if not begin.startswith("CREATE TABLE"):
        return sql
    parts, depth = [""], 0
    for piece in re.findall(r"'[^']*'|\"[^\"]*\"|.", rest, re.DOTALL):
        depth += (piece == "(") - (piece == ")")
        if piece == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += piece
    # The last bracket closes the definition.
    parts[-1] = parts[-1].rstrip().removesuffix(")")
    return f"{begin}{bracket}{', '.join(sorted(part.strip() for part in parts))})"


def differences(ours: Schema, others: Schema) -> list[str]:
    """Return the lines in which two of them differ, for a message that can be read."""
    return [
        f"{kind} {name}: {ours.get((kind, name))} | {others.get((kind, name))}"
        for kind, name in sorted({*ours, *others})
        if ours.get((kind, name)) != others.get((kind, name))
    ]
