"""Tables for spreadsheets: RFC 4180, with no cell that a program would run."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from commentarchive.text.unseen import marked

# A cell that begins like this is taken for a formula (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# A negative number calculates nothing.
_number = re.compile(r"-\d{1,18}(?:\.\d{1,9})?", re.ASCII)
# By this some programs know that a table is UTF-8.
BOM = "\ufeff"


class UnreadableTable(ValueError):
    """The text is no table as these are written; the message says where."""


class _Line:
    """A file that hands back each line it is given."""

    def write(self, line: str) -> str:
        return line


def safe_cell(text: str) -> str:
    """Prefix an apostrophe to what a spreadsheet would calculate.

    No two texts become one: `read_csv` takes exactly these apostrophes off.
    """
    if _number.fullmatch(text):
        return text
    start = text.lstrip(" '\"")
    risky = start.startswith(_FORMULA) or text.startswith(_FORMULA)
    return f"'{text}" if risky else text


def csv_lines(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Write a table line by line, its columns first."""
    writer = csv.writer(_Line())
    yield writer.writerow(columns)
    for row in rows:
        yield writer.writerow([safe_cell(marked(cell)) for cell in row])


def read_csv(text: str) -> list[list[str]]:
    """Read a table of ours back: the cells as they were before `safe_cell`.

    Raise UnreadableTable for quotation marks that do not fit, or a row that is longer
    or shorter than the first.
    """
    reader = csv.reader(io.StringIO(text.removeprefix(BOM), newline=""), strict=True)
    rows: list[list[str]] = []
    try:
        for row in reader:
            if rows and len(row) != len(rows[0]):
                message = f"line {reader.line_num} has not as many cells as the first"
                raise UnreadableTable(message)
            rows.append([_own_cell(cell) for cell in row])
    except csv.Error as error:
        message = f"line {reader.line_num}: {error}"
        raise UnreadableTable(message) from error
    return rows


def _own_cell(cell: str) -> str:
    bare = cell.removeprefix("'")
    return bare if bare != cell and safe_cell(bare) == cell else cell
