"""A login that may do everything takes the role in which it acts on record."""

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from commentarchive.actions.staff import (
    NO_ROLE,
    STAFF_ROLES,
    HandleTaken,
    roles_of,
    set_roles,
)
from commentarchive.ledger.models import Role
from commentarchive.views.login import (
    is_fresh,
    keep_form,
    log_in_first,
    take_kept_form,
)
from moderation.views.gate import SEND_AGAIN, lacks_role, not_stored, prove_again


class RoleForm(forms.Form):
    """The role that somebody takes, and their name on record."""

    role = forms.ChoiceField(
        choices=[(each.value, each.label) for each in STAFF_ROLES],
        widget=forms.RadioSelect,
        initial=Role.OWNER.value,
    )
    handle = forms.CharField(
        max_length=40,
        required=False,
        help_text="The name under which the public record knows you; it stays for "
        "good. Left empty, it is made of the role and a number.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Ask once which role a superuser takes, and enter it in the record."""
    user = request.user
    if not user.is_authenticated:
        if request.method == "POST":
            return log_in_first(request, back_to=request.path)
        return redirect_to_login(request.get_full_path())
    if not isinstance(user, User) or not lacks_role(request):
        raise PermissionDenied("" if roles_of(user) else NO_ROLE)
    if request.method != "POST":
        kept = take_kept_form(request, request.path)
        return _show(request, RoleForm(initial=kept or {}))
    if not is_fresh(request):
        keep_form(request)
        messages.info(request, SEND_AGAIN)
        return not_stored(prove_again(request.path))
    return _take(request, user)


def _take(request: HttpRequest, user: User) -> HttpResponse:
    form = RoleForm(request.POST)
    if form.is_valid():
        role = Role(form.cleaned_data["role"])
        try:
            set_roles(
                user,
                roles=[role],
                handle=form.cleaned_data["handle"],
                session=request.session.session_key,
            )
        except HandleTaken as error:
            form.add_error("handle", str(error))
        else:
            messages.success(request, f"You act as {role.label.lower()} from now on.")
            return not_stored(redirect("moderation:desk"))
    return _show(request, form, status=422)


def _show(request: HttpRequest, form: RoleForm, status: int = 200) -> HttpResponse:
    answer = render(request, "moderation/role.html", {"form": form}, status=status)
    return not_stored(answer)
