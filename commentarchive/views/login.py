"""The login, through which a form that was sent too late is carried."""

import time
from typing import Any, override

from django.conf import settings
from django.contrib.auth import views as auth
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from commentarchive.views.login_limits import LoginForm, remember_browser

# Where in the session a form waits for the page that it belongs to.
_KEPT = "kept_form"
# When the session's login was, in seconds.
_LOGGED_IN_AT = "logged_in_at"
# For so long a login counts as fresh.
FRESH = 600
# No form of the desk is longer; the rest is not kept.
MOST = 20_000
_NOT_KEPT = ("csrfmiddlewaretoken", "kept", "kept_for", "username", "password")


@method_decorator(never_cache, name="dispatch")
class Login(auth.LoginView):
    """The login, within limits; a form that came with it waits in the session."""

    form_class = LoginForm

    @override
    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        answer = super().form_valid(form)
        remember_browser(answer, form.get_user().get_username().casefold())
        self.request.session[_LOGGED_IN_AT] = int(time.time())
        kept, address = self._kept
        if kept:
            self.request.session[_KEPT] = {"for": address, "form": kept}
        return answer

    @override
    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        answer = super().form_invalid(form)
        if isinstance(form, LoginForm) and form.retry_after:
            answer.status_code = form.status
            answer["Retry-After"] = f"{form.retry_after}"
        return answer

    @override
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kept, address = self._kept
        context = super().get_context_data(**kwargs)
        return {**context, "kept": kept, "kept_for": address}

    @property
    def _kept(self) -> tuple[str, str]:
        sent = self.request.POST
        return sent.get("kept", "")[:MOST], sent.get("kept_for", "")[:MOST]


def is_fresh(request: HttpRequest) -> bool:
    """Return whether somebody has logged in a few minutes ago, in this session."""
    at = request.session.get(_LOGGED_IN_AT)
    return isinstance(at, int) and 0 <= time.time() - at < FRESH


def log_in_first(request: HttpRequest, *, back_to: str) -> HttpResponse:
    """Answer a form of somebody who is logged out: log in, then it is there again.

    Nothing of it is stored before the login.
    """
    context = {
        "form": AuthenticationForm(request),
        "next": back_to,
        "kept": _fields(request),
        "kept_for": request.path,
        "was_sent": True,
    }
    answer = render(request, "registration/login.html", context)
    answer["Cache-Control"] = "no-store, private"
    return answer


def keep_form(request: HttpRequest) -> None:
    """Keep a form of somebody who is logged in, for the page that it belongs to."""
    request.session[_KEPT] = {"for": request.path, "form": _fields(request)}


def take_kept_form(request: HttpRequest, *addresses: str) -> dict[str, Any] | None:
    """Return the form that was sent to one of these addresses too early or too late.

    It is forgotten with that. None if there is none.
    """
    kept = request.session.get(_KEPT)
    if not isinstance(kept, dict) or kept.get("for") not in addresses:
        return None
    del request.session[_KEPT]
    return QueryDict(kept.get("form", "")).dict()


def _fields(request: HttpRequest) -> str:
    sent = request.POST.copy()
    for name in _NOT_KEPT:
        sent.pop(name, None)
    kept = sent.urlencode()
    return kept if len(kept) <= MOST else ""


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is out of date, as after a login in another window.

    A form of the desk comes back filled. One of another site is refused without a
    look at it.
    """
    del reason
    desk = resolve_url(settings.LOGIN_REDIRECT_URL)
    is_ours = _is_of_this_site(request)
    if is_ours and request.path == reverse("login"):
        return redirect("login")
    if is_ours and request.path.startswith(desk):
        if not request.user.is_authenticated:
            return log_in_first(request, back_to=request.path)
        keep_form(request)
        # A form's address leads to its page.
        return redirect(request.path)
    return render(request, "csrf.html", status=403)


def _is_of_this_site(request: HttpRequest) -> bool:
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return url_has_allowed_host_and_scheme(
        origin, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
