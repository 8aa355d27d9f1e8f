"""A report as files: PDF and workbook.

Anybody may ask for a PDF of any period, and one takes a moment of a processor: so each
process makes one at a time, keeps what it made while the archive stands as it is
(`public_page`), and asks the others to come again.
"""

from threading import Lock

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commentarchive.views.public_page import public_page
from moderation.reports.faces import FACES
from moderation.reports.report import Report
from moderation.reports.workbook import MEDIA_TYPE
from moderation.views.reports import asked_report

# Seconds that a reader waits for another one's PDF, and then comes again after.
PATIENCE, AGAIN = 2, "10"
_making = Lock()


@require_safe
@public_page
def pdf(request: HttpRequest, period: str) -> HttpResponse:
    """Send a report as PDF; 503 while another one is being made."""
    report = asked_report(request, period)
    if not _making.acquire(timeout=PATIENCE):
        reason = "it is making another PDF"
        answer = render(request, "503.html", {"reason": reason}, status=503)
        answer["Retry-After"] = AGAIN
        answer["Cache-Control"] = "no-store"
        return answer
    try:
        made = FACES["pdf"](report)
    finally:
        _making.release()
    return _file(made, "application/pdf", report, "pdf")


@require_safe
@public_page
def workbook(request: HttpRequest, period: str) -> HttpResponse:
    """Send a report as a workbook for spreadsheets."""
    report = asked_report(request, period)
    return _file(FACES["xlsx"](report), MEDIA_TYPE, report, "xlsx")


def _file(content: bytes, kind: str, report: Report, ending: str) -> HttpResponse:
    name = f"report-{report.scope.period.name}.{ending}"
    return HttpResponse(
        content,
        content_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
