"""A report as a PDF: the same numbers and charts as on its page, for paper and files.

One state of the record, and the same bytes; only once that very state was signed is its
signature printed too, which an issued report has always. Nothing is read off a clock.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from commentarchive.charts.drawing import Chart, written
from commentarchive.ledger.append import read_leaf
from commentarchive.ledger.models import Checkpoint, Entry
from moderation.reports.charts import IN_ALL
from moderation.reports.figures.declared import Basis, Unit
from moderation.reports.told import BESIDE, Line, Told, ToldFigure
from moderation.reports.typesetting import typeset

COLUMNS = ("Now", "Before", "Difference", "Average of 3", "Year to date")
# What cells of a row say of which nothing is counted.
_NOTHING = frozenset({"0", "–"})
BASES = {
    Basis.RECORD: "the public record alone; anybody can work it out again",
    Basis.TABLES: "the archive’s tables, as of that state of the record",
    Basis.IMPORTED: "what the blogs’ own copies told",
}


def report_pdf(told: Told) -> bytes:
    """Return a report as a tagged PDF. Raise NotTypeset."""
    drawings = {_file(chart): chart.printed.encode() for chart in told.charts}
    return typeset("report.typ", _data(told), drawings)


def _file(chart: Chart) -> str:
    return f"{chart.key}.svg"


def _data(told: Told) -> Mapping[str, Any]:
    document, clocks = told.document, told.clocks
    return {
        "title": told.title,
        "whose": told.whose,
        "dated": _dated(told.size),
        "is_issued": bool(told.issued),
        "page": told.page,
        "ledger": settings.BASE_URL + reverse("ledger:index"),
        "facts": [
            ("Period", f"{document['first']} to {document['last']}"),
            ("The archive begins", document["begins"] or "with nothing yet"),
            ("Record", document["origin"]),
            ("Entries on record", written(told.size)),
            ("Root of its tree", document["record"]["root"]),
            *told.issued,
        ],
        "clocks": "Days are those of each blog’s own clock: "
        + "; ".join(f"{title}, {clock}" for title, clock in clocks)
        + ".",
        "charts": [
            {
                "title": each.title,
                "sentence": each.sentence,
                "file": _file(each),
                **_table(each),
            }
            for each in told.charts
        ],
        "sections": [
            {
                "title": title,
                "figures": [_figure(each) for each in figures if not each.is_empty],
                "nothing": [each.said["title"] for each in figures if each.is_empty],
            }
            for title, figures in told.sections.items()
        ],
        "checkpoint": _checkpoint(told.size),
    }


def _table(chart: Chart) -> Mapping[str, Any]:
    """Return the table of a chart; bars have their numbers at their ends."""
    if chart.key.endswith(IN_ALL):
        return {"columns": [], "rows": []}
    rows = [row for row in chart.rows if not _NOTHING.issuperset(row[1:])]
    columns = [(name, place > 0) for place, name in enumerate(chart.head)]
    return {"columns": columns, "rows": rows}


def _figure(figure: ToldFigure) -> Mapping[str, Any]:
    said = figure.said
    unit = "" if said["unit"] == Unit.COUNT.value else f", {said['unit']}"
    columns = COLUMNS if figure.is_compared else COLUMNS[:1]
    return {
        "key": said["key"],
        "title": f"{said['title']}{unit}",
        "definition": said["definition"],
        "basis": BASES[Basis(said["basis"])],
        "columns": [("", False), *((name, True) for name in columns)],
        # A share that is not given is said; what was not counted anywhere is left out.
        "rows": [
            list(_cells(figure, *each))
            for each in figure.lines
            if not figure.is_nothing(each[1]) or said["unit"] != Unit.COUNT.value
        ],
    }


def _cells(figure: ToldFigure, words: str, line: Line) -> Iterator[str]:
    yield words
    yield f"{'at least ' if line['at_least'] else ''}{written(line['now'])}"
    if figure.is_compared:
        for name in BESIDE:
            number = line[name]
            yield _signed(number) if name == "difference" else written(number)


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
