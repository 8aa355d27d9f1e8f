"""Addresses and cookies that are refused before any view sees them."""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

type View = Callable[[HttpRequest], HttpResponse]


def refuse_nul(get_response: View) -> View:
    """Refuse a NUL in an address or a cookie: PostgreSQL stores none, finds none.

    A form's fields refuse one by themselves.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        address = request.path + request.META.get("QUERY_STRING", "")
        if "\0" in address or "%00" in address:
            message = "A NUL has no place in an address."
            raise BadRequest(message)
        # A cookie may write it in digits, as the server has just read them.
        if any("\0" in value for value in request.COOKIES.values()):
            message = "A NUL has no place in a cookie."
            raise BadRequest(message)
        return get_response(request)

    return middleware
