"""Pages of one's own login: second factors, recovery codes, who one is once more."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, cast, override
from urllib.parse import urlencode

from allauth.account import views as account
from allauth.account.decorators import reauthentication_required
from allauth.account.models import Login as PendingLogin
from allauth.mfa.base import views as base
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.mfa.webauthn.internal.flows import perform_passwordless_login
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.response import SimpleTemplateResponse
from django.urls import path, reverse, reverse_lazy
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_POST
from django.views.generic.edit import FormView

from commentarchive.factor_key import Unreadable
from commentarchive.login_lines import tell
from commentarchive.storage import sessions
from commentarchive.views.login import SCRIPTED, keep_sent_form
from commentarchive.views.login_adapters import has_factor

type View = Callable[..., HttpResponse]
_log = logging.getLogger("commentarchive.logins")


def _page(view: View) -> View:
    """Show a page of one's own login, which no cache stores.

    Whoever has a second factor and has not shown it in this session logs in anew:
    with the password alone nobody takes a factor away. Where the key of factors is lost
    (`factor_key.py`) a sentence says what to do.
    """

    @wraps(view)
    def page(request: HttpRequest, **names: Any) -> HttpResponse:
        is_half_in = not request.session.get(sessions.WITH_FACTOR)
        if is_half_in and has_factor(request.user):
            logout(request)
            messages.info(request, "Log in with your second factor.")
            return redirect("login")
        try:
            answer = view(request, **names)
            if isinstance(answer, SimpleTemplateResponse):
                answer.render()
        except Unreadable as error:
            _log.error("Second factors cannot be read: %s.", error)
            answer = render(request, "mfa/unreadable.html", status=503)
        patch_cache_control(answer, no_store=True, private=True)
        return answer

    return csp_override(SCRIPTED)(page)


class OwnLogin(base.IndexView):  # type: ignore[misc]  # allauth has no types
    """One's factors, and where one is logged in."""

    def get_context_data(self, **told: Any) -> dict[str, Any]:
        request = self.request
        context = super().get_context_data(**told)
        return {
            **context,
            "codes_left": _codes_left(context["authenticators"]),
            "open_logins": sessions.open_logins(request.user, request.session),
        }


def _codes_left(factors: dict[str, Any]) -> int | None:
    """Return how many recovery codes are left; None where they cannot be read."""
    codes = factors.get(Authenticator.Type.RECOVERY_CODES)
    try:
        return len(codes.get_unused_codes()) if codes else 0
    except Unreadable:
        return None


class NewCodes(codes.GenerateRecoveryCodesView):  # type: ignore[misc]  # as above
    """New recovery codes; also where nobody can read any more what the old ones are."""

    def get_context_data(self, **told: Any) -> dict[str, Any]:
        try:
            return dict(super().get_context_data(**told))
        except Unreadable:
            return {**FormView.get_context_data(self, **told), "unused_code_count": 0}


@login_required
@require_POST
def end_login(request: HttpRequest) -> HttpResponse:
    """End one other login of one's own, or all others; a proof of who one is first."""
    if not sessions.is_fresh(request.session):
        messages.info(request, "Prove that it is you; then end it again.")
        asked = urlencode({"next": reverse("mfa_index")})
        return redirect(f"{reverse('account_reauthenticate')}?{asked}")
    user = cast("User", request.user)
    if ref := request.POST.get("ref", ""):
        ended = int(sessions.end_login(user, ref))
    else:
        ended = sessions.end_logins(user, but=request.session.session_key)
    tell(user.pk, f"ended {ended} of its sessions.")
    messages.success(request, f"Logins that were ended: {ended}.")
    return redirect("mfa_index")


class ChangePassword(auth.PasswordChangeView):
    """Another password for oneself, which ends one's other logins."""

    template_name = "mfa/password.html"
    success_url = reverse_lazy("mfa_index")

    @override
    def form_valid(self, form: Any) -> HttpResponse:
        answer = super().form_valid(form)
        user = cast("User", self.request.user)
        sessions.end_logins(user, but=self.request.session.session_key)
        tell(user.pk, "changed its password.")
        messages.success(self.request, "The password is changed.")
        return answer


class PasskeyLogin(webauthn.LoginWebAuthnView):  # type: ignore[misc]  # allauth has no types
    """A login by a passkey alone; a form that came with it waits in the session."""

    def form_valid(self, form: Any) -> HttpResponse:
        found = form.cleaned_data["credential"]
        asked = self.request.POST.get("next", "")
        is_ours = url_has_allowed_host_and_scheme(
            asked, {self.request.get_host()}, require_https=self.request.is_secure()
        )
        login = PendingLogin(user=found.user, redirect_url=asked if is_ours else None)
        answer: HttpResponse = perform_passwordless_login(self.request, found, login)
        keep_sent_form(self.request)
        return answer


class RemovePasskey(webauthn.RemoveWebAuthnView):  # type: ignore[misc]  # as above
    success_url = reverse_lazy("mfa_index")


# By allauth's own names, by which its views find one another.
urlpatterns = [
    path("", _page(login_required(OwnLogin.as_view())), name="mfa_index"),
    path("sessions/end/", _page(end_login), name="end-login"),
    path(
        "password/",
        _page(reauthentication_required(app="login")(ChangePassword.as_view())),
        name="change-password",
    ),
    path("code/", _page(base.authenticate), name="mfa_authenticate"),
    path("again/", _page(account.reauthenticate), name="account_reauthenticate"),
    path("again/code/", _page(base.reauthenticate), name="mfa_reauthenticate"),
    path(
        "again/passkey/",
        _page(webauthn.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
    path("app/", _page(totp.activate_totp), name="mfa_activate_totp"),
    path("app/remove/", _page(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path(
        "recovery-codes/",
        _page(codes.view_recovery_codes),
        name="mfa_view_recovery_codes",
    ),
    path(
        "recovery-codes/new/",
        _page(NewCodes.as_view()),
        name="mfa_generate_recovery_codes",
    ),
    path("passkeys/add/", _page(webauthn.add_webauthn), name="mfa_add_webauthn"),
    path("passkeys/login/", _page(PasskeyLogin.as_view()), name="mfa_login_webauthn"),
    path(
        "passkeys/<int:pk>/remove/",
        _page(RemovePasskey.as_view()),
        name="mfa_remove_webauthn",
    ),
]
