"""Issued reports: their list, each with its downloads, and their feed."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from commentarchive.feeds.atom import CONTENT_TYPE, Feed, feed_id, write
from commentarchive.ledger.tiles import last_signed
from commentarchive.models import Blog
from commentarchive.models.blog import has_unlisted
from commentarchive.views.feeds import NOTHING_YET
from commentarchive.views.pagination import paginate
from commentarchive.views.public_page import public_page, public_page_of
from moderation.models import IssuedReport
from moderation.reports.issued import feed_entries, issued_csv, page_of, title_of

ROWS = 50


@require_safe
@public_page
def index(request: HttpRequest) -> HttpResponse:
    """List what was issued, newest first."""
    context = {
        "page": paginate(request, listed(), ROWS),
        "has_unlisted": has_unlisted(Blog.objects.public()),
    }
    return render(request, "moderation/issued_reports.html", context)


def listed() -> QuerySet[IssuedReport]:
    """Return the reports that readers may see, the last issued first."""
    rows = IssuedReport.objects.public().newest_first()
    return rows.select_related("blog", "corrects").defer("document")


@require_safe
@public_page_of(last_signed)
def detail(request: HttpRequest, ref: str) -> HttpResponse:
    """Show one report as it was issued, how to check it, and its corrections."""
    report = found_issued(ref)
    context = {
        "page": page_of(report),
        "report": report,
        "title": title_of(report),
        "address": request.build_absolute_uri(reverse("ledger:index")),
        "has_unlisted": has_unlisted([report.blog] if report.blog else []),
    }
    return render(request, "moderation/issued_report.html", context)


@require_safe
@public_page
def as_json(_request: HttpRequest, ref: str) -> HttpResponse:
    """Send the very bytes whose digest is on record."""
    report = found_issued(ref)
    answer = HttpResponse(bytes(report.document), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{file_name(report)}.json"'
    answer["X-Robots-Tag"] = "noindex"
    return answer


@require_safe
def as_csv(_request: HttpRequest, ref: str) -> HttpResponseBase:
    """Send the same figures as a table."""
    report = found_issued(ref)
    return StreamingHttpResponse(
        issued_csv(report),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{file_name(report)}.csv"',
            "X-Robots-Tag": "noindex",
        },
    )


def found_issued(ref: str) -> IssuedReport:
    """Return an issued report that readers may see. Raise Http404."""
    reports = IssuedReport.objects.public().select_related("blog", "corrects")
    return get_object_or_404(reports, ref=ref)


def file_name(report: IssuedReport) -> str:
    """Return what files of an issued report are called, without an ending."""
    return f"report-{report.period}-{report.size}"


@require_safe
@public_page
def feed(request: HttpRequest) -> HttpResponse:
    """Send the reports and corrections that were issued last."""
    made = Feed(
        id=feed_id("moderation/reports"),
        title="Audit reports",
        page=reverse("moderation:issued-reports"),
        address=request.path,
        since=NOTHING_YET,
        entries=feed_entries(),
    )
    return HttpResponse(
        write(made),
        content_type=CONTENT_TYPE,
        headers={"Access-Control-Allow-Origin": "*", "X-Robots-Tag": "noindex"},
    )
