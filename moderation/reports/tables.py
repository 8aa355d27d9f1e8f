"""A report as one table for spreadsheets, a row a line of a figure."""

from collections.abc import Iterator

from commentarchive.spreadsheets import csv_lines
from moderation.reports.figures.declared import Number
from moderation.reports.report import Report

COLUMNS = (
    *("period", "blog", "record_size", "section", "figure", "title", "basis", "unit"),
    *("line", "label", "now", "at_least", "before", "difference", "average"),
    "year_to_date",
)


def report_rows(report: Report) -> Iterator[tuple[str, ...]]:
    """Yield the cells of each line; "" where there is no number."""
    scope = report.scope
    whose = scope.blog.ref if scope.blog else ""
    for line in report.lines:
        figure = line.figure
        yield (
            *(scope.period.name, whose, str(scope.until)),
            *(figure.section, figure.key, figure.title),
            *(figure.basis.value, figure.unit.value, line.key, line.label),
            *(cell(line.now), "yes" if line.at_least else "no"),
            *map(cell, (line.before, line.difference, line.average)),
            cell(line.year_to_date),
        )


def report_csv(report: Report) -> Iterator[str]:
    """Write a report as CSV, line by line."""
    return csv_lines(COLUMNS, report_rows(report))


def cell(number: Number) -> str:
    """Return a number as a table has it: one digit behind the point at most."""
    return "" if number is None else str(number)
