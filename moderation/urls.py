"""Addresses of moderation, below /moderation/."""

from django.urls import path

from moderation.views import decisions, desk, left, missing, policies, reports

app_name = "moderation"

urlpatterns = [
    path("log/", decisions.log, name="log"),
    path("log/otherwise/", missing.log, name="log-missing"),
    path("log.csv", decisions.log_csv, name="log-csv"),
    path("decisions/<ref:ref>/", decisions.detail, name="decision-detail"),
    path("policy/", policies.current, name="policy"),
    path("policy/<int:number>/", policies.version, name="policy-version"),
    path("reports/", reports.index, name="reports"),
    path("reports/<str:period>/", reports.detail, name="report"),
    path("reports/<str:period>.csv", reports.detail_csv, name="report-csv"),
    path("desk/", desk.index, name="desk"),
    path("desk/comments/<ref:ref>/", desk.card, name="desk-comment"),
    path("desk/comments/<ref:ref>/decide/", desk.decision, name="desk-decide"),
    path("desk/comments/<ref:ref>/gap/", desk.gap, name="desk-gap"),
    path("desk/decisions/<ref:ref>/undo/", desk.undo_decision, name="desk-undo"),
    path("desk/imports/left/", left.index, name="left"),
    path("desk/imports/left/<ref:ref>/publish/", left.publish, name="left-publish"),
    path("desk/imports/left/<ref:ref>/date/", left.date, name="left-date"),
    path("desk/imports/left/<ref:ref>/answer/", left.answer, name="left-answer"),
    path("desk/imports/left/<ref:ref>/<str:reason>/", left.detail, name="left-detail"),
    path("desk/policy/", policies.draft, name="policy-draft"),
    path("desk/policy/start/", policies.start, name="policy-start"),
    path("desk/policy/publish/", policies.publish, name="policy-publish"),
]
