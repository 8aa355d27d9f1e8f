"""Reports at the desk: what was issued, and a report that is issued by hand."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from commentarchive.actions.staff import acting
from commentarchive.ledger.models import Role
from commentarchive.views.login import take_kept_form
from commentarchive.views.pagination import paginate
from moderation.actions.letter_switch import mail_is_set_up
from moderation.forms.reports import IssueForm
from moderation.models import ReportSubscription
from moderation.reports.issuing import NotIssued, issue_report
from moderation.reports.periods import NoPeriod, parse_period
from moderation.views.gate import desk_form, desk_page
from moderation.views.issued_reports import listed

ISSUE = frozenset({Role.OWNER})
ROWS = 50


@desk_page(ISSUE, sees=None)
def index(request: HttpRequest) -> HttpResponse:
    """List what was issued, with the form for another one."""
    kept = take_kept_form(request, reverse("moderation:issue-report"))
    return _show(request, IssueForm(initial=kept or {}))


@desk_form(ISSUE, page="moderation:issuing", is_list=True, fresh=True)
def issue(request: HttpRequest) -> HttpResponse:
    """Issue a report by hand. 422 where it cannot be issued."""
    form = IssueForm(request.POST)
    if form.is_valid():
        try:
            report = issue_report(
                parse_period(form.cleaned_data["period"]),
                form.cleaned_data["blog"],
                now=timezone.now(),
                by=acting(request.user),
            )
        except (NoPeriod, NotIssued) as error:
            form.add_error("period", str(error))
        else:
            messages.success(request, f"Issued, as record no. {report.entry_index}.")
            return redirect(report)
    return _show(request, form, status=422)


def _show(request: HttpRequest, form: IssueForm, *, status: int = 200) -> HttpResponse:
    confirmed = ReportSubscription.objects.exclude(confirmed_at=None)
    context = {
        "form": form,
        "page": paginate(request, listed(), ROWS),
        "has_mail": mail_is_set_up(),
        "subscribers": confirmed.count(),
    }
    return render(request, "moderation/issuing.html", context, status=status)
