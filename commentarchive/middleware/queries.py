"""What may follow the `?` of an address: a wrong question is refused, never ignored.

Whoever follows a link gets what the link asks for, or a sentence. Names that other
sites add (`utm_source`, `fbclid`) ask for nothing and are let be.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

type View = Callable[..., HttpResponseBase]

# Every name by which a page of the archive is asked for something.
NAMES = frozenset(
    {
        *("page", "before", "after", "all", "source", "order", "at", "view", "q"),
        *("since", "until", "action", "rule", "blog", "known", "address", "entry"),
        *("on", "from", "article", "outcome", "words", "tab", "language"),
        *("rule_now", "line", "bom"),
    }
)
# What an address is marked with that takes the query of another one.
ANY_QUERY = "*"
# Whose addresses are asked in their own ways.
ELSEWHERE = frozenset({"admin", "api"})


def asks[V: View](view: V, *names: str) -> V:
    """Mark a view with the names that its address may be asked by."""
    view.asks = frozenset(names)  # type: ignore[attr-defined]  # a mark of our own
    return view


def check_queries(get_response: View) -> View:
    """Refuse a name that the address does not know, or knows once and is told twice."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        return get_response(request)

    def process_view(
        request: HttpRequest, view: View, _arguments: object, _named: Any
    ) -> None:
        found = request.resolver_match
        if found is None or ELSEWHERE.isdisjoint(found.app_names):
            _check(request, getattr(view, "asks", frozenset()))

    middleware.process_view = process_view  # type: ignore[attr-defined]  # Django's hook
    return middleware


def _check(request: HttpRequest, known: frozenset[str]) -> None:
    for name, values in request.GET.lists():
        if name not in NAMES or ANY_QUERY in known:
            continue
        if name not in known:
            message = f"This page cannot be asked for “{name}”."
            raise BadRequest(message)
        if len(values) > 1:
            message = f"“{name}” stands more than once in the address."
            raise BadRequest(message)


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400 with our own sentence, where there is one; 413 for too long a form."""
    if isinstance(exception, RequestDataTooBig):
        return render(request, "400.html", {"reason": _too_long()}, status=413)
    reason = str(exception) if type(exception) is BadRequest else ""
    return render(request, "400.html", {"reason": reason}, status=400)


def _too_long() -> str:
    most = (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0) / (1 << 20)
    return (
        f"A form can hold {most:g} MiB of text at most, and nothing was kept: go back, "
        "where your browser may still have it, and give a long text as a file."
    )
