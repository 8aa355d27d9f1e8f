"""What a figure is, and the lines that it has."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from django.db.models import QuerySet

from moderation.reports.scope import Scope

# The key of the line that counts all.
WHOLE = ""
# What may change anything that tables keep without the number of an entry.
COPIES = (
    *("archive.import", "archive.publish", "blog.change", "comment.new", "post.new"),
    *("comment.correct", "post.correct", "capture.correct", "comment.release"),
    *("crosspost.confirm", "crosspost.refuse", "erase.done"),
)
# A figure of the present, which no later recomputation can find again.
PRESENT = ("*",)


class Basis(StrEnum):
    """What a figure is worked out from."""

    # The entries of the public record alone: anybody can recompute it.
    RECORD = "record"
    TABLES = "tables"
    # What the blogs' own copies told.
    IMPORTED = "imported"


class Unit(StrEnum):
    """What a figure's numbers are."""

    COUNT = "count"
    HOURS = "hours"
    PER_CENT = "per cent"


type Number = int | float | None


def rounded(number: float) -> Number:
    """Round to one digit behind the point; whole numbers stay whole."""
    short = round(number, 1)
    return int(short) if short == int(short) else short


class Count(NamedTuple):
    """One line: a key that is fixed for good, its words, its number.

    None where there is nothing to say: a median of no waits. Hours and per cent have
    one digit behind the point.
    """

    key: str
    label: str
    number: Number
    # Whether there may be more, since not all was looked at.
    at_least: bool = False


# What makes up the number of one line: exactly that many rows.
type Rows = Callable[[Scope, str], QuerySet[Any]]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One figure of every report."""

    key: str
    title: str
    section: str
    basis: Basis
    unit: Unit = Unit.COUNT
    definition: str
    work_out: Callable[[Scope], Iterable[Count]]
    # None where there is no list that readers may see, or that has as many rows.
    rows: Rows | None = None
    # False where its lines differ from period to period: months, articles.
    is_compared: bool = True
    # Whether charts show it month by month.
    is_charted: bool = False
    # False where the entries do not tell of which blog something is.
    has_blogs: bool = True
    # The events that may change it later, though it counts only what was on record at
    # the time: it cannot be checked as of a state that such entries follow.
    unsettled_by: tuple[str, ...] = ()
