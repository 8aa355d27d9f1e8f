"""A full disk or a busy database answers 503, and gives back what was typed."""

import logging
import sys
from collections.abc import Callable
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.defaults import server_error

from commentarchive.ledger.outages import may_be_recorded, outage
from commentarchive.log_lines import told_address

type View = Callable[[HttpRequest], HttpResponse]

SECONDS = "5"
# What a form carries of the page that it stood on begins so: nobody typed it.
_CARRIED = "seen_"
_log = logging.getLogger("commentarchive.outages")


def answer_outages(get_response: View) -> View:
    """Answer 503 where a view fails because of the machine."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_exception(
        request: HttpRequest, error: Exception
    ) -> HttpResponse | None:
        found = outage(error)
        if not found:
            return None
        return _unavailable(request, found, error, is_recorded=may_be_recorded(error))

    middleware.process_exception = process_exception  # type: ignore[attr-defined]  # Django's hook
    return middleware


def failed(request: HttpRequest) -> HttpResponse:
    """Answer what failed past the views, such as the storing of a session."""
    error = sys.exc_info()[1]
    found = outage(error) if error else ""
    if error and found:
        # The view itself was done.
        return _unavailable(request, found, error, is_recorded=True)
    return server_error(request)


def _unavailable(
    request: HttpRequest, found: str, error: BaseException, *, is_recorded: bool
) -> HttpResponse:
    at = told_address(request)
    _log.error("503 at %s: %s (%s)", at, found, type(error).__name__)
    _log.debug("503 at %s: the error says %r", at, error)
    context = {
        "reason": found,
        "typed": _typed(request),
        "is_form": request.method == "POST",
        "is_recorded": is_recorded,
    }
    answer = render(request, "503.html", context, status=503)
    answer["Retry-After"] = SECONDS
    answer["Cache-Control"] = "no-store"
    return answer


class Sent(NamedTuple):
    """A field of a form, and how the page shows it."""

    name: str
    value: str
    kind: str

    @property
    def label(self) -> str:
        return self.name.replace("_", " ").capitalize()


def _typed(request: HttpRequest) -> list[Sent]:
    """Return each field that was sent.

    Words are shown, to be read and copied; references go back as they came; a
    password has to be typed again.
    """
    typed = []
    for name, values in request.POST.lists():
        if name == "csrfmiddlewaretoken":
            continue
        for value in values:
            if "password" in name:
                typed.append(Sent(name, "", "password"))
            else:
                has_words = any(letter.isspace() for letter in value.strip())
                is_text = has_words and not name.startswith(_CARRIED)
                typed.append(Sent(name, value, "text" if is_text else "hidden"))
    return typed
