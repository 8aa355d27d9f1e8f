"""The page on which whoever is invited chooses a name and a password, once."""

from typing import Any

from allauth.account.utils import perform_login
from django import forms
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from commentarchive.actions.invitations import (
    NameTaken,
    NoInvitation,
    find_invitation,
    take_up,
)
from commentarchive.actions.staff import HandleTaken
from commentarchive.models import Invitation
from commentarchive.views.limits import Limit, visitor

# Links that one address may try, the pages of a right one among them.
TRIES = Limit(30, 15 * 60)


class TakeUpForm(forms.Form):
    """How somebody will log in."""

    name = forms.CharField(
        max_length=60,
        label="Your login name",
        help_text="Only you and the owners see it.",
        validators=[UnicodeUsernameValidator()],
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        max_length=200,
        strip=False,
        help_text="Twelve characters or more are good; nobody here sees it.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        max_length=200,
        strip=False,
        label="The password once more",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        password = values.get("password")
        if password and password != values.get("again"):
            self.add_error("again", "The two passwords differ.")
        elif password:
            try:
                validate_password(password, User(username=values.get("name", "")))
            except forms.ValidationError as error:
                self.add_error("password", error)
        return values


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, secret: str) -> HttpResponse:
    """Show an invitation and take it up; nothing is written before the form is sent.

    404 alike for a link that is wrong, too old, taken up or taken back.
    """
    if TRIES.take(visitor(request)):
        return render(request, "429.html", status=429)
    try:
        invitation = find_invitation(secret)
        if request.method == "POST":
            answer = _take_up(request, invitation, secret)
        else:
            answer = _show(request, invitation, TakeUpForm())
    except NoInvitation as error:
        message = "No invitation belongs to this link."
        raise Http404(message) from error
    # The link is the key; with no referrer at all browsers hide the form's origin, too.
    answer["Referrer-Policy"] = "strict-origin"
    return answer


def _take_up(request: HttpRequest, invitation: Invitation, secret: str) -> HttpResponse:
    form = TakeUpForm(request.POST)
    if form.is_valid():
        try:
            name, password = form.cleaned_data["name"], form.cleaned_data["password"]
            user = take_up(secret, name=name, password=password)
        except (NameTaken, HandleTaken) as error:
            form.add_error("name", str(error))
        else:
            # A second factor is asked for next.
            return _log_in(request, user)
    return _show(request, invitation, form, status=422)


def _log_in(request: HttpRequest, user: User) -> HttpResponse:
    answer: HttpResponse = perform_login(request, user)
    return answer


def _show(
    request: HttpRequest, invitation: Invitation, form: TakeUpForm, *, status: int = 200
) -> HttpResponse:
    context = {"invitation": invitation, "form": form}
    return render(request, "commentarchive/invitation.html", context, status=status)
