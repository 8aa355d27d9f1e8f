"""A report as one table of measure, item and number."""

from collections.abc import Iterator

from commentarchive.spreadsheets import csv_lines
from moderation.reports.figures.summary import Figures

COLUMNS = ("period", "measure", "item", "number")


def report_csv(found: Figures) -> Iterator[str]:
    """Write a report as CSV, line by line."""
    rows = ((found.period.name, *row) for row in _rows(found))
    return csv_lines(COLUMNS, rows)


def _rows(found: Figures) -> Iterator[tuple[str, str, str]]:
    received = found.received
    for item, number in (
        ("received", received.total),
        ("published", received.published),
        ("waiting", received.waiting),
        ("not published", received.not_published),
        ("taken down", received.taken_down),
        ("gone or never seen", received.gone),
    ):
        yield "comments", item, str(number)
    yield "decisions", "all", str(found.decisions)
    for measure, counts in (
        ("decisions by action", found.by_action),
        ("hidden by rule", found.by_rule),
        ("decisions by how they are known", found.by_grade),
        ("decisions in spite of a conflict of interest", found.by_conflict),
        ("missing, by how it is known", found.missing),
    ):
        for item, number in counts.items():
            yield measure, item, str(number)
    for row in found.by_month:
        for item, number in (
            ("received", row.received),
            ("approved", row.approved),
            ("not published", row.not_published),
            ("taken down", row.taken_down),
            ("put back", row.put_back),
        ):
            yield f"month {row.period.name}", item, str(number)
    yield "decisions", "recorded later", str(found.recorded_later)
    yield "decisions", "date not known", str(found.undated)
    yield "hours to decide, median", "decided here", _number(found.median_hours)
    yield (
        *("hours to decide, median", "from the blog's own records"),
        _number(found.median_hours_imported),
    )
    yield "reversed", "hidden", str(found.hidden)
    yield "reversed", "put back later", str(found.reversed)
    yield "reversed", "share, per cent", _number(found.share_reversed)
    at_least = "" if found.is_all_left else ", at least"
    yield "hidden words still public", f"places{at_least}", str(found.left_public)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"
