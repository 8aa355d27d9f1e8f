"""How the archive is, for its owner: what `doctor` found last."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from commentarchive.ledger.models import Role
from moderation.health.finding import Level
from moderation.health.table import last_seen
from moderation.views.gate import desk_page

# The timers look four times an hour.
OLD = timedelta(hours=1)
_WORST_FIRST = (Level.FAULT, Level.WARN, Level.OK)


@desk_page(frozenset({Role.OWNER}), sees=None)
def index(request: HttpRequest) -> HttpResponse:
    """Show what was found, the worst first; nothing is looked at here."""
    seen = last_seen()
    findings = sorted(
        seen.findings.items() if seen else (),
        key=lambda each: _WORST_FIRST.index(each[1].level),
    )
    context = {
        "seen": seen,
        "is_old": seen is not None and timezone.now() - seen.at > OLD,
        "findings": findings,
        "faults": sum(found.level is Level.FAULT for _name, found in findings),
    }
    return render(request, "moderation/health.html", context)
