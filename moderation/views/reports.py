"""Audit reports: the months there are, and each report."""

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from commentarchive.models import Blog
from commentarchive.models.blog import has_unlisted
from commentarchive.views.public_page import public_page
from moderation.reports.figures.summary import Figures, figures, months_there_are
from moderation.reports.periods import NoPeriod, parse_period
from moderation.reports.tables import report_csv


@require_safe
@public_page
def index(request: HttpRequest) -> HttpResponse:
    """List the months that have something to report, by year."""
    years: dict[str, list[object]] = {}
    for month in months_there_are():
        years.setdefault(month.name[:4], []).append(month)
    return render(request, "moderation/reports.html", {"years": years})


@require_safe
@public_page
def detail(request: HttpRequest, period: str) -> HttpResponse:
    """Show one report; `?blog=` narrows it to a blog and its clock."""
    blogs = list(Blog.objects.public().order_by("title"))
    context = {
        "report": _asked(request, period),
        "blogs": blogs,
        "has_unlisted": has_unlisted(blogs),
        "query": request.GET.urlencode(),
    }
    return render(request, "moderation/report.html", context)


@require_safe
def detail_csv(request: HttpRequest, period: str) -> StreamingHttpResponse:
    """Send the same report as a table."""
    found = _asked(request, period)
    name = f"report-{found.period.name}.csv"
    return StreamingHttpResponse(
        report_csv(found),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _asked(request: HttpRequest, period: str) -> Figures:
    try:
        asked = parse_period(period)
    except NoPeriod as error:
        raise Http404(str(error)) from error
    slug = request.GET.get("blog", "")
    blog = get_object_or_404(Blog.objects.public(), slug=slug) if slug else None
    return figures(asked, blog)
