"""A report's file held against this archive, or against a record that is published.

What the entries of the record tell is counted from them, by the program that strangers
use. All other figures are worked out again from the tables as of the report's state; of
a record alone nothing can be said about those.
"""

import base64
import json
from collections.abc import Iterator, Sequence
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from commentarchive.ledger.append import read_leaf
from commentarchive.ledger.merkle import verify
from commentarchive.ledger.merkle.proofs import range_root
from commentarchive.ledger.merkle.verify import (
    CannotTell,
    IsFalse,
    Report,
    Verdict,
    verdicts,
)
from commentarchive.ledger.models import Entry, LogKey
from commentarchive.ledger.tiles import last_signed, subtrees
from commentarchive.models import Blog
from moderation.reports.figures.declared import PRESENT
from moderation.reports.figures.table import BY_KEY
from moderation.reports.issuing import make
from moderation.reports.periods import parse_period

# What a report counts from entries, and what puts reports on record.
_READ = (
    *("comment.", "post.", "commenter.", "thread.", "ban.", "decision.", "report."),
    *("gap.", "notice.", "archive.import"),
)
_NUMBERS = ("now", "at_least", "before", "average", "year_to_date")


def check_here(report: Report) -> list[Verdict]:
    """Hold a report against this archive. Raise CannotTell or IsFalse as `verify`."""
    keys = own_keys()
    if not keys:
        message = "nothing is signed here yet"
        raise CannotTell(message)
    verify.check_origin(report, keys)
    _check_state(report)
    found = verdicts(report, _entries(report.size))
    tables = _from_tables(report)
    return [
        tables.get(each.about, each) if each.is_true is None else each for each in found
    ]


def check_there(data: bytes, name: str, source: str, vkeys: Sequence[str]) -> str:
    """Hold a report against a published record. Raise CannotTell or IsFalse."""
    report = verify.read_report(data, name)
    verify.check_origin(report, vkeys)
    get = verify.open_source(source)
    return verify.check_report(report, get, vkeys)


def own_keys() -> list[str]:
    """Return the keys of this archive's record."""
    return list(LogKey.objects.order_by("entry").values_list("vkey", flat=True))


def _check_state(report: Report) -> None:
    signed, size = last_signed(), report.size
    if size > signed:
        message = f"it tells of {size} entries, and only {signed} are signed here"
        raise CannotTell(message)
    root = base64.b64encode(range_root(0, size, subtrees())).decode()
    if root != report.said["record"]["root"]:
        message = (
            f"its state: the root of the first {size} entries is {root}, and "
            f"{report.said['record']['root']} in the report"
        )
        raise IsFalse(message)


def _entries(size: int) -> Iterator[tuple[int, dict[str, Any]]]:
    """Read the entries that a report may speak of, and those that issued reports."""
    read = reduce(or_, (Q(event__startswith=start) for start in _READ))
    entries = Entry.objects.filter(read).filter(
        Q(index__lt=size) | Q(event__startswith="report.")
    )
    rows = entries.order_by("index").values_list("index", "leaf")
    for index, leaf in rows.iterator(chunk_size=2000):
        yield index, dict(read_leaf(bytes(leaf)))


def _from_tables(report: Report) -> dict[str, Verdict]:
    """Work out again what the record alone does not tell, by figure."""
    period, ref = parse_period(report.said["period"]), report.said["blog"]
    blog = Blog.objects.filter(ref=ref).first() if ref else None
    if ref and blog is None:
        message = f"there is no blog {ref} here"
        raise CannotTell(message)
    # Reports that do not say it were compared with periods before there was anything.
    begins = date.fromisoformat(report.said.get("begins") or date.min.isoformat())
    made = json.loads(make(period, blog, report.size, begins=begins).document)
    now = {figure["key"]: figure for figure in made["figures"]}
    later = set(
        Entry.objects.filter(index__gte=report.size)
        .order_by()
        .values_list("event", flat=True)
        .distinct()
    )
    return {
        figure["key"]: _compared(figure, now.get(figure["key"]), later)
        for figure in report.said["figures"]
        if figure["basis"] != "record"
    }


def _compared(
    figure: dict[str, Any], made: dict[str, Any] | None, later: set[str]
) -> Verdict:
    about = figure["key"]
    if made is None:
        return Verdict(about, None, ("this version knows no such figure",))
    said, there = _lines(figure), _lines(made)
    wrong = [
        f"{verify.line_name(key, name)} is {there.get((key, name))} by the tables, and "
        f"{said.get((key, name))} in the report"
        for key, name in {**said, **there}
        if (said.get((key, name)) or 0) != (there.get((key, name)) or 0)
    ]
    if not wrong:
        return Verdict(about, is_true=True, reasons=("by the tables",))
    unsettled = BY_KEY[about].unsettled_by
    if unsettled == PRESENT:
        reason = "it tells of the day on which it was made"
        return Verdict(about, None, (reason,))
    if by := sorted(later.intersection(unsettled)):
        reason = f"it differs, and {by[0]} came since and may be why"
        return Verdict(about, None, (reason,))
    return Verdict(about, is_true=False, reasons=tuple(wrong))


def _lines(figure: dict[str, Any]) -> dict[tuple[str, str], Any]:
    return {
        (line["key"], name): line[name] for line in figure["lines"] for name in _NUMBERS
    }
