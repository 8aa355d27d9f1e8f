"""Public pages of decisions: each statement of reasons, and the log of them all."""

import json
from collections.abc import Iterator
from datetime import datetime

from django.db.models import QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    QueryDict,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from commentarchive.ledger.tiles import last_signed
from commentarchive.spreadsheets import csv_lines
from commentarchive.storage.prepared import Prepared
from commentarchive.text.unseen import escaped_json
from commentarchive.views.pagination import paginate
from commentarchive.views.public_page import public_page, public_page_of
from commentarchive.views.query import found_or_404
from moderation.later_rules import changed_later
from moderation.left_public import left_public
from moderation.log.proofs import proof_of_facts
from moderation.log.query import LogForm, log_rows, with_outcome
from moderation.log.reversals import course_of
from moderation.models import Clause, Decision, PolicyVersion
from moderation.views.gate import DECIDE, LOOK, not_stored
from moderation.views.record_paging import page_by_time, record_page
from moderation.waiting.at_source import DONE, admin_link, at_source

ROWS = 50
COLUMNS = (
    *("record_no", "decided_at", "recorded_at", "action", "rules_version", "rule"),
    *(
        "rule_title",
        "facts",
        "known",
        "outcome_now",
        "decided_by",
        "blog",
        "article",
        "comment",
    ),
    *("statement", "rules_of", "rules_in_force_from", "rules_published_at"),
    *("rule_changed_later", "second"),
)


@Prepared
def _decisions(ref: str) -> QuerySet[Decision]:
    found = Decision.objects.public().filter(ref=ref)
    return found.with_context().prefetch_related("words")


@require_safe
@public_page_of(last_signed)
def detail(request: HttpRequest, ref: str) -> HttpResponse:
    """Show one statement of reasons; staff also see notes and replaced words."""
    decision = found_or_404(_decisions.first(ref))
    is_staff = request.user.has_perm(LOOK)
    made_at, clause = decision.subject_made_at, decision.rule
    is_older = bool(made_at and clause and made_at < clause.policy.in_force_at)
    course = course_of(decision)
    context = {
        "decision": decision,
        "wordings": decision.wordings,
        **_there(decision, is_staff=is_staff),
        "together": _number_together(decision),
        "earlier_rules": _earlier_rules(decision),
        "is_staff": is_staff,
        "left": left_public([decision.comment.pk])
        if is_staff and decision.comment
        else None,
        "course": course.line,
        "reversal": course.reversal_of(decision),
        "again": course.undone_again(decision),
        "proof": proof_of_facts(decision),
        "older_than_rule": is_older,
        "rules_then": (
            PolicyVersion.objects.in_force_at(made_at, decision.post.blog)
            if made_at and is_older
            else None
        ),
        "rule_later": changed_later(decision),
    }
    answer = render(request, "moderation/decision_detail.html", context)
    return not_stored(answer) if is_staff else answer


def _there(decision: Decision, *, is_staff: bool) -> dict[str, object]:
    """Return how it stands at its blog, with the way there for staff."""
    found = at_source(decision)
    if found is None or not is_staff or decision.comment is None:
        return {"at_source": found}
    return {
        "at_source": found,
        "admin_link": admin_link(decision.comment),
        "is_done_there": found.state == DONE,
    }


def _number_together(decision: Decision) -> int:
    """Return how many public decisions were taken with one, itself among them."""
    if not decision.batch:
        return 1
    return Decision.objects.public().filter(batch=decision.batch).count()


def _earlier_rules(decision: Decision) -> list[tuple[Clause | None, datetime]]:
    """Return the rules that it named before today's, each with when it was put right.

    None for none. No query where the rule was never put right.
    """
    wordings = decision.wordings
    pks = {wording.clause_id for wording in wordings} - {None}
    if not pks:
        return []
    rules = Clause.objects.select_related("policy").in_bulk(pks)
    named = [rules.get(each.clause_id or 0, decision.clause) for each in wordings]
    return [
        (rule, later.written_at)
        for rule, later, now in zip(named, wordings[1:], named[1:], strict=False)
        if rule != now
    ]


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
def batch(request: HttpRequest, ref: str) -> HttpResponse:
    """List the decisions that were taken together. Raise Http404 where none were."""
    found = with_outcome(Decision.objects.public().filter(batch=ref))
    rows = found.with_context().prefetch_related("words").order_by("entry_index")
    page = paginate(request, rows, ROWS)
    if not page.paginator.count:
        raise Http404
    may_undo = request.user.has_perm(DECIDE)
    context = {"page": page, "batch": ref, "may_undo": may_undo}
    answer = render(request, "moderation/batch_public.html", context)
    return not_stored(answer) if may_undo else answer


@require_safe
@public_page
def log(request: HttpRequest) -> HttpResponse:
    """List the public log, newest first; 400 for a filter that means nothing."""
    form = LogForm(request.GET)
    kept = with_outcome(form.apply(Decision.objects.public()))
    found = form.matches()
    query = QueryDict(mutable=True)
    # What is left empty asks for nothing.
    for name, value in request.GET.items():
        if value and name not in {"before", "after"}:
            query[name] = str(value)
    filters = query.copy()
    filters.pop("order", None)
    paged = page_by_time if form.is_by_time else record_page
    rows = kept.with_context().prefetch_related("words")
    context = {
        "form": form,
        "page": paged(request, rows, found, ROWS),
        "number": found.number,
        "query": query.urlencode(),
        # A feed has an order of its own.
        "filters": filters.urlencode(),
        "is_filtered": bool(filters),
    }
    status = 200 if form.is_valid() else 400
    return render(request, "moderation/log.html", context, status=status)


@require_safe
def log_csv(request: HttpRequest) -> HttpResponseBase:
    """Send the same log as a table for spreadsheets (RFC 4180)."""
    form = LogForm(request.GET)
    if not form.is_valid():
        return _refused(form)
    lines: Iterator[str] = csv_lines(COLUMNS, _rows_of(form))
    return _download(lines, "text/csv; charset=utf-8", "moderation-log.csv")


@require_safe
def log_json(request: HttpRequest) -> HttpResponseBase:
    """Send the same log as a list of objects, one a line."""
    form = LogForm(request.GET)
    if not form.is_valid():
        return _refused(form)
    return _download(_json_lines(form), "application/json", "moderation-log.json")


def _json_lines(form: LogForm) -> Iterator[str]:
    yield "["
    for number, row in enumerate(_rows_of(form)):
        told = {name: value or None for name, value in zip(COLUMNS, row, strict=True)}
        written = escaped_json(json.dumps(told, ensure_ascii=False))
        yield (",\n" if number else "\n") + written
    yield "\n]\n"


def _rows_of(form: LogForm) -> Iterator[tuple[str, ...]]:
    kept = form.apply(Decision.objects.public())
    return log_rows(form.matches().narrow(kept), is_by_time=form.is_by_time)


def _refused(form: LogForm) -> HttpResponse:
    return HttpResponseBadRequest(
        form.errors.as_text(), content_type="text/plain; charset=utf-8"
    )


def _download(lines: Iterator[str], kind: str, name: str) -> HttpResponseBase:
    return StreamingHttpResponse(
        lines,
        content_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
