"""Public pages of decisions: each statement of reasons, and the log of them all."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from commentarchive.spreadsheets import csv_lines
from commentarchive.views.pagination import paginate
from moderation.log import LogFilter, log_rows
from moderation.models import Decision, PolicyVersion

ROWS = 50
COLUMNS = (
    *("record_no", "decided_at", "recorded_at", "action", "rules_version", "rule"),
    *("rule_title", "facts", "known", "decided_by", "blog", "article", "comment"),
    "statement",
)


@require_safe
def detail(request: HttpRequest, ref: str) -> HttpResponse:
    """Show one statement of reasons."""
    decision = get_object_or_404(Decision.objects.public().with_context(), ref=ref)
    made_at, clause = decision.subject_made_at, decision.clause
    is_older = bool(made_at and clause and made_at < clause.policy.in_force_at)
    context = {
        "decision": decision,
        "words": decision.words.order_by("number"),
        "older_than_rule": is_older,
        "rules_then": (
            PolicyVersion.objects.in_force_at(made_at) if made_at and is_older else None
        ),
        "undone_by": Decision.objects.filter(undoes=decision).first(),
    }
    return render(request, "moderation/decision_detail.html", context)


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """List the public log, newest first, filtered by the query."""
    form = LogFilter(request.GET)
    found = form.apply(Decision.objects.public().with_context()).newest_first()
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "page": paginate(request, found.prefetch_related("words"), ROWS),
        "query": query.urlencode(),
    }
    return render(request, "moderation/log.html", context)


@require_safe
def log_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Send the same log as a table for spreadsheets (RFC 4180)."""
    form = LogFilter(request.GET)
    found = form.apply(Decision.objects.public().with_context()).newest_first()
    lines: Iterator[str] = csv_lines(COLUMNS, log_rows(found))
    return StreamingHttpResponse(
        lines,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="moderation-log.csv"'},
    )
