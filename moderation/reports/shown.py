"""The tables of a report as pages show them: of one that is built, or one issued."""

from collections.abc import Sequence
from typing import NamedTuple

from moderation.reports.figures.declared import Number
from moderation.reports.tables import cell


class ShownLine(NamedTuple):
    """A line, with the address of its list; "" where it has none."""

    label: str
    now: str
    is_at_least: bool
    address: str
    # Before, difference, average and year to date; none where it is not compared.
    beside: tuple[str, ...]


class ShownFigure(NamedTuple):
    """A figure with its lines."""

    key: str
    title: str
    unit: str
    basis: str
    definition: str
    is_empty: bool
    lines: Sequence[ShownLine]


class ShownSection(NamedTuple):
    """A section: figures that count something, and apart those that count nothing."""

    title: str
    figures: Sequence[ShownFigure]
    nothing: Sequence[ShownFigure]


def shown_section(title: str, figures: Sequence[ShownFigure]) -> ShownSection:
    """Fold away the figures that count nothing."""
    return ShownSection(
        title,
        [each for each in figures if not each.is_empty],
        [each for each in figures if each.is_empty],
    )


def shown_beside(numbers: Sequence[Number]) -> tuple[str, ...]:
    """Return the numbers beside a line's own: before, difference and the others."""
    return tuple(
        f"+{cell(number)}" if place == 1 and number and number > 0 else shown(number)
        for place, number in enumerate(numbers)
    )


def shown(number: Number) -> str:
    """Return a number as pages show it: as every face has it, a dash for none."""
    return cell(number) or "–"
