"""The rows of full-text tables that hold a passage, by digests of its phrases.

Beside its words each row of a search has keyed digests of the phrases by which its text
is kept (`text/passages.py`), as words that no text has. So they come and go with the
row: triggers delete them with the text, `index.py` folds them, `reconcile` compares.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import batched
from typing import Any

from django.db import connection

from commentarchive.matching import fingerprints
from commentarchive.text.passages import kept_by

# What stands before a digest, and how many bytes of it are enough.
SAID, BYTES = "\ue005", 5
# How many digests are asked for by one query.
ASKED = 400
# Base 32 (RFC 4648, small letters) two letters at a time: a third of the time.
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS = [one + other for one in _LETTERS for other in _LETTERS]


def digest_words(phrases: Iterable[str]) -> list[str]:
    """Return phrases as a row has them."""
    return [
        SAID + _letters(int.from_bytes(each[:BYTES]))
        for each in fingerprints(phrases, after="passage")
    ]


def _letters(digest: int) -> str:
    """Return a digest of five bytes in eight letters."""
    return (
        _PAIRS[digest >> 30]
        + _PAIRS[digest >> 20 & 1023]
        + _PAIRS[digest >> 10 & 1023]
        + _PAIRS[digest & 1023]
    )


def passage_words(*texts: str) -> list[str]:
    """Return all by which a row is found where its texts repeat a passage."""
    return list(
        dict.fromkeys(word for each in texts for word in digest_words(kept_by(each)))
    )


def rows_with(
    table: str, digests: Sequence[str], most: int
) -> Iterator[tuple[str, int]]:
    """Yield each digest with the keys of rows that have it, of the newest `most`."""
    find = _on_sqlite if connection.vendor == "sqlite" else _on_postgresql
    for part in batched(digests, ASKED, strict=False):
        yield from find(table, part, most)


def _on_sqlite(
    table: str, digests: Sequence[str], most: int
) -> Iterable[tuple[str, int]]:
    # One short statement for any number: Django goes through it, SQLite compiles it.
    found = _run(
        "SELECT d.value, (SELECT json_group_array(rowid) FROM (SELECT rowid "  # noqa: S608  # names of our own
        f"FROM {table}_fts WHERE {table}_fts MATCH '\"' || d.value || '\"' "
        f"ORDER BY rowid DESC LIMIT {most})) FROM json_each(%s) d",
        [json.dumps(digests)],
    )
    return ((digest, key) for digest, keys in found for key in json.loads(keys))


def _on_postgresql(
    table: str, digests: Sequence[str], most: int
) -> Iterable[tuple[str, int]]:
    # OFFSET 0 keeps the planner from going through all rows in their order.
    return _run(
        "SELECT d.word, r.id FROM unnest(%s::text[]) d(word) CROSS JOIN LATERAL ("  # noqa: S608  # as above
        f"SELECT f.id FROM (SELECT id FROM {table} "
        "WHERE vector @@ quote_literal(d.word)::tsquery OFFSET 0) f "
        f"ORDER BY f.id DESC LIMIT {most}) r",
        [list(digests)],
    )


def _run(statement: str, values: Sequence[str | list[str]]) -> list[tuple[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: list[tuple[str, Any]] = cursor.fetchall()
        return found
