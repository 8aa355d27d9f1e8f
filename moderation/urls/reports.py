"""Addresses of audit reports, below /moderation/reports/."""

from django.urls import path

from commentarchive.middleware.queries import asks
from moderation.views import (
    issued_reports,
    issuing,
    report_files,
    report_lists,
    reports,
    subscriptions,
)

urlpatterns = [
    path("reports/", asks(reports.index, "page"), name="reports"),
    path("reports/issued/", asks(issued_reports.index, "page"), name="issued-reports"),
    path("reports/issued/<ref:ref>/", issued_reports.detail, name="issued-report"),
    path(
        "reports/issued/<ref:ref>.json",
        issued_reports.as_json,
        name="issued-report-json",
    ),
    path(
        "reports/issued/<ref:ref>.csv", issued_reports.as_csv, name="issued-report-csv"
    ),
    path(
        "reports/issued/<ref:ref>.pdf",
        report_files.issued_pdf,
        name="issued-report-pdf",
    ),
    path(
        "reports/issued/<ref:ref>.xlsx",
        report_files.issued_workbook,
        name="issued-report-workbook",
    ),
    path("reports/subscribe/", subscriptions.new, name="subscribe"),
    path(
        "reports/subscriptions/<ref:ref>/<str:secret>/confirm/",
        subscriptions.confirm_it,
        name="subscription-confirm",
    ),
    path(
        "reports/subscriptions/<ref:ref>/<str:secret>/leave/",
        subscriptions.leave_it,
        name="subscription-leave",
    ),
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
    path("desk/reports/", asks(issuing.index, "page"), name="issuing"),
    path("desk/reports/issue/", issuing.issue, name="issue-report"),
]
