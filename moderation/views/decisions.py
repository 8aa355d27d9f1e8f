"""Public pages of decisions: each statement of reasons, and the log of them all."""

from collections.abc import Iterator

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from commentarchive.ledger.tiles import last_signed
from commentarchive.spreadsheets import csv_lines
from commentarchive.views.public_page import public_page, public_page_of
from moderation.log import LogFilter, log_rows
from moderation.models import Decision, PolicyVersion
from moderation.proofs import proof_of_facts
from moderation.reversals import course_of
from moderation.views.gate import LOOK, not_stored
from moderation.views.record_paging import record_page

ROWS = 50
COLUMNS = (
    *("record_no", "decided_at", "recorded_at", "action", "rules_version", "rule"),
    *("rule_title", "facts", "known", "decided_by", "blog", "article", "comment"),
    "statement",
)


@require_safe
@public_page_of(last_signed)
def detail(request: HttpRequest, ref: str) -> HttpResponse:
    """Show one statement of reasons; staff also see notes and replaced words."""
    found = Decision.objects.public().with_context().prefetch_related("words")
    decision = get_object_or_404(found, ref=ref)
    is_staff = request.user.has_perm(LOOK)
    made_at, clause = decision.subject_made_at, decision.clause
    is_older = bool(made_at and clause and made_at < clause.policy.in_force_at)
    course = course_of(decision)
    context = {
        "decision": decision,
        "wordings": decision.wordings,
        "is_staff": is_staff,
        "course": course.line,
        "reversal": course.reversal_of(decision),
        "again": course.undone_again(decision),
        "proof": proof_of_facts(decision),
        "older_than_rule": is_older,
        "rules_then": (
            PolicyVersion.objects.in_force_at(made_at) if made_at and is_older else None
        ),
    }
    answer = render(request, "moderation/decision_detail.html", context)
    return not_stored(answer) if is_staff else answer


@require_safe
def facts(_request: HttpRequest, ref: str) -> HttpResponse:
    """Download what opens a decision's public words, for `verify open`."""
    decision = get_object_or_404(Decision.objects.public(), ref=ref)
    proof = proof_of_facts(decision)
    if proof is None:
        raise Http404
    answer = HttpResponse(f"{proof[0]}\n", content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{ref}.txt"'
    return answer


@require_safe
@public_page
def log(request: HttpRequest) -> HttpResponse:
    """List the public log, newest first; 400 for a filter that means nothing."""
    form = LogFilter(request.GET)
    kept = form.apply(Decision.objects.public())
    found = form.matches()
    query = request.GET.copy()
    for name in ("before", "after"):
        query.pop(name, None)
    context = {
        "form": form,
        "page": record_page(
            request, kept.with_context().prefetch_related("words"), found, ROWS
        ),
        "number": found.number,
        "query": query.urlencode(),
    }
    status = 200 if form.is_valid() else 400
    return render(request, "moderation/log.html", context, status=status)


@require_safe
def log_csv(request: HttpRequest) -> HttpResponseBase:
    """Send the same log as a table for spreadsheets (RFC 4180)."""
    form = LogFilter(request.GET)
    if not form.is_valid():
        return HttpResponseBadRequest(
            form.errors.as_text(), content_type="text/plain; charset=utf-8"
        )
    kept = form.apply(Decision.objects.public())
    lines: Iterator[str] = csv_lines(COLUMNS, log_rows(form.matches().narrow(kept)))
    return StreamingHttpResponse(
        lines,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="moderation-log.csv"'},
    )
