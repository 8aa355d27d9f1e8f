"""What every answer to a program has in common, whatever is asked."""

import math
from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from commentarchive.api.interface import asked_names
from commentarchive.api.problems import problem
from commentarchive.views.limits import Limit, visitor
from commentarchive.views.public_page import public_page

type View = Callable[..., HttpResponseBase]

METHODS = ("GET", "HEAD")
MEDIA_TYPE = "application/json"
# What a reader has already, and what is kept, does not count.
REQUESTS = Limit(600, 60)
_HEADERS = {
    # All of it is public, and no answer depends on who asks.
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Retry-After",
    "X-Robots-Tag": "noindex",
}


def for_programs(view: View) -> View:
    """Answer GET and HEAD in JSON, with a tag and gzip as pages have them.

    Wrong methods, types and names are refused before anything is read.
    """
    answered = public_page(_as_get(_limited(view)))

    @wraps(view)
    def answer(request: HttpRequest, **named: str) -> HttpResponseBase:
        made = _refusal(request) or answered(request, **named)
        for name, value in _HEADERS.items():
            made[name] = value
        return made

    answer.csrf_exempt = True  # type: ignore[attr-defined]  # Django's mark: a wrong method is 405
    return answer


def _refusal(request: HttpRequest) -> HttpResponse | None:
    if request.method not in METHODS:
        return problem(
            405, "Only GET and HEAD are answered.", {"Allow": ", ".join(METHODS)}
        )
    if not request.accepts(MEDIA_TYPE):
        return problem(406, f"The answer is {MEDIA_TYPE}, which is not accepted.")
    found = request.resolver_match
    known = asked_names().get(found.url_name or "" if found else "", frozenset())
    for name, values in request.GET.lists():
        if name not in known:
            offered = ", ".join(sorted(known)) or "nothing"
            return problem(
                400, f"“{name[:60]}” is not asked for here; what is: {offered}."
            )
        if len(values) > 1:
            return problem(400, f"“{name}” stands more than once in the address.")
    return None


def _as_get(view: View) -> View:
    """Let HEAD be answered as GET is; the server sends no body of it."""

    @wraps(view)
    def answer(request: HttpRequest, **named: str) -> HttpResponseBase:
        asked_by, request.method = request.method, "GET"
        try:
            return view(request, **named)
        finally:
            request.method = asked_by

    return answer


def _limited(view: View) -> View:
    @wraps(view)
    def answer(request: HttpRequest, **named: str) -> HttpResponseBase:
        if wait := REQUESTS.take(visitor(request)):
            seconds = str(math.ceil(wait))
            words = f"Too many requests. Go on in {seconds} seconds."
            return problem(429, words, {"Retry-After": seconds})
        return view(request, **named)

    return answer
