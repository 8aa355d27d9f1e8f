"""The forms in which a report can be had; a new one is one line of `FACES`."""

from collections.abc import Callable, Mapping

from django.conf import settings
from django.template.loader import render_to_string

from moderation.reports.charts import charts_of
from moderation.reports.document import report_bytes
from moderation.reports.places import linked
from moderation.reports.printed import report_pdf
from moderation.reports.report import Report
from moderation.reports.tables import report_csv
from moderation.reports.told import told_now
from moderation.reports.workbook import report_workbook


def _html(report: Report) -> bytes:
    """Return a report as one page that stands by itself; links lead to the archive."""
    sections = linked(report, settings.BASE_URL)
    context = {"report": report, "sections": sections, "charts": charts_of(report)}
    return render_to_string("moderation/report_document.html", context).encode()


def _csv(report: Report) -> bytes:
    return "".join(report_csv(report)).encode()


def _pdf(report: Report) -> bytes:
    return report_pdf(told_now(report))


def _workbook(report: Report) -> bytes:
    return report_workbook(told_now(report))


FACES: Mapping[str, Callable[[Report], bytes]] = {
    "html": _html,
    "csv": _csv,
    "json": report_bytes,
    "pdf": _pdf,
    "xlsx": _workbook,
}
