"""Limits of logging in: guesses are few, and cost readers nothing.

A wrong password counts against the account as tried from that address, against the
address, and against the account. A browser in which the account has logged in before
carries a signed cookie and is counted by itself. So a stranger who uses an account up,
from however many addresses, does not keep its owner out of the browser they know.
"""

import math
import secrets
import threading
from typing import Any

from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import User
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse

from commentarchive.login_lines import tell, tell_limit
from commentarchive.views.limits import Limit, visitor

QUARTER = 15 * 60
PER_PAIR = Limit(5, QUARTER)
PER_ADDRESS = Limit(20, QUARTER)
PER_ACCOUNT = Limit(50, QUARTER)
# One password is checked at a time and one may wait: the other threads are for readers.
_checks = threading.BoundedSemaphore(2)

SALT = "commentarchive.known-browser"
KNOWN_FOR = 180 * 24 * 3600


class Attempt:
    """One try to log in: what it counts against."""

    def __init__(self, request: HttpRequest | None, username: str) -> None:
        request = request or HttpRequest()
        account = username.casefold()
        if browser := known_browser(request, account):
            self._counts = [(PER_PAIR, f"{account} in {browser}")]
            return
        address = visitor(request)
        self._counts = [
            (PER_PAIR, f"{account} from {address}"),
            (PER_ADDRESS, address),
            (PER_ACCOUNT, account),
        ]

    def take(self) -> float:
        """Count the try and return 0, or return the seconds until one is allowed."""
        taken: list[tuple[Limit, str]] = []
        for limit, key in self._counts:
            if wait := limit.take(key):
                for each, of in taken:
                    each.give_back(of)
                return wait
            taken.append((limit, key))
        return 0

    def give_back(self) -> None:
        """Take the count back: the password was right, or was not looked at."""
        for limit, key in self._counts:
            limit.give_back(key)


class LoginForm(AuthenticationForm):
    """The usual form, which checks a password only within the limits."""

    status = 200
    retry_after = 0

    def clean(self) -> dict[str, Any]:
        attempt = Attempt(self.request, self.cleaned_data.get("username") or "")
        if wait := attempt.take():
            self._refuse(
                429,
                wait,
                f"There were too many wrong passwords. Please try again in "
                f"{math.ceil(wait / 60)} minutes.",
            )
        if not _checks.acquire(blocking=False):
            attempt.give_back()
            tell_limit("Too many people log in at one moment: a login was not tried.")
            self._refuse(
                503, 2, "Too many people log in at this moment. Please try again."
            )
        try:
            cleaned = super().clean()
        except ValidationError:
            self._tell_failure()
            raise
        finally:
            _checks.release()
        attempt.give_back()
        return cleaned or {}

    def _tell_failure(self) -> None:
        """Log a wrong password: whose, and not what was typed."""
        typed = User.objects.filter(username=self.cleaned_data.get("username") or "")
        login = typed.values_list("pk", flat=True).first()
        tell(login, "a wrong password, or a login that is closed.")

    def _refuse(self, status: int, wait: float, message: str) -> None:
        self.status, self.retry_after = status, math.ceil(wait)
        raise ValidationError(message)


def cookie_name() -> str:
    """Return the cookie's name; with https only this host can have set it."""
    return "__Host-known" if settings.SESSION_COOKIE_SECURE else "known"


def remember_browser(answer: HttpResponse, account: str) -> None:
    """Let a browser be known to an account that has logged in with it."""
    answer.set_cookie(
        cookie_name(),
        signing.dumps([account, secrets.token_urlsafe(12)], salt=SALT),
        max_age=KNOWN_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def known_browser(request: HttpRequest, account: str) -> str:
    """Return the browser's own name if the account has logged in with it, or ""."""
    said = request.COOKIES.get(cookie_name(), "")
    try:
        known, browser = signing.loads(said, salt=SALT, max_age=KNOWN_FOR)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return str(browser) if known == account else ""
