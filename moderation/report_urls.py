"""Addresses of audit reports, below /moderation/reports/."""

from django.urls import path

from commentarchive.middleware.queries import asks
from moderation.views import report_files, report_lists, reports

urlpatterns = [
    path("reports/", asks(reports.index, "page"), name="reports"),
    path("reports/<str:period>/", asks(reports.detail, "blog"), name="report"),
    path(
        "reports/<str:period>.csv",
        asks(reports.detail_csv, "blog", "bom"),
        name="report-csv",
    ),
    path(
        "reports/<str:period>.json",
        asks(reports.detail_json, "blog"),
        name="report-json",
    ),
    path(
        "reports/<str:period>/<slug:figure>/",
        asks(report_lists.detail, "blog", "line", "before", "after"),
        name="report-list",
    ),
    path("reports/<str:period>.pdf", asks(report_files.pdf, "blog"), name="report-pdf"),
    path(
        "reports/<str:period>.xlsx",
        asks(report_files.workbook, "blog"),
        name="report-workbook",
    ),
]
