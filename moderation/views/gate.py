"""Who comes into the desk, and what becomes of forms that were sent too late."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import patch_cache_control

from commentarchive.actions.access import note_look
from commentarchive.actions.staff import NO_ROLE, roles_of
from commentarchive.ledger.models import Role
from commentarchive.models import AccessKind
from commentarchive.views.login import is_fresh, keep_form, log_in_first

type View = Callable[..., HttpResponse]
# A permission, or the roles of which one is enough.
type Allowed = str | frozenset[Role]

SEND_AGAIN = "Prove that it is you; then send the form again, nothing was recorded yet."
LOOK = "moderation.view_decision"
DECIDE = "moderation.add_decision"
PUBLISH = "moderation.add_policyversion"
# Who may publish what an import left: whoever looks after copies or comments.
RELEASE = frozenset({Role.OWNER, Role.MODERATOR, Role.ARCHIVIST})
# Who may import.
IMPORT = frozenset({Role.OWNER, Role.ARCHIVIST})


def not_stored(answer: HttpResponse) -> HttpResponse:
    """Keep an answer that is for staff from every cache."""
    patch_cache_control(answer, no_store=True, private=True)
    return answer


def desk_page(allowed: Allowed, *, sees: AccessKind | None) -> Callable[[View], View]:
    """Show a page to those who are allowed, and let no cache store it.

    Where it shows what readers may not see, the private journal notes it before; each
    page says what it shows, so that none is forgotten.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def page(request: HttpRequest, **names: Any) -> HttpResponse:
            if request.method not in {"GET", "HEAD"}:
                return HttpResponseNotAllowed(["GET", "HEAD"])
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            _check(request, allowed)
            if sees is not None:
                look(request, sees, names.get("ref", ""))
            return not_stored(view(request, **names))

        return page

    return decorate


def desk_form(
    allowed: Allowed, *, page: str, is_list: bool = False, fresh: bool = False
) -> Callable[[View], View]:
    """Take a form from those who are allowed; it stands on its subject's page.

    Or on a list of many subjects. Whoever is logged out logs in first, and finds it
    filled; a look at the form's address leads to its page. A dangerous act (`fresh`)
    takes a proof of the last few minutes of who is asking, and the form waits for it.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def form(request: HttpRequest, **names: Any) -> HttpResponse:
            back_to = reverse(page, kwargs=None if is_list else names)
            if request.user.is_authenticated:
                _check(request, allowed)
            if request.method != "POST":
                return not_stored(redirect(back_to))
            if not request.user.is_authenticated:
                return log_in_first(request, back_to=back_to)
            if lacks_role(request):
                keep_form(request)
                raise PermissionDenied(NO_ROLE)
            if fresh and not is_fresh(request):
                keep_form(request)
                messages.info(request, SEND_AGAIN)
                return not_stored(prove_again(back_to))
            return not_stored(view(request, **names))

        return form

    return decorate


def look(request: HttpRequest, kind: AccessKind, subject: str = "") -> None:
    """Note in the private journal that somebody is about to be shown something."""
    if not request.user.is_authenticated:
        raise PermissionDenied
    note_look(request.user, kind, page=request.path, subject=subject)


def prove_again(back_to: str) -> HttpResponse:
    """Lead to where somebody who is logged in proves once more who they are."""
    asked = urlencode({"next": back_to})
    return redirect(f"{reverse('account_reauthenticate')}?{asked}")


def lacks_role(request: HttpRequest) -> bool:
    """Return whether a login may do everything and has no role to do it in."""
    user = request.user
    return isinstance(user, User) and user.is_superuser and not roles_of(user)


def may(request: HttpRequest, allowed: Allowed) -> bool:
    """Return whether somebody has a permission, or one of some roles."""
    if isinstance(allowed, str):
        return request.user.has_perm(allowed)
    return not allowed.isdisjoint(roles_of(request.user))


def _check(request: HttpRequest, allowed: Allowed) -> None:
    if not may(request, allowed):
        raise PermissionDenied("" if roles_of(request.user) else NO_ROLE)
    # Pages of the desk say what readers need not know (base.html).
    request.is_of_the_desk = True  # type: ignore[attr-defined]  # a mark of our own
