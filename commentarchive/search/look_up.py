"""Look words up in a database's full-text index, newest rows first.

Words are looked up in the index; phrases and days are held against the rows
themselves. Of every row it is asked, by the rule that pages go by, whether readers see
its text now, so that no row that is left over shows or counts.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from django.db import connection, connections, router
from django.db.models.expressions import RawSQL

from commentarchive.models import PublicWords
from commentarchive.models.comment import CommentQuerySet
from commentarchive.models.post import PostQuerySet
from commentarchive.search.index import PERIOD, PERIOD_BITS, order_key

# On PostgreSQL, whose index keeps no order: how many of the newest rows are gone
# through first, which is enough for words that are everywhere.
_NEWEST = 3000
# With fewer hits in these the words are rare, and many periods are looked into at once.
_FEW = 5
# What no index answers is asked of so many rows, the newest that have the words.
LOOKED_AT = 20_000
# By so many of its characters a hit is weighed: most texts have no more, and a page
# never holds much of hundreds of very long ones.
_BEGINNING = 20_000
# No row has so large a key.
_BEYOND = (1 << 63) - 1
# A day by a blog's clock begins and ends within a day of that of UTC.
_APART = timedelta(days=2)
# How many periods are looked into at once, at most; then all that are older.
_MOST_PERIODS = 8

# How to get the comments or articles that whoever asks may see; None for all.
type Shown = Callable[[], CommentQuerySet | PostQuerySet] | None
type Values = list[Any]


class Hit(NamedTuple):
    """A text that was found: whose it is, and how well it fits."""

    key: int
    subject: int
    revision: int
    score: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What rows of a table have to be, as both databases take it."""

    table: str
    shown: Shown
    needed: Sequence[str]
    unwanted: Sequence[str]
    # Phrases, as they stand in a row, and whether a hit has them.
    phrases: Sequence[tuple[str, bool]]
    since: date | None
    until: date | None
    # By what a hit is weighed.
    weighed: Sequence[str]
    # The least key that is looked at; None for all.
    oldest: int | None = None


def newest_hits(asked: Asked, most: int) -> list[Hit]:
    """Return the newest hits."""
    return [Hit(*row) for row in _newest_rows(asked, most)]


def best_hits(asked: Asked, most: int, *, among: int) -> list[Hit]:
    """Return the best of the newest hits, of which so many are weighed.

    Not by the databases: each takes longer to count words than to hand them over.
    """
    rows = _newest_rows(asked, among, f", substr(r.words, 1, {_BEGINNING})")
    weighed = [
        (_score(words, asked.weighed), key, subject, revision)
        for key, subject, revision, words in rows
    ]
    weighed.sort(reverse=True)
    return [
        Hit(key, subject, revision, score)
        for score, key, subject, revision in weighed[:most]
    ]


def _newest_rows(asked: Asked, most: int, more: str = "") -> Sequence[Any]:
    """Return key, subject and version of the newest rows, and columns more."""
    find = _on_sqlite if connection.vendor == "sqlite" else _on_postgresql
    return find(asked, most, f"r.id, r.subject_id, r.revision_id{more}")


def oldest_among(asked: Asked, most: int) -> int | None:
    """Return the least key of the newest rows that have the words, `most` of them.

    None where no more rows have them. What an index cannot answer is asked of each row:
    of words that are everywhere, these are more than anybody would wait for.
    """
    if connection.vendor == "postgresql":
        return _oldest_on_postgresql(asked, most)
    index = f"{asked.table}_fts"
    least, beyond = _span(asked)
    last = _run(
        f"SELECT rowid FROM {index} f WHERE f.{index} MATCH %s "  # noqa: S608  # names of our own
        "AND f.rowid >= %s AND f.rowid < %s "
        f"ORDER BY f.rowid DESC LIMIT 2 OFFSET {most - 1}",
        [_match(asked), least, beyond],
    )
    return last[0][0] if len(last) > 1 else None


def _oldest_on_postgresql(asked: Asked, most: int) -> int | None:
    """Count by the index alone, period by period, until there are enough."""
    table, match = asked.table, _tsquery(asked)
    first, newest = _run(f"SELECT min(id), max(id) FROM {table}", [])[0]  # noqa: S608  # as above
    least, beyond = _span(asked)
    left = most
    for periods, last in _periods(max(first or 0, least), _lesser(newest, beyond), 1):
        # OFFSET 0 keeps the planner from going through all rows in their order.
        found, oldest = _run(
            f"SELECT count(*), (array_agg(id ORDER BY id DESC))[{left}] "  # noqa: S608  # as above
            f"FROM {table} WHERE vector @@ %s::tsquery AND id <= %s AND id >= %s",
            [f"({match}){periods}", last, least],
        )[0]
        if found > left:
            return int(oldest)
        left -= found
    return None


def _score(words: str, weighed: Sequence[str]) -> int:
    """Return how well a hit fits: a whole number.

    Its words and phrases count more the more often they stand in it, and less the
    longer it is.
    """
    score, spread = 0, 1 + len(words) // 500
    for each in weighed:
        count = words.count(each)
        score += 1000 * count // (count + spread)
    return score


def _where(asked: Asked, has: str) -> tuple[str, Values]:
    """Return the conditions that no index answers."""
    parts: list[str] = []
    values: Values = []
    for words, is_there in asked.phrases:
        parts.append(f"{has}(r.words, %s) {'>' if is_there else '='} 0")
        values.append(words)
    if asked.oldest is not None:
        parts.append("r.id >= %s")
        values.append(asked.oldest)
    if asked.since is not None:
        parts.append("r.day >= %s")
        values.append(asked.since.toordinal())
    if asked.until is not None:
        parts.append("r.day < %s")
        values.append(asked.until.toordinal())
    if asked.shown is not None:
        query, more = _rule(asked.shown, connection.vendor)
        parts.append(f"EXISTS ({query})")
        values += more
    return " AND ".join(parts) or "true", values


@cache
def _rule(
    shown: Callable[[], CommentQuerySet | PostQuerySet], _vendor: str
) -> tuple[str, Values]:
    """Return the query that keeps a row's comment or article, if it is shown so.

    Built once: the ORM takes longer to put it together than the database to answer.
    """
    of_row = shown().filter(
        pk=RawSQL("r.subject_id", ()), current_revision=RawSQL("r.revision_id", ())
    )
    query, values = of_row.order_by().values("pk").query.sql_with_params()
    return query, list(values)


def _match(asked: Asked) -> str:
    """Return what rows have to have, as FTS5 is asked for it."""
    needed = " AND ".join(f'"{word}"' for word in asked.needed)
    unwanted = " OR ".join(f'"{word}"' for word in asked.unwanted)
    return f"({needed}) NOT ({unwanted})" if unwanted else needed


def _span(asked: Asked) -> tuple[int, int]:
    """Return the least key that a hit may have, and one beyond all that it may have."""
    least, beyond = asked.oldest or 0, _BEYOND
    if asked.since is not None:
        least = max(least, _key_of_day(asked.since - _APART))
    if asked.until is not None:
        beyond = _key_of_day(asked.until + _APART)
    return least, beyond


def _key_of_day(day: date) -> int:
    return order_key(datetime(day.year, day.month, day.day, tzinfo=UTC), 0)


def _on_sqlite(asked: Asked, most: int, columns: str) -> Sequence[Any]:
    where, values = _where(asked, "instr")
    index = f"{asked.table}_fts"
    # CROSS JOIN keeps the order of the tables: rows come newest first, and end early.
    return _run(
        f"SELECT {columns} "  # noqa: S608  # names of our own
        f"FROM {index} f CROSS JOIN {asked.table} r ON r.id = f.rowid "
        f"WHERE f.{index} MATCH %s AND f.rowid >= %s AND f.rowid < %s AND {where} "
        f"ORDER BY f.rowid DESC LIMIT {most}",
        [_match(asked), *_span(asked), *values],
    )


def _on_postgresql(asked: Asked, most: int, columns: str) -> Sequence[Any]:
    """Go through the newest rows, and from there on by the index, period by period.

    The planner knows nothing of how often a word is there: samples of words would
    outlive an erasure.
    """
    where, values = _where(asked, "strpos")
    match = _tsquery(asked)
    kept = "id, subject_id, revision_id, day, words"
    found: list[tuple[Any, ...]] = []

    def read(rows: str, begin: Values, prefix: str = "") -> None:
        found.extend(
            _run(
                f"{prefix}SELECT {columns} "  # noqa: S608  # as above
                f"FROM ({rows} ORDER BY id DESC) r "
                f"WHERE {where} ORDER BY r.id DESC LIMIT {most - len(found)}",
                [*begin, *values],
            )
        )

    table = asked.table
    [first, edge] = _run(
        f"SELECT min(id), (SELECT id FROM {table} ORDER BY id DESC OFFSET {_NEWEST} "  # noqa: S608  # as above
        f"LIMIT 1) FROM {table}",
        [],
    )[0]
    newest = f"(SELECT * FROM {table} ORDER BY id DESC LIMIT {_NEWEST}) n"  # noqa: S608  # as above
    rows = f"SELECT {kept} FROM {newest} WHERE vector @@ %s::tsquery"  # noqa: S608  # as above
    read(rows, [match])
    # Materialized, lest the planner goes through all rows in their order.
    rows = f"SELECT {kept} FROM {table} WHERE vector @@ %s::tsquery AND id <= %s"  # noqa: S608  # as above
    number = _MOST_PERIODS if len(found) < _FEW else 1
    least, beyond = _span(asked)
    for periods, last in _periods(
        max(first or 0, least), _lesser(edge, beyond), number
    ):
        if len(found) < most:
            asked_for = [f"({match}){periods}", last]
            read("SELECT * FROM m", asked_for, f"WITH m AS MATERIALIZED ({rows}) ")
    return found


def _lesser(last: int | None, beyond: int) -> int | None:
    return None if last is None else min(last, beyond)


def _tsquery(asked: Asked) -> str:
    unwanted = (f"!'{word}'" for word in asked.unwanted)
    return " & ".join((*(f"'{word}'" for word in asked.needed), *unwanted))


def _periods(first: int, last: int | None, number: int) -> Iterator[tuple[str, int]]:
    """Yield periods, newest first, as a part of a query and the last key in them.

    So many at once, then ever more of them, and in the end all that are older.
    """
    while last is not None and last >= first:
        newest = last >> PERIOD_BITS
        if number > _MOST_PERIODS or newest - number < first >> PERIOD_BITS:
            yield "", last
            return
        part = range(newest - number + 1, newest + 1)
        yield " & (" + " | ".join(f"'{PERIOD}{each}'" for each in part) + ")", last
        last = ((newest - number + 1) << PERIOD_BITS) - 1
        number *= 2


def _run(statement: str, values: Values) -> list[tuple[Any, ...]]:
    # A public page may be made from a replica.
    with connections[router.db_for_read(PublicWords)].cursor() as cursor:
        cursor.execute(statement, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
