"""Numbers in a row, with marks: what bars are drawn of, and what their table says."""

from collections.abc import Sequence
from typing import NamedTuple

MARKS = {"removed": "removed", "notice": "perhaps never shown", "back": "put back"}


class Bar(NamedTuple):
    """One bar: what it is of, how many, and how many of each kind of mark.

    `address` leads from its row of the table to more of it.
    """

    label: str
    number: int
    marks: tuple[tuple[str, int], ...] = ()
    address: str = ""
    # Stands for a long time in which nothing happened.
    is_break: bool = False

    def cell(self, kind: str) -> int:
        """Return how many marks of a kind it has."""
        return dict(self.marks).get(kind, 0)


def kinds_in(bars: Sequence[Bar]) -> list[str]:
    """Return the kinds of marks that some bars have, in their order."""
    return [kind for kind in MARKS if any(bar.cell(kind) for bar in bars)]


def rows_of(bars: Sequence[Bar]) -> tuple[tuple[Bar, tuple[int, ...]], ...]:
    """Return each bar that is not empty, and its numbers of each kind of mark."""
    kinds = kinds_in(bars)
    return tuple(
        (bar, tuple(map(bar.cell, kinds))) for bar in bars if bar.number or bar.marks
    )


def span_of(bars: Sequence[Bar]) -> str:
    """Return from where to where the bars go."""
    first, last = bars[0].label, bars[-1].label
    return first if len(bars) == 1 else f"{first} to {last}"


def described(bars: Sequence[Bar]) -> str:
    """Return what bars show, in words."""
    top = max(bars, key=lambda bar: bar.number)
    words = [f"{span_of(bars)}."]
    if top.number:
        words.append(f"The most are {top.number}: {top.label}.")
    words += [
        f"{sum(bar.cell(kind) for bar in bars)} {MARKS[kind]}."
        for kind in kinds_in(bars)
    ]
    return " ".join([*words, "The table has all numbers."])
