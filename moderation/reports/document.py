"""A report as one JSON document: the same state of the record, the same bytes."""

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import rfc8785
from django.conf import settings

from commentarchive.ledger.merkle.proofs import range_root
from commentarchive.ledger.merkle.refs import is_ref
from commentarchive.ledger.models import LogKey
from commentarchive.ledger.tiles import subtrees
from moderation.reports.articles import articles_of
from moderation.reports.figures.declared import Figure
from moderation.reports.report import Line, Report
from moderation.reports.scope import Scope

FORMAT = "commentarchive audit report 1"


def report_document(report: Report) -> dict[str, Any]:
    """Return a report as plain data, in the shape that docs/reports.md describes."""
    scope = report.scope
    articles = articles_of(scope)
    return {
        "report": FORMAT,
        "origin": _origin(),
        "period": scope.period.name,
        "first": scope.period.first.isoformat(),
        "last": scope.period.last.isoformat(),
        "blog": scope.blog.ref if scope.blog else None,
        "begins": scope.begins.isoformat() if scope.begins else None,
        "blogs": [
            {
                "ref": each.ref,
                "title": each.title,
                "time_zone": each.time_zone,
                "articles": articles[each.pk],
            }
            for each in scope.blogs
        ],
        "record": _record(scope),
        "figures": [
            _figure(figure, lines)
            for section in report.sections
            for figure, lines in section.figures
        ],
    }


def report_bytes(report: Report) -> bytes:
    """Return the document as canonical JSON (RFC 8785)."""
    return rfc8785.dumps(report_document(report))


def _origin() -> str:
    """Return the name of the record: that of its key, or what it is going to be."""
    vkey = LogKey.objects.order_by("pk").values_list("vkey", flat=True).first()
    if vkey:
        return vkey.partition("+")[0]
    return settings.LEDGER_ORIGIN or f"{urlsplit(settings.BASE_URL).hostname}/ledger"


def _record(scope: Scope) -> Mapping[str, Any]:
    """Return the state of the record that a report is of: its size and its root."""
    root = range_root(0, scope.until, subtrees())
    return {"size": scope.until, "root": base64.b64encode(root).decode()}


def _figure(figure: Figure, lines: tuple[Line, ...]) -> Mapping[str, Any]:
    return {
        "key": figure.key,
        "title": figure.title,
        "section": figure.section,
        "basis": figure.basis.value,
        "unit": figure.unit.value,
        "definition": figure.definition,
        "lines": [
            {
                "key": line.key,
                "label": _label(line),
                "now": line.now,
                "at_least": line.at_least,
                "before": line.before,
                "difference": line.difference,
                "average": line.average,
                "year_to_date": line.year_to_date,
            }
            for line in lines
        ],
    }


def _label(line: Line) -> str:
    """Return a line's words, where they are good for ever.

    Issued documents are kept for good, and a title or a name may be hidden later.
    """
    return "" if is_ref(line.key, "pcn") else line.label
