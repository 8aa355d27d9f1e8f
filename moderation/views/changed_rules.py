"""Decisions under rules that changed later, for staff."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from moderation.later_rules import LaterRules
from moderation.matches import matches
from moderation.models import Decision
from moderation.views.gate import LOOK, desk_page
from moderation.views.record_paging import record_page

ROWS = 50


@desk_page(LOOK, sees=None)
def index(request: HttpRequest) -> HttpResponse:
    """List the decisions under rules that read otherwise in a later version."""
    later = LaterRules()
    found = Decision.objects.filter(later.changed())
    kept = matches("decisions under rules that changed later", found)
    page = record_page(request, found.with_context(), kept, ROWS)
    context = {
        "page": page,
        "number": kept.number,
        "rows": [
            (each, later.of_decision(each.clause_id, each.post.blog_id))
            for each in page.rows
        ],
    }
    return render(request, "moderation/policy_decisions.html", context)
