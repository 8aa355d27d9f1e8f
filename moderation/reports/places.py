"""Where the list lies that makes up a number of a report."""

from collections.abc import Callable, Mapping
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse

from moderation.reports.figures.declared import Figure, Number
from moderation.reports.report import Line, Report
from moderation.reports.scope import Scope
from moderation.reports.tables import cell

# The figures whose lists the log has already, by its own filters.
_IN_THE_LOG: Mapping[str, Callable[[str], dict[str, str]]] = {
    "decisions": lambda _key: {},
    "decisions-by-action": lambda key: {"action": key},
    "decisions-by-grade": lambda key: {"known": key},
}


class LinkedLine(NamedTuple):
    """A line as pages show it, with the address of its list; "" where it has none."""

    line: Line
    address: str
    now: str
    # Before, difference, average and year to date; none where it is not compared.
    beside: tuple[str, ...]


class LinkedFigure(NamedTuple):
    """A figure with its lines."""

    figure: Figure
    lines: list[LinkedLine]


class LinkedSection(NamedTuple):
    """A section as pages show it."""

    title: str
    is_empty: bool
    figures: list[LinkedFigure]


def linked(report: Report, site: str = "") -> list[LinkedSection]:
    """Return the sections of a report with the address of each line's list."""
    return [
        LinkedSection(
            section.title,
            section.is_empty,
            [
                LinkedFigure(
                    figure,
                    [_linked(report, line, site) for line in lines],
                )
                for figure, lines in section.figures
                if lines
            ],
        )
        for section in report.sections
    ]


def _linked(report: Report, line: Line, site: str) -> LinkedLine:
    beside: tuple[str, ...] = ()
    if line.figure.is_compared:
        beside = (
            shown(line.before),
            _signed(line.difference),
            shown(line.average),
            shown(line.year_to_date),
        )
    return LinkedLine(line, _address(report, line, site), shown(line.now), beside)


def shown(number: Number) -> str:
    """Return a number as pages show it: as every face has it, a dash for none."""
    return cell(number) or "–"


def _signed(number: Number) -> str:
    return f"+{cell(number)}" if number is not None and number > 0 else shown(number)


def _address(report: Report, line: Line, site: str) -> str:
    if line.figure.rows is None or not line.now:
        return ""
    return site + list_address(report.scope, line.figure, line.key)


def list_address(scope: Scope, figure: Figure, key: str) -> str:
    """Return the address of the list that makes up a line, as the record stands."""
    period = scope.period
    asked = {"blog": scope.blog.slug} if scope.blog else {}
    if figure.key in _IN_THE_LOG:
        days = {"since": period.first.isoformat(), "until": period.last.isoformat()}
        query = days | _IN_THE_LOG[figure.key](key) | asked
        return f"{reverse('moderation:log')}?{urlencode(query)}"
    where = reverse("moderation:report-list", args=[period.name, figure.key])
    query = ({"line": key} if key else {}) | asked
    return f"{where}?{urlencode(query)}" if query else where
