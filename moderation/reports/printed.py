"""A report as a PDF: the same numbers and charts as on its page, for paper and files.

One state of the record, and the same bytes; only once that very state was signed is its
signature printed too. Nothing is read off a clock.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from commentarchive.charts.drawing import Chart, written
from commentarchive.ledger.append import read_leaf
from commentarchive.ledger.models import Checkpoint, Entry
from moderation.reports.charts import charts_of
from moderation.reports.document import report_document
from moderation.reports.figures.declared import Basis, Figure, Unit
from moderation.reports.report import Line, Report
from moderation.reports.typesetting import typeset

COLUMNS = ("Now", "Before", "Difference", "Average of 3", "Year to date")
BASES = {
    Basis.RECORD: "the public record alone; anybody can work it out again",
    Basis.TABLES: "the archive’s tables, as of that state of the record",
    Basis.IMPORTED: "what the blogs’ own copies told",
}


def report_pdf(report: Report) -> bytes:
    """Return a report as a tagged PDF. Raise NotTypeset."""
    charts = charts_of(report)
    drawings = {_file(chart): chart.printed.encode() for chart in charts}
    return typeset("report.typ", _data(report, charts), drawings)


def _file(chart: Chart) -> str:
    return f"{chart.key}.svg"


def _data(report: Report, charts: tuple[Chart, ...]) -> Mapping[str, Any]:
    scope, document = report.scope, report_document(report)
    return {
        "title": report.title,
        "whose": scope.blog.title if scope.blog else "All blogs",
        "dated": _dated(scope.until),
        "facts": [
            ("Period", f"{document['first']} to {document['last']}"),
            ("The archive begins", document["begins"] or "with nothing yet"),
            ("Record", document["origin"]),
            ("Entries on record", written(document["record"]["size"])),
            ("Root of its tree", document["record"]["root"]),
        ],
        "clocks": "Days are those of each blog’s own clock: "
        + "; ".join(f"{each.label}, {each.time_zone}" for each in scope.blogs)
        + ".",
        "charts": [
            {"title": each.title, "sentence": each.sentence, "file": _file(each)}
            for each in charts
        ],
        "sections": [
            {
                "title": section.title,
                "figures": [
                    _figure(*each) for each in section.figures if _counts(each[1])
                ],
                "nothing": [
                    figure.title
                    for figure, lines in section.figures
                    if not _counts(lines)
                ],
            }
            for section in report.sections
        ],
        "checkpoint": _checkpoint(scope.until),
    }


def _counts(lines: tuple[Line, ...]) -> bool:
    """Return whether a figure has anything to show."""
    return not all(line.is_empty for line in lines)


def _figure(figure: Figure, lines: tuple[Line, ...]) -> Mapping[str, Any]:
    unit = "" if figure.unit is Unit.COUNT else f", {figure.unit.value}"
    columns = COLUMNS if figure.is_compared else COLUMNS[:1]
    return {
        "title": f"{figure.title}{unit}",
        "definition": figure.definition,
        "basis": BASES[figure.basis],
        "columns": [("", False), *((name, True) for name in columns)],
        # A share that is not given is said; what was not counted anywhere is left out.
        "rows": [
            list(_cells(figure, line))
            for line in lines
            if not line.is_empty or figure.unit is not Unit.COUNT
        ],
    }


def _cells(figure: Figure, line: Line) -> Iterator[str]:
    yield line.label
    yield f"{'at least ' if line.at_least else ''}{written(line.now)}"
    if figure.is_compared:
        yield written(line.before)
        yield _signed(line.difference)
        yield written(line.average)
        yield written(line.year_to_date)


def _signed(number: float | None) -> str:
    if number is None or number == 0:
        return written(number)
    return f"+{written(number)}" if number > 0 else f"−{written(-number)}"


def _dated(until: int) -> str | None:
    """Return the day of the last entry that the report counts, in UTC."""
    leaf = Entry.objects.filter(index=until - 1).values_list("leaf", flat=True).first()
    if leaf is None:
        return None
    told: Any = read_leaf(bytes(leaf))
    return datetime.fromisoformat(told["ts"]).astimezone(UTC).date().isoformat()


def _checkpoint(until: int) -> str:
    """Return the signed note of that very state; "" where only others were signed."""
    found = Checkpoint.objects.filter(size=until).values_list("note", flat=True)
    return found.first() or ""
