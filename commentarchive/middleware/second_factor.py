"""Whoever has not shown a second factor is nobody yet, on every page but their own."""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from commentarchive.log_lines import told_address
from commentarchive.login_lines import tell
from commentarchive.storage.sessions import lacks_factor, note_use

type View = Callable[[HttpRequest], HttpResponse]
type Somebody = AbstractBaseUser | AnonymousUser

# Where factors are set up, and where one leaves.
_OPEN = ("mfa_index", "logout")
# Where staff work: what keeps a login alive.
_WORK = ("moderation:desk", "admin:index", "mfa_index")


def guard(get_response: View) -> View:
    """Let a login count only with a second factor, and note that it is in use.

    Nothing is asked of the session before a view asks who is there.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if settings.STAFF_SECOND_FACTOR and not _is_below(request, _OPEN):
            found = request.user
            request.user = SimpleLazyObject(lambda: _whole(request, found))  # type: ignore[assignment]  # as Django's own
        answer = get_response(request)
        if request.session.accessed and _is_below(request, _WORK):
            note_use(request.session)
        if (
            answer.status_code == HTTPStatus.FORBIDDEN
            and SESSION_KEY in request.session
        ):
            _tell_refusal(request)
        return answer

    return middleware


def _tell_refusal(request: HttpRequest) -> None:
    """Log a page or form that somebody who is logged in may not have."""
    login = int(request.session[SESSION_KEY])
    tell(login, f"was refused {request.method} {told_address(request)}.")


def _whole(request: HttpRequest, found: Somebody) -> Somebody:
    return AnonymousUser() if lacks_factor(request.session) else found


def _is_below(request: HttpRequest, names: tuple[str, ...]) -> bool:
    return request.path.startswith(tuple(reverse(name) for name in names))
