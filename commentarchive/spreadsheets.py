"""Tables for spreadsheets: RFC 4180, with no cell that a program would run."""

import csv
from collections.abc import Iterable, Iterator, Sequence

from commentarchive.text.unseen import marked

# A cell that begins like this is taken for a formula (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class _Line:
    """A file that hands back each line it is given."""

    def write(self, line: str) -> str:
        return line


def safe_cell(text: str) -> str:
    """Prefix an apostrophe to what a spreadsheet would calculate."""
    start = text.lstrip(" '\"")
    risky = start.startswith(_FORMULA) or text.startswith(_FORMULA)
    return f"'{text}" if risky else text


def csv_lines(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Write a table line by line, its columns first."""
    writer = csv.writer(_Line())
    yield writer.writerow(columns)
    for row in rows:
        yield writer.writerow([safe_cell(marked(cell)) for cell in row])
