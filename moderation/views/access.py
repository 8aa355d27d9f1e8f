"""The private journal of looks, for owners and auditors."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from commentarchive.ledger.models import Role
from commentarchive.models import AccessKind
from commentarchive.spreadsheets import csv_lines
from commentarchive.views.pagination import paginate
from moderation.forms.access import AccessForm
from moderation.views.gate import desk_page

JOURNAL = frozenset({Role.OWNER, Role.AUDITOR})
ROWS = 100
COLUMNS = ("when", "login", "what", "subject", "page")


@desk_page(JOURNAL, sees=None)
def index(request: HttpRequest) -> HttpResponse:
    """List who looked at what is not public, newest first."""
    form = AccessForm(request.GET)
    if not form.is_valid():
        return _show(request, {"form": form}, status=400)
    query = request.GET.copy()
    query.pop("page", None)
    page = paginate(request, form.looks(), ROWS)
    return _show(request, {"form": form, "page": page, "query": query.urlencode()})


@desk_page(JOURNAL, sees=AccessKind.FILE)
def table(request: HttpRequest) -> HttpResponse:
    """Send what was asked for as a table."""
    form = AccessForm(request.GET)
    if not form.is_valid():
        return _show(request, {"form": form}, status=400)
    rows = (
        (
            note.noted_at.isoformat(timespec="seconds"),
            note.user.get_username(),
            note.get_kind_display(),
            note.subject,
            note.page,
        )
        for note in form.looks().iterator()
    )
    answer = HttpResponse(
        "".join(csv_lines(COLUMNS, rows)), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = 'attachment; filename="looks.csv"'
    return answer


def _show(
    request: HttpRequest, context: dict[str, object], *, status: int = 200
) -> HttpResponse:
    return render(request, "moderation/access.html", context, status=status)
