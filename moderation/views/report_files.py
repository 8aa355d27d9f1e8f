"""A report as files: PDF and workbook.

Anybody may ask for a PDF of any period, and one takes a moment of a processor: so each
process makes one at a time, keeps what it made while the archive stands as it is
(`public_page`), and asks the others to come again.
"""

from threading import Lock

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from commentarchive.models import Blog
from commentarchive.views.public_page import public_page
from moderation.reports.periods import NoPeriod, parse_period
from moderation.reports.printed import report_pdf
from moderation.reports.report import Report, build
from moderation.reports.scope import Scope
from moderation.reports.workbook import MEDIA_TYPE, report_workbook

# Seconds that a reader waits for another one's PDF, and then comes again after.
PATIENCE, AGAIN = 2, "10"
_making = Lock()


@require_safe
@public_page
def pdf(request: HttpRequest, period: str) -> HttpResponse:
    """Send a report as PDF; 503 while another one is being made."""
    scope = _asked(request, period)
    if not _making.acquire(timeout=PATIENCE):
        reason = "it is making another PDF"
        answer = render(request, "503.html", {"reason": reason}, status=503)
        answer["Retry-After"] = AGAIN
        answer["Cache-Control"] = "no-store"
        return answer
    try:
        made = report_pdf(build(scope))
    finally:
        _making.release()
    return _file(made, "application/pdf", scope, "pdf")


@require_safe
@public_page
def workbook(request: HttpRequest, period: str) -> HttpResponse:
    """Send a report as a workbook for spreadsheets."""
    report: Report = build(_asked(request, period))
    return _file(report_workbook(report), MEDIA_TYPE, report.scope, "xlsx")


def _file(content: bytes, kind: str, scope: Scope, ending: str) -> HttpResponse:
    of_blog = f"-{scope.blog.slug}" if scope.blog else ""
    name = f"report-{scope.period.name}{of_blog}.{ending}"
    return HttpResponse(
        content,
        content_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _asked(request: HttpRequest, period: str) -> Scope:
    try:
        asked = parse_period(period)
    except NoPeriod as error:
        raise Http404(str(error)) from error
    slug = request.GET.get("blog", "")
    blog = get_object_or_404(Blog.objects.public(), slug=slug) if slug else None
    return Scope.now(asked, blog)
