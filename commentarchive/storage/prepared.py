"""Queries that are put together once in a process, and asked with values each time.

To put one of ours together takes Django ten times as long as the database to answer.
So its SQL is kept. What comes back is what the queryset brings: rows, or models with
all that is fetched beside them.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import update_wrapper
from itertools import count
from threading import local
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError

from commentarchive.storage.replica import reading

# Longer lists are rare, and each length is a query of its own.
LONGEST = 512
# Rows that are fetched at once where not all of them are held.
CHUNK = 2000
# A query is put together twice, with values of which nothing else is made: where the
# two differ, values stand. Any column of numbers takes them.
_SAMPLES = (20_000, 26_000)
_BEYOND = 1 << 63
_FIRST_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
# What is bound; all else is part of the query.
_BOUND = (datetime, int, str)

# How each query's columns are read, by the connection of each thread.
_read_by = local()

# Which value, and where in it if it is a list.
type _Place = tuple[int, int | None]


class Prepared[**P, T]:
    """A function that returns a queryset for some values, asked by these values.

    Numbers, words, moments and tuples of these are bound. Whatever else it is called
    with (None, True, a choice) is part of the query. What it binds it may not look at:
    a query that does not come out the same for other values raises TypeError.
    """

    def __init__(self, build: Callable[P, QuerySet[Any, T]]) -> None:
        self._build: Callable[..., QuerySet[Any, T]] = build
        self._kept: dict[tuple[object, ...], _Kept[T] | None] = {}
        update_wrapper(self, build)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> list[T]:
        """Return all that the queryset holds; one query."""
        found = self._bound(*args, **kwargs)
        return [] if found is None else list(found)

    def stream(self, *args: P.args, **kwargs: P.kwargs) -> Iterator[T]:
        """Yield what the queryset holds, of which there may be much; one query."""
        found = self._bound(*args, **kwargs)
        return iter(()) if found is None else found.iterator(chunk_size=CHUNK)

    def first(self, *args: P.args, **kwargs: P.kwargs) -> T | None:
        """Return the first that the queryset holds, which should hold one at most."""
        return next(iter(self(*args, **kwargs)), None)

    def _bound(self, *args: Any, **kwargs: Any) -> QuerySet[Any, T] | None:
        """Return the queryset for some values; None where nothing can be in it."""
        if kwargs or not all(map(_fits, args)):
            return self._build(*args, **kwargs)
        values = [_padded(each) if isinstance(each, tuple) else each for each in args]
        shape = (reading(), *map(_shape_of, values))
        if shape not in self._kept:
            self._kept[shape] = _prepare(self._build, values)
        kept = self._kept[shape]
        return kept.bind(list(map(_written, values))) if kept else None


class _Kept[T]:
    """A queryset with its SQL, and which of the values stands where."""

    def __init__(
        self,
        queryset: QuerySet[Any, T],
        compiler: SQLCompiler,
        made: tuple[str, Sequence[object]],
    ) -> None:
        self._queryset, self._compiler = queryset, compiler
        # That of the thread that came first; others have their own.
        del compiler.connection
        self.sql, self.params = made
        self.places: list[tuple[int, _Place]] = []

    def bind(self, values: Sequence[Any]) -> QuerySet[Any, T]:
        params = list(self.params)
        for at, (which, inside) in self.places:
            value = values[which]
            params[at] = value if inside is None else value[inside]
        queryset: QuerySet[Any, T] = _copy(self._queryset)
        # All kinds of querysets read by way of the compiler of their query.
        query = vars(queryset)["_query"] = _copy(self._queryset.query)
        query.get_compiler = lambda using, **_: self._bound(using, params)
        return queryset

    def _bound(self, alias: str, params: Sequence[object]) -> Any:
        compiler = _copy(self._compiler)
        connection = compiler.connection = connections[alias]
        if self._queryset.query.select_for_update and not connection.in_atomic_block:
            # As Django says where it puts such a query together.
            message = "select_for_update cannot be used outside of a transaction."
            raise TransactionManagementError(message)
        compiler.as_sql = lambda *_args, **_more: (self.sql, params)
        compiler.get_converters = lambda columns: self._converters(compiler, columns)
        return compiler

    def _converters(self, compiler: Any, columns: Sequence[Any]) -> Any:
        """Return how columns are read: of one query, the same columns each time.

        For a wide row that takes longer to find out than to read it.
        """
        kept: dict[_Kept[Any], Any] = vars(_read_by).setdefault("kept", {})
        if self not in kept:
            kept[self] = type(compiler).get_converters(compiler, columns)
        return kept[self]


def _copy(found: Any) -> Any:
    """Copy an object as it stands; Django's own copies would take most of the time."""
    made = object.__new__(type(found))
    vars(made).update(vars(found))
    return made


def _prepare[T](
    build: Callable[..., QuerySet[Any, T]], values: Sequence[object]
) -> _Kept[T] | None:
    """Put a query together; None where nothing can be in it."""
    (kept, known), (other, others) = (_sampled(build, values, n) for n in _SAMPLES)
    if kept is None or other is None:
        return None
    pairs = zip(kept.params, other.params, strict=True)
    for at, (one, two) in enumerate(pairs):
        if _unwrapped(one) == _unwrapped(two):
            continue
        place = known.get(one)
        if place is None or place != others.get(two):
            message = f"{build.__qualname__} makes something of its values: {one!r}"
            raise TypeError(message)
        kept.places.append((at, place))
    bound = {place for _at, place in kept.places}
    if kept.sql != other.sql or bound != set(known.values()):
        message = f"{build.__qualname__} does not bind all of its values."
        raise TypeError(message)
    return kept


def _sampled[T](
    build: Callable[..., QuerySet[Any, T]], values: Sequence[object], first: int
) -> tuple[_Kept[T] | None, dict[object, _Place]]:
    """Put a query together with samples; return it, and which sample means what."""
    numbers = count(first)
    places: dict[object, _Place] = {}

    def sample(value: object, place: _Place) -> object:
        kind = _shape_of(value)
        if kind not in _BOUND:
            return value
        number = next(numbers)
        made: object = number
        if kind is str:
            made = f"sample {number}"
        elif kind is datetime:
            made = _FIRST_MOMENT + timedelta(minutes=number)
        places[_written(made)] = place
        return made

    samples = [
        tuple(sample(each, (which, inside)) for inside, each in enumerate(value))
        if isinstance(value, tuple)
        else sample(value, (which, None))
        for which, value in enumerate(values)
    ]
    queryset = build(*samples)
    compiler = queryset.query.get_compiler(using=queryset.db)
    try:
        return _Kept(queryset, compiler, compiler.as_sql()), places
    except EmptyResultSet:
        return None, places


def _written(value: Any) -> Any:
    """Return a value as the database that is read takes it: a moment is words there."""
    if isinstance(value, tuple):
        return tuple(map(_written, value))
    if isinstance(value, datetime):
        return connections[reading()].ops.adapt_datetimefield_value(value)
    return value


def _unwrapped(value: object) -> object:
    """Return a value that compares by what it says: psycopg's wrapped bytes do not."""
    return getattr(value, "obj", value)


def _fits(value: object) -> bool:
    """Return whether a value may be bound, or is part of a query; a database asks."""
    if isinstance(value, tuple):
        return len(value) <= LONGEST and all(
            _fits(each) and not isinstance(each, tuple) for each in value
        )
    return not isinstance(value, int) or -_BEYOND <= value < _BEYOND


def _padded(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Repeat the last of some values up to a power of two: few queries are kept."""
    length = len(values)
    wanted = 1 << (length - 1).bit_length() if length else 0
    return values + values[-1:] * (wanted - length)


def _shape_of(value: object) -> object:
    """Return what makes a query another one: of what is bound, its kind alone."""
    if isinstance(value, tuple):
        return tuple(map(_shape_of, value))
    if isinstance(value, bool | Enum):
        return value
    return next((kind for kind in _BOUND if isinstance(value, kind)), value)
