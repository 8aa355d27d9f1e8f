"""Django's admin under the site's own policy and behind the site's own login."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override

from commentarchive.actions.access import note_look
from commentarchive.models import AccessKind

# Digits of a key; a longer number is in no database.
MOST_DIGITS = 18


class BackOffice(AdminSite):
    """The admin, which needs its own scripts where public pages need none."""

    site_header = site_title = "Back office"
    index_title = "What is kept"

    def admin_view[View: Callable[..., Any]](
        self, view: View, cacheable: bool = False
    ) -> View:
        policy = {**settings.SECURE_CSP, "script-src": [CSP.SELF]}
        checked = _note_looks(_refuse_wrong_choices(view))
        return csp_override(policy)(super().admin_view(checked, cacheable))

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        del extra_context
        asked = request.GET.get("next") or reverse("admin:index")
        return redirect_to_login(asked, settings.LOGIN_URL)

    def password_change(  # type: ignore[override]  # no page of its own any more
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to where everybody changes their own password."""
        del request, extra_context
        return redirect("change-password")


def _note_looks[View: Callable[..., Any]](view: View) -> View:
    """Note in the private journal which row somebody opens; some hold hidden words."""

    @wraps(view)
    def noted(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        found = request.resolver_match
        is_row = found is not None and (found.url_name or "").endswith("_change")
        if is_row and request.user.is_authenticated:
            note_look(request.user, AccessKind.PRIVATE, page=request.path)
        return view(request, *args, **kwargs)

    return noted  # type: ignore[return-value]  # called as the view is


def _refuse_wrong_choices[View: Callable[..., Any]](view: View) -> View:
    """Refuse rows of a list that have no number; Django looks for them all the same."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        for key in request.POST.getlist(ACTION_CHECKBOX_NAME):
            is_number = key.isascii() and key.isdecimal() and len(key) <= MOST_DIGITS
            if not is_number:
                message = "A row that was chosen has no number."
                raise BadRequest(message)
        return view(request, *args, **kwargs)

    return checked  # type: ignore[return-value]  # called as the view is
