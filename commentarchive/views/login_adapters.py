"""What allauth asks of this site: who is whom, how a login begins, what is said."""

from typing import Any, override

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from commentarchive import factor_key
from commentarchive.login_lines import tell
from commentarchive.storage import sessions
from commentarchive.text.browser_names import told_browser
from commentarchive.views.limits import visitor
from commentarchive.views.login_limits import remember_browser

# What a code or a key proves by itself; recovery codes stand in for these.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
_SAID = {
    "mfa/messages/totp_activated.txt": "The app is set up.",
    "mfa/messages/totp_deactivated.txt": "The app counts no longer.",
    "mfa/messages/webauthn_added.txt": "The passkey is added.",
    "mfa/messages/webauthn_removed.txt": "The passkey is removed.",
    "mfa/messages/recovery_codes_generated.txt": "There are new recovery codes.",
}
_WAYS = {
    "reauthenticate": "Your password",
    "mfa_reauthenticate": "A code of the app, or a recovery code",
    "mfa_reauthenticate:webauthn": "A passkey",
}


_KINDS = {
    Authenticator.Type.TOTP: "code of the app",
    Authenticator.Type.WEBAUTHN: "passkey",
    Authenticator.Type.RECOVERY_CODES: "recovery codes",
}


def _told_ways(records: list[dict[str, Any]]) -> str:
    """Return by what somebody has proved who they are, for the log."""
    factors = [each for each in records if each["method"] == "mfa"]
    ways = [_KINDS[each["type"]] for each in factors]
    if not any(each.get("passwordless") for each in factors):
        ways.insert(0, "password")
    return " and ".join(ways)


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Logins of staff: no sign-up, no mails, no address but our own."""

    @override
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    @override
    def get_client_ip(self, request: HttpRequest) -> str:
        return visitor(request)

    @override
    def is_safe_url(self, url: str | None) -> bool:
        request = context.request
        return url_has_allowed_host_and_scheme(
            url, {request.get_host()}, require_https=request.is_secure()
        )

    @override
    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *_: Any,
        message: str | None = None,
        **__: Any,
    ) -> None:
        """Add what is said in our words, where there are any."""
        if words := message or _SAID.get(message_template or ""):
            messages.add_message(request, level, words)

    @override
    def login(self, request: HttpRequest, user: User) -> None:
        records = get_authentication_records(request, user)
        super().login(request, user)
        with_factor = any(each["method"] == "mfa" for each in records)
        browser = told_browser(request.headers.get("User-Agent", ""))
        sessions.begin(request.session, with_factor=with_factor, browser=browser)
        tell(user.pk, f"logged in by {_told_ways(records)}.")

    @override
    def post_login(self, request: HttpRequest, user: User, **told: Any) -> HttpResponse:
        answer: HttpResponse = super().post_login(request, user, **told)
        remember_browser(answer, user.get_username().casefold())
        return answer

    @override
    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        messages.error(request, "This login is closed. An owner can open it again.")
        return redirect("login")

    @override
    def is_reauthentication_required(self, *, app: str, **_: Any) -> bool:
        return not sessions.is_fresh(context.request.session)

    @override
    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        ways = super().get_reauthentication_methods(user)
        return [{**way, "description": _WAYS[way["id"]]} for way in ways]


class Factors(DefaultMFAAdapter):  # type: ignore[misc]  # as above
    """Second factors: what they are called on the other device."""

    error_messages = {  # noqa: RUF012  # allauth's name
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": (
            "That is not right, or was used before. A code of the app changes every "
            "half minute: wait for the next one."
        ),
        "cannot_generate_recovery_codes": "Set up an app or a passkey first.",
    }

    @override
    def encrypt(self, text: str) -> str:
        return factor_key.seal(text)

    @override
    def decrypt(self, encrypted_text: str) -> str:
        return factor_key.open_sealed(encrypted_text)

    @override
    def get_totp_issuer(self) -> str:
        return f"{settings.SITE_NAME}, {context.request.get_host()}"

    @override
    def build_totp_svg(self, url: str) -> str:
        # Without the declaration that only a file begins with.
        picture: str = super().build_totp_svg(url)
        return picture[picture.index("<svg") :]

    @override
    def generate_authenticator_name(self, user: User, type: Any) -> str:
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return f"Passkey {number}"


def has_factor(user: User | AnonymousUser) -> bool:
    """Return whether an account has a second factor, used or not. Costs a query."""
    if not user.is_authenticated:
        return False
    own = Authenticator.objects.filter(user=user, type__in=FACTORS)
    return bool(own.exists())


def note_added(*, request: HttpRequest, authenticator: Authenticator, **_: Any) -> None:
    """Let the login go on with the factor that was just set up, under a new key."""
    tell(authenticator.user_id, f"{_told_of(authenticator)}: added.")
    if authenticator.type in FACTORS:
        request.session[sessions.WITH_FACTOR] = True
        request.session.cycle_key()


def note_removed(
    *, request: HttpRequest, user: User, authenticator: Authenticator, **_: Any
) -> None:
    """End the account's other logins when a factor is gone; this one starts anew."""
    tell(user.pk, f"{_told_of(authenticator)}: removed.")
    request.session[sessions.WITH_FACTOR] = has_factor(user)
    request.session.cycle_key()
    sessions.end_logins(user, but=request.session.session_key)


def note_renewed(*, user: User, authenticator: Authenticator, **_: Any) -> None:
    """Log that there are new recovery codes."""
    tell(user.pk, f"{_told_of(authenticator)}: made anew.")


def note_failed(*, user: User, authenticator: Authenticator, **_: Any) -> None:
    """Log a wrong code or key."""
    tell(user.pk, f"{_told_of(authenticator)}: wrong or used before.")


def note_step(
    *, request: HttpRequest, user: User, reauthenticated: bool = False, **_: Any
) -> None:
    """Note that somebody who is logged in has proved once more who they are."""
    if reauthenticated:
        sessions.note_proof(request.session)
        tell(user.pk, "proved once more who it is.")


def _told_of(authenticator: Authenticator) -> str:
    return f"its {_KINDS[authenticator.type]}"
