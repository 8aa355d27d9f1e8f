"""The rows of full-text tables that hold a passage, by digests of its phrases.

Beside its words each row of a search has keyed digests of the phrases by which its text
is kept (`text/passages.py`), as words that no text has. So they come and go with the
row: triggers delete them with the text, `index.py` folds them, `reconcile` compares.
"""

from base64 import b32encode
from collections.abc import Iterable, Iterator, Sequence
from itertools import batched

from django.db import connection

from commentarchive.matching import fingerprints
from commentarchive.text.passages import kept_by

# What stands before a digest, and how many bytes of it are enough.
SAID, BYTES = "\ue005", 5
# How many digests are asked for by one query: SQLite puts no more than 500 together.
ASKED = 400


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
        f"SELECT f.id FROM (SELECT id FROM {table} "
        "WHERE vector @@ quote_literal(d.word)::tsquery OFFSET 0) f "
        f"ORDER BY f.id DESC LIMIT {most}) r",
        [list(digests)],
    )


def _run(statement: str, values: Sequence[str | list[str]]) -> list[tuple[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: list[tuple[str, int]] = cursor.fetchall()
        return found
