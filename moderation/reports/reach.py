"""Which rows a report counts, in plain values: queries on them are put together once.

A report asks the same of each of its periods, and of each month for its charts. Only
the values differ: how far the record goes, the moments at which days begin and end, and
the blogs that go by each clock.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from inspect import signature
from itertools import batched
from typing import Any, NamedTuple, Self

from django.db import connection
from django.db.models import (
    BigIntegerField,
    ExpressionWrapper,
    F,
    Q,
    QuerySet,
    Value,
)
from django.db.models.lookups import In

from commentarchive.storage.prepared import Prepared


class Clock(NamedTuple):
    """The blogs that go by one clock, and when a period begins and ends by it."""

    blogs: tuple[int, ...]
    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """All that is on record before entry `until`, of a period by some clocks.

    `first` and `after` are the outermost moments of all clocks, if there are any.
    """

    until: int
    first: datetime | None
    after: datetime | None
    clocks: tuple[Clock, ...]

    @classmethod
    def by(cls, until: int, clocks: Sequence[Clock]) -> Self:
        """Return the reach by some clocks; without one it holds nothing."""
        return cls(
            until=until,
            first=min((each.begin for each in clocks), default=None),
            after=max((each.end for each in clocks), default=None),
            clocks=tuple(clocks),
        )

    @property
    def values(self) -> Iterator[Any]:
        """Yield what `of` takes."""
        yield from (self.until, self.first, self.after)
        for clock in self.clocks:
            yield from clock

    @classmethod
    def of(cls, values: Sequence[Any]) -> Self:
        """Return the reach of some values."""
        until, first, after, *rest = values
        clocks = tuple(Clock(*each) for each in batched(rest, 3, strict=True))
        return cls(until=until, first=first, after=after, clocks=clocks)

    def on_days(self, moment: str, blog: str = "post__blog") -> Q:
        """Return the condition that a time is in the period, by its blog's clock.

        The outermost bounds stand apart, so that an index on the time serves all.
        """
        if not self.clocks:
            return Q(pk__in=[])
        by_clock = Q()
        for clock in self.clocks:
            by_clock |= _is_one_of(blog, clock.blogs) & Q(
                (f"{moment}__gte", clock.begin),
                (f"{moment}__lt", clock.end),
            )
        outermost = Q((f"{moment}__gte", self.first), (f"{moment}__lt", self.after))
        return outermost & by_clock

    def after_days(self, moment: str, blog: str = "post__blog") -> Q:
        """Return the condition that a time is after the period, by its blog's clock."""
        found = Q() if self.clocks else Q(pk__in=[])
        for clock in self.clocks:
            found |= _is_one_of(blog, clock.blogs) & Q((f"{moment}__gte", clock.end))
        return found

    def of_its_blogs(self, blog: str = "post__blog") -> Q:
        """Return the condition that a row is of a blog that the report counts."""
        return _is_one_of(blog, [pk for each in self.clocks for pk in each.blogs])


class AskedWithin[*Values, T]:
    """A function that returns a queryset for a reach, put together once for all.

    It may not look at the values of a reach, nor at what else it takes: see `Prepared`.
    """

    def __init__(self, build: Callable[[Reach, *Values], QuerySet[Any, T]]) -> None:
        beside = len(signature(build).parameters) - 1

        @wraps(build)
        def build_from(*values: Any) -> QuerySet[Any, T]:
            more: Any = values[:beside]
            return build(Reach.of(values[beside:]), *more)

        self._prepared = Prepared(build_from)

    def __call__(self, reach: Reach, *more: *Values) -> list[T]:
        """Return all that the queryset holds; one query, and none without blogs."""
        return self._prepared(*more, *reach.values) if reach.clocks else []

    def stream(self, reach: Reach, *more: *Values) -> Iterator[T]:
        """Yield what the queryset holds, of which there may be much."""
        if not reach.clocks:
            return iter(())
        return self._prepared.stream(*more, *reach.values)


def _is_one_of(blog: str, pks: Sequence[int]) -> Q:
    """Return the condition that a row is of one of some blogs, and read by its time.

    SQLite has no statistics of its tables, and would look through every article of the
    blogs, and all that is below each, for a month in which nothing happened: it gets a
    sum, which no index serves. PostgreSQL knows how many rows there are.
    """
    if connection.vendor != "sqlite":
        return Q((f"{blog}__in", pks))
    summed = ExpressionWrapper(F(blog) + Value(0), output_field=BigIntegerField())
    return Q(In(summed, pks))
