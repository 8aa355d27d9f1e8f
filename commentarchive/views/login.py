"""The login, through which a form that was sent too late is carried."""

from typing import Any, override

from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth import views as auth
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.middleware.csrf import REASON_NO_CSRF_COOKIE
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.csp import CSP
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csp import csp_override

from commentarchive.actions.staff import roles_of
from commentarchive.login_lines import tell, tell_limit
from commentarchive.storage import sessions
from commentarchive.views.login_limits import LoginForm

# Where in the session a form waits for the page that it belongs to.
_KEPT = "kept_form"
# No form of the desk is longer; the rest is not kept.
MOST = 20_000
_NOT_KEPT = ("csrfmiddlewaretoken", "kept", "kept_for", "username", "password")
# Of pages on which a passkey may be asked for.
SCRIPTED = {
    **settings.SECURE_CSP,
    "script-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
}


@method_decorator((never_cache, csp_override(SCRIPTED)), name="dispatch")
class Login(auth.LoginView):
    """The login, within limits; a form that came with it waits in the session.

    A second factor, where the account has one, is asked for next.
    """

    form_class = LoginForm

    @override
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if sessions.lacks_factor(request.session):
            return redirect("mfa_index")
        return super().get(request, *args, **kwargs)

    @override
    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        user = form.get_user()
        if self.request.user.is_authenticated:
            # Who is logged in already is asked for no second factor, and would go on in
            # the same session.
            logout(self.request)
        lacks_role = user.is_superuser and not roles_of(user)
        goes_to = reverse(settings.ROLE_URL) if lacks_role else self.get_success_url()
        answer: HttpResponse = perform_login(self.request, user, redirect_url=goes_to)
        keep_sent_form(self.request)
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
        kept, address = _sent_before(self.request)
        context = super().get_context_data(**kwargs)
        return {**context, "kept": kept, "kept_for": address}


@method_decorator(never_cache, name="dispatch")
class Logout(auth.LogoutView):
    """The logout; the browser forgets what it kept of the desk's pages.

    Its cookies stay but for the session's, which ends: by one of them a browser is
    known in which this login has been before (`login_limits.py`).
    """

    @override
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        login = request.user.pk
        answer = super().post(request, *args, **kwargs)
        if login is not None:
            tell(login, "logged out.")
        answer["Clear-Site-Data"] = '"cache", "storage"'
        return answer


def is_fresh(request: HttpRequest) -> bool:
    """Return whether somebody has proved who they are a few minutes ago."""
    return sessions.is_fresh(request.session)


def keep_sent_form(request: HttpRequest) -> None:
    """Keep the form that a login carried, for the page that it belongs to."""
    kept, address = _sent_before(request)
    if kept:
        request.session[_KEPT] = {"for": address, "form": kept}


def _sent_before(request: HttpRequest) -> tuple[str, str]:
    sent = request.POST
    return sent.get("kept", "")[:MOST], sent.get("kept_for", "")[:MOST]


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
    answer = csp_override(SCRIPTED)(render)(request, "registration/login.html", context)
    answer["Cache-Control"] = "no-store, private"
    return answer


def keep_form(request: HttpRequest) -> None:
    """Keep a form of somebody who is logged in, for the page that it belongs to."""
    keep_fields(request, request.path, _fields(request))


def keep_fields(request: HttpRequest, address: str, fields: str) -> None:
    """Keep the encoded fields of a form, for the page of the address that takes it."""
    request.session[_KEPT] = {"for": address, "form": fields}


def take_kept_form(request: HttpRequest, *addresses: str) -> dict[str, Any] | None:
    """Return the form that was sent to one of these addresses too early or too late.

    It is forgotten with that. None if there is none.
    """
    kept = take_kept_fields(request, *addresses)
    return None if kept is None else kept.dict()


def take_kept_fields(request: HttpRequest, *addresses: str) -> QueryDict | None:
    """Return a form as `take_kept_form`, with every value that a name was sent with."""
    kept = request.session.get(_KEPT)
    if not isinstance(kept, dict) or kept.get("for") not in addresses:
        return None
    del request.session[_KEPT]
    return QueryDict(kept.get("form", ""))


def _fields(request: HttpRequest) -> str:
    sent = request.POST.copy()
    for name in _NOT_KEPT:
        sent.pop(name, None)
    kept = sent.urlencode()
    return kept if len(kept) <= MOST else ""


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is out of date, as after a login in another window.

    A form of the desk comes back filled. One of another site is refused without a
    look at it. The log says so: where BASE_URL or the proxy is wrong, no form works.
    """
    tell_limit(_why_refused(reason))
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


def _why_refused(reason: str) -> str:
    """Return Django's reason without the addresses that it may quote."""
    if reason.startswith(("Origin checking", "Referer checking")):
        return (
            "A form was refused: its browser names another address than BASE_URL "
            f"({settings.BASE_URL}). Where every form is refused, BASE_URL or "
            "TRUSTED_PROXIES is wrong."
        )
    if reason == REASON_NO_CSRF_COOKIE:
        return (
            "A form was refused: its browser sent no cookie. Where every form is "
            "refused, BASE_URL says https and the site is visited without, or the "
            "proxy drops cookies."
        )
    return "A form was refused: its token is out of date or not ours."


def _is_of_this_site(request: HttpRequest) -> bool:
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return url_has_allowed_host_and_scheme(
        origin, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
