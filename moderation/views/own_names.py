"""The names under which staff comment, as the desk shows and takes them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from commentarchive.actions.staff import acting
from commentarchive.ledger.models import Role
from commentarchive.views.login import take_kept_form
from moderation.actions.own_names import NameRefused, add_own_name
from moderation.forms.interests import OwnNameForm
from moderation.models import OwnName
from moderation.views.gate import DECIDE, LOOK, desk_form, desk_page


@desk_page(LOOK, sees=None)
def index(request: HttpRequest) -> HttpResponse:
    """List the names; whoever decides may add to their own, owners to anybody's."""
    kept = take_kept_form(request, f"{request.path}add/")
    return _show(request, OwnNameForm(initial=kept or {}))


@desk_form(DECIDE, page="moderation:own-names", is_list=True)
def add(request: HttpRequest) -> HttpResponse:
    """Add a name. 422 where it cannot be added."""
    by, form = acting(request.user), OwnNameForm(request.POST)
    if form.is_valid() and by.actor is not None:
        try:
            whose = form.cleaned_data["whose"] or by.actor
            add_own_name(whose, form.cleaned_data["name"], by=by)
        except NameRefused as error:
            form.add_error("name", str(error))
    if form.errors:
        return _show(request, form, status=422)
    messages.success(request, "Added. Decisions about that name ask for a reason.")
    return redirect("moderation:own-names")


def _show(
    request: HttpRequest, form: OwnNameForm, *, status: int = 200
) -> HttpResponse:
    by = acting(request.user)
    if by.role != Role.OWNER:
        del form.fields["whose"]
    names = OwnName.objects.select_related("actor", "added_by")
    context = {
        "form": form,
        "names": names.order_by("actor__handle", "name"),
        "may_add": request.user.has_perm(DECIDE),
        "by": by,
    }
    return render(request, "moderation/own_names.html", context, status=status)
