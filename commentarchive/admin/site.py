"""Django's admin under the site's own policy and behind the site's own login."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override


class BackOffice(AdminSite):
    """The admin, which needs its own scripts where public pages need none."""

    site_header = site_title = "Back office"
    index_title = "What is kept"

    def admin_view[View: Callable[..., Any]](
        self, view: View, cacheable: bool = False
    ) -> View:
        policy = {**settings.SECURE_CSP, "script-src": [CSP.SELF]}
        return csp_override(policy)(super().admin_view(view, cacheable))

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        del extra_context
        asked = request.GET.get("next") or reverse("admin:index")
        return redirect_to_login(asked, settings.LOGIN_URL)
