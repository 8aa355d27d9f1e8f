"""The rows of full-text tables that hold a passage, by digests of its phrases.

Beside its words each row of a search has keyed digests of the phrases by which its text
is kept (`text/passages.py`), as words that no text has. So they come and go with the
row: triggers delete them with the text, `index.py` folds them, `reconcile` compares.
"""

from base64 import b32encode
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import batched
from typing import NamedTuple

from django.db import connection

from commentarchive.matching import fingerprints
from commentarchive.text.passages import kept_by

# What stands before a digest, and how many bytes of it are enough.
SAID, BYTES = "\ue005", 5
# How many digests are asked for by one query: SQLite puts no more than 500 together.
ASKED = 400


class Bearers(NamedTuple):
    """Rows by their keys, with how many digests each has, and whether these are all."""

    rows: "Counter[int]"
    is_all: bool


def digest_words(phrases: Iterable[str]) -> list[str]:
    """Return phrases as a row has them."""
    return [
        SAID + b32encode(each[:BYTES]).decode().lower()
        for each in fingerprints(phrases, after="passage")
    ]


def passage_words(*texts: str) -> list[str]:
    """Return all by which a row is found where its texts repeat a passage."""
    return list(
        dict.fromkeys(word for each in texts for word in digest_words(kept_by(each)))
    )


def bearers(table: str, digests: Sequence[str], most: int) -> Bearers:
    """Count of each row how many of some digests it has.

    Of each digest the newest rows alone, `most` of them.
    """
    rows: Counter[int] = Counter()
    each_has: Counter[str] = Counter()
    find = _on_sqlite if connection.vendor == "sqlite" else _on_postgresql
    for part in batched(digests, ASKED, strict=False):
        for digest, key in find(table, part, most + 1):
            each_has[digest] += 1
            if each_has[digest] <= most:
                rows[key] += 1
    return Bearers(rows, all(number <= most for number in each_has.values()))


def _on_sqlite(
    table: str, digests: Sequence[str], most: int
) -> Iterable[tuple[str, int]]:
    one = (
        f"SELECT * FROM (SELECT %s, rowid FROM {table}_fts WHERE {table}_fts MATCH %s "  # noqa: S608  # names of our own
        f"ORDER BY rowid DESC LIMIT {most})"
    )
    values = [value for each in digests for value in (each, f'"{each}"')]
    return _run(" UNION ALL ".join([one] * len(digests)), values)


def _on_postgresql(
    table: str, digests: Sequence[str], most: int
) -> Iterable[tuple[str, int]]:
    # OFFSET 0 keeps the planner from going through all rows in their order.
    return _run(
        "SELECT d.word, r.id FROM unnest(%s::text[]) d(word) CROSS JOIN LATERAL ("  # noqa: S608  # as above
        f"SELECT f.id FROM (SELECT id FROM {table} WHERE vector @@ "
        f"quote_literal(d.word)::tsquery OFFSET 0) f ORDER BY f.id DESC LIMIT {most}) r",
        [list(digests)],
    )


def _run(statement: str, values: Sequence[object]) -> list[tuple[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: list[tuple[str, int]] = cursor.fetchall()
        return found
