"""A report as a workbook for spreadsheets: one sheet a section, the same numbers.

Words are always written as words, so that none is taken for a formula or an address;
one report gives the same bytes each time.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from commentarchive.text.unseen import marked
from moderation.reports.figures.declared import Number
from moderation.reports.told import BESIDE, Told, ToldFigure

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# When every workbook says that it was made: no clock is read.
MADE_AT = datetime(2000, 1, 1, tzinfo=UTC)
# What a sheet's name may have, and what it may not.
LONGEST_NAME = 31
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
COLUMNS = (
    *("Figure", "Line", "Key", "Now", "At least", "Before", "Difference"),
    *("Average of 3", "Year to date", "Unit", "Basis"),
)
_WIDTHS = (38, 38, 24, *(12,) * 6, 10, 10)


def report_workbook(told: Told) -> bytes:
    """Return a report as XLSX: what it is of on the first sheet, then its sections."""
    made = BytesIO()
    book = Workbook(
        made,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties({"title": told.title, "created": MADE_AT})
    bold = book.add_format({"bold": True})
    _write_subject(book.add_worksheet("Report"), told, bold)
    for number, (title, figures) in enumerate(told.sections.items(), 1):
        name = f"{number} {title.translate(_FORBIDDEN)}"[:LONGEST_NAME]
        _write_section(book.add_worksheet(name), figures, bold)
    book.close()
    return made.getvalue()


def _write_subject(sheet: Worksheet, told: Told, bold: Format) -> None:
    document = told.document
    rows = [
        ("Report", told.title),
        ("Blog", told.whose),
        ("First day", document["first"]),
        ("Last day", document["last"]),
        ("The archive begins", document["begins"] or ""),
        ("Record", document["origin"]),
        ("Entries on record", str(document["record"]["size"])),
        ("Root of its tree", document["record"]["root"]),
        *told.issued,
        *(("Clock", f"{title}: {zone}") for title, zone in told.clocks),
    ]
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 70)
    for number, (name, value) in enumerate(rows):
        sheet.write_string(number, 0, name, bold)
        sheet.write_string(number, 1, marked(value))


def _write_section(
    sheet: Worksheet, figures: Sequence[ToldFigure], bold: Format
) -> None:
    sheet.freeze_panes(1, 0)
    for column, (name, width) in enumerate(zip(COLUMNS, _WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, name, bold)
    row = 0
    for figure in figures:
        said = figure.said
        for words, line in figure.lines:
            row += 1
            cells = (
                *(said["title"], words, line["key"], line["now"]),
                *("yes" if line["at_least"] else "", *(line[each] for each in BESIDE)),
                *(said["unit"], said["basis"]),
            )
            for column, cell in enumerate(cells):
                _write(sheet, row, column, cell)


def _write(sheet: Worksheet, row: int, column: int, cell: str | Number) -> None:
    if isinstance(cell, str):
        sheet.write_string(row, column, marked(cell))
    elif cell is not None:
        sheet.write_number(row, column, cell)
