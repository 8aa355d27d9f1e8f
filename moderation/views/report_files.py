"""A report as files, as the record stands or as it was issued: PDF and workbook.

Anybody may ask for a PDF of any period, and one takes a moment of a processor: so each
process makes one at a time, keeps what it made while the archive stands as it is
(`public_page`), and asks the others to come again.
"""

from collections.abc import Callable
from threading import Lock

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commentarchive.views.public_page import public_page
from moderation.reports.faces import FACES
from moderation.reports.printed import report_pdf
from moderation.reports.report import Report
from moderation.reports.told import told_as_issued
from moderation.reports.workbook import MEDIA_TYPE, report_workbook
from moderation.views.issued_reports import file_name, found_issued
from moderation.views.reports import asked_report

# Seconds that a reader waits for another one's PDF, and then comes again after.
PATIENCE, AGAIN = 2, "10"
_making = Lock()


@require_safe
@public_page
def pdf(request: HttpRequest, period: str) -> HttpResponse:
    """Send a report as PDF; 503 while another one is being made."""
    report = asked_report(request, period)
    return _one_pdf(request, _name(report), lambda: FACES["pdf"](report))


@require_safe
@public_page
def workbook(request: HttpRequest, period: str) -> HttpResponse:
    """Send a report as a workbook for spreadsheets."""
    report = asked_report(request, period)
    return _file(FACES["xlsx"](report), MEDIA_TYPE, f"{_name(report)}.xlsx")


def _name(report: Report) -> str:
    return f"report-{report.scope.period.name}"


@require_safe
@public_page
def issued_pdf(request: HttpRequest, ref: str) -> HttpResponse:
    """Send an issued report as PDF, made of its document; 503 as above."""
    report = found_issued(ref)
    return _one_pdf(
        request, file_name(report), lambda: report_pdf(told_as_issued(report))
    )


@require_safe
@public_page
def issued_workbook(_request: HttpRequest, ref: str) -> HttpResponse:
    """Send an issued report as a workbook, made of its document."""
    report = found_issued(ref)
    made = report_workbook(told_as_issued(report))
    return _file(made, MEDIA_TYPE, f"{file_name(report)}.xlsx")


def _one_pdf(
    request: HttpRequest, name: str, make: Callable[[], bytes]
) -> HttpResponse:
    """Send what `make` returns, or 503 while another PDF is being made."""
    if not _making.acquire(timeout=PATIENCE):
        reason = "it is making another PDF"
        answer = render(request, "503.html", {"reason": reason}, status=503)
        answer["Retry-After"] = AGAIN
        answer["Cache-Control"] = "no-store"
        return answer
    try:
        made = make()
    finally:
        _making.release()
    return _file(made, "application/pdf", f"{name}.pdf")


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=kind,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Robots-Tag": "noindex",
        },
    )
