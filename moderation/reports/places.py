"""Where the list lies that makes up a number of a report."""

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from django.urls import reverse

from moderation.reports.figures.declared import Figure, Number
from moderation.reports.report import Line, Report
from moderation.reports.scope import Scope
from moderation.reports.shown import (
    ShownFigure,
    ShownLine,
    ShownSection,
    shown,
    shown_beside,
    shown_section,
)

# The figures whose lists the log has already, by its own filters.
_IN_THE_LOG: Mapping[str, Callable[[str], dict[str, str]]] = {
    "decisions": lambda _key: {},
    "decisions-by-action": lambda key: {"action": key},
    "decisions-by-grade": lambda key: {"known": key},
}


def linked(report: Report, site: str = "") -> list[ShownSection]:
    """Return the sections of a report with the address of each line's list."""
    return [
        shown_section(
            section.title,
            [
                ShownFigure(
                    key=figure.key,
                    title=figure.title,
                    unit=figure.unit.value,
                    basis=figure.basis.value,
                    definition=figure.definition,
                    is_empty=all(line.is_empty for line in lines),
                    lines=[_linked(report, line, site) for line in lines],
                )
                for figure, lines in section.figures
            ],
        )
        for section in report.sections
    ]


def _linked(report: Report, line: Line, site: str) -> ShownLine:
    beside: tuple[Number, ...] = ()
    if line.figure.is_compared:
        beside = (line.before, line.difference, line.average, line.year_to_date)
    return ShownLine(
        label=line.label,
        now=shown(line.now),
        is_at_least=line.at_least,
        address=_address(report, line, site),
        beside=shown_beside(beside),
    )


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
