"""Audit reports: the months there are, and each report."""

from django.core.exceptions import BadRequest
from django.core.paginator import InvalidPage, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commentarchive.models import Blog
from commentarchive.models.blog import has_unlisted
from commentarchive.spreadsheets import BOM
from commentarchive.views.not_found import NothingThere
from commentarchive.views.pagination import asked_page
from commentarchive.views.public_page import public_page
from moderation.reports.asked import (
    NoReport,
    months_there_are,
    read_asked,
    report_of,
)
from moderation.reports.charts import charts_of
from moderation.reports.faces import FACES
from moderation.reports.issued import issued_of
from moderation.reports.months import examples, legend, months_at_a_glance
from moderation.reports.periods import NoPeriod, Period
from moderation.reports.places import linked
from moderation.reports.report import Report

# Of one page of the list.
MONTHS = 24


@require_safe
@public_page
def index(request: HttpRequest) -> HttpResponse:
    """List the months that have something to report, a year of them a page."""
    try:
        page = Paginator(months_there_are(), MONTHS).page(asked_page(request))
    except InvalidPage as error:
        raise Http404(str(error)) from error
    lines = months_at_a_glance(list(page))
    others = examples(lines[0].period) if lines else []
    context = {"page": page, "lines": lines, "legend": legend(), "others": others}
    return render(request, "moderation/reports.html", context)


@require_safe
@public_page
def detail(request: HttpRequest, period: str) -> HttpResponse:
    """Show one report; `?blog=` narrows it to a blog and its clock."""
    report = asked_report(request, period)
    blogs = list(Blog.objects.public())
    public = {blog.pk for blog in blogs}
    context = {
        "report": report,
        "sections": linked(report),
        "issued": issued_of(report.scope.period.name, report.scope.blog),
        "charts": charts_of(report),
        "blogs": [each for each in report.scope.all_blogs if each.pk in public],
        "has_unlisted": has_unlisted(blogs),
        "query": request.GET.urlencode(),
    }
    return render(request, "moderation/report.html", context)


@require_safe
@public_page
def detail_csv(request: HttpRequest, period: str) -> HttpResponse:
    """Send the same report as a table; `?bom=1` marks it as UTF-8."""
    report = asked_report(request, period)
    bom = request.GET.get("bom", "")
    if bom not in {"", "1"}:
        message = "“bom” can be 1 only."
        raise BadRequest(message)
    body = (BOM.encode() if bom else b"") + FACES["csv"](report)
    return _download(body, "text/csv; charset=utf-8", report, "csv")


@require_safe
@public_page
def detail_json(request: HttpRequest, period: str) -> HttpResponse:
    """Send the same report as canonical JSON."""
    report = asked_report(request, period)
    return _download(FACES["json"](report), "application/json", report, "json")


def asked(request: HttpRequest, period: str) -> tuple[Period, Blog | None]:
    """Return what report an address asks for. Raise NothingThere."""
    try:
        return read_asked(period, request.GET.get("blog", ""))
    except (NoPeriod, NoReport) as error:
        raise NothingThere(str(error)) from error


def asked_report(request: HttpRequest, period: str) -> Report:
    """Return the report that an address asks for. Raise NothingThere."""
    return report_of(*asked(request, period))


def _download(body: bytes, kind: str, report: Report, ending: str) -> HttpResponse:
    answer = HttpResponse(body, content_type=kind)
    name = f"report-{report.scope.period.name}.{ending}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
