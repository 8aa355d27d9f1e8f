"""What one of the staff decided: for themselves, and for owners."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from commentarchive.actions.staff import STAFF_ROLES, acting
from commentarchive.ledger.models import Actor, Role
from moderation.clocks import Days
from moderation.evidence.work import work_of
from moderation.forms.evidence import WorkForm
from moderation.views.gate import desk_page, may

STAFF, OWNERS = frozenset(STAFF_ROLES), frozenset({Role.OWNER})


@desk_page(STAFF, sees=None)
def own(request: HttpRequest) -> HttpResponse:
    """Show somebody their own work, and owners the way to that of others."""
    return _show(request, acting(request.user).actor)


@desk_page(OWNERS, sees=None)
def of_person(request: HttpRequest, ref: str) -> HttpResponse:
    """Show an owner the work of one person."""
    return _show(request, get_object_or_404(Actor, ref=ref))


def _show(request: HttpRequest, actor: Actor | None) -> HttpResponse:
    form = WorkForm(request.GET)
    people = Actor.objects.filter(link__isnull=False).order_by("handle")
    context: dict[str, object] = {
        "form": form,
        "actor": actor,
        # By name, without a figure: nobody is ranked.
        "people": people if may(request, OWNERS) else (),
    }
    if not form.is_valid():
        return render(request, "moderation/work.html", context, status=400)
    since, until = form.cleaned_data["since"], form.cleaned_data["until"]
    if actor is not None:
        days = Days(since, until + timedelta(days=1) if until else None)
        context["work"] = work_of(actor, days)
    return render(request, "moderation/work.html", context)
