"""Forms for people without a login: taken from our own pages only, without a cookie."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

type View = Callable[..., HttpResponse]


def from_our_pages(view: View) -> View:
    """Refuse a form that another site sends, by what browsers say of its origin.

    Such a form acts in nobody's name, so that a token in a cookie, which readers do not
    get here, would protect nothing else.
    """

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **names: Any) -> HttpResponse:
        if request.method == "POST" and _is_of_another_site(request):
            message = "This form was sent from another site."
            raise PermissionDenied(message)
        return view(request, *args, **names)

    return csrf_exempt(checked)


def _is_of_another_site(request: HttpRequest) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.get_host()
