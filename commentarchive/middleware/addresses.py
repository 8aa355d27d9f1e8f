"""Addresses that are refused before any view sees them."""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

type View = Callable[[HttpRequest], HttpResponse]


def refuse_nul(get_response: View) -> View:
    """Refuse a NUL in an address: PostgreSQL stores none and finds none."""

    def middleware(request: HttpRequest) -> HttpResponse:
        address = request.path + request.META.get("QUERY_STRING", "")
        if "\0" in address or "%00" in address:
            message = "A NUL has no place in an address."
            raise BadRequest(message)
        return get_response(request)

    return middleware
