"""Pages of one's own login: second factors, recovery codes, who one is once more."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import views as account
from allauth.account.models import Login as PendingLogin
from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.mfa.webauthn.internal.flows import perform_passwordless_login
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse_lazy
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csp import csp_override

from commentarchive.storage.sessions import WITH_FACTOR
from commentarchive.views.login import SCRIPTED, keep_sent_form
from commentarchive.views.login_adapters import has_factor

type View = Callable[..., HttpResponse]


def _page(view: View) -> View:
    """Show a page of one's own login, which no cache stores.

    Whoever has a second factor and has not shown it in this session logs in anew:
    with the password alone nobody takes a factor away.
    """

    @wraps(view)
    def page(request: HttpRequest, **names: Any) -> HttpResponse:
        is_half_in = not request.session.get(WITH_FACTOR)
        if is_half_in and has_factor(request.user):
            logout(request)
            messages.info(request, "Log in with your second factor.")
            return redirect("login")
        answer = view(request, **names)
        patch_cache_control(answer, no_store=True, private=True)
        return answer

    return csp_override(SCRIPTED)(page)


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
    path("", _page(base.index), name="mfa_index"),
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
        _page(codes.generate_recovery_codes),
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
