"""What cannot be answered, as problem details (RFC 9457)."""

import json
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Schema

from commentarchive.text.unseen import escaped_json

type View = Callable[[HttpRequest], HttpResponse]

ROOT = "/api/"
# The page about the interface is for people.
PAGE = "/api/v1/"
MEDIA_TYPE = "application/problem+json"
NOTHING = "There is nothing public at this address."
_SENTENCES = {
    HTTPStatus.BAD_REQUEST: "The request cannot be answered as it was sent.",
    HTTPStatus.NOT_FOUND: NOTHING,
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something failed here; it was noted.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The archive cannot answer now. Try again soon.",
}


class Problem(Schema):
    """Why a request was not answered."""

    type: str = Field(description="Always about:blank: the status says what it is.")
    title: str = Field(description="The words of the status.")
    status: int
    detail: str = Field(description="One sentence for people.")


def problem(
    status: int, detail: str, headers: dict[str, str] | None = None
) -> HttpResponse:
    """Return a refusal with one sentence."""
    return HttpResponse(
        _body(status, detail),
        status=status,
        content_type=MEDIA_TYPE,
        headers=headers,
    )


def answer_with_problems(get_response: View) -> View:
    """Answer programs by a problem where people would get a page that says no.

    Some requests never reach the interface: unknown addresses, what another middleware
    refuses, what fails.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        answer = get_response(request)
        is_for_programs = request.path.startswith(ROOT) and request.path != PAGE
        is_refusal = answer.status_code >= HTTPStatus.BAD_REQUEST
        is_page = not answer.get("Content-Type", "").startswith(MEDIA_TYPE)
        if not (is_for_programs and is_refusal and is_page):
            return answer
        status = HTTPStatus(answer.status_code)
        detail = _SENTENCES.get(status, f"{status.description or status.phrase}.")
        answer.content = _body(status, detail)
        answer.headers["Content-Type"] = MEDIA_TYPE
        answer.headers["Access-Control-Allow-Origin"] = "*"
        if answer.has_header("Content-Length"):
            answer.headers["Content-Length"] = str(len(answer.content))
        return answer

    return middleware


def _body(status: int, detail: str) -> str:
    said = HTTPStatus(status)
    told = Problem(type="about:blank", title=said.phrase, status=status, detail=detail)
    return escaped_json(json.dumps(told.model_dump(), ensure_ascii=False))


def wrong_values(errors: Iterable[dict[str, Any]]) -> str:
    """Return one sentence about the first value that cannot be."""
    first = next(iter(errors))
    name, message = first["loc"][-1], first["msg"]
    return f"“{name}” cannot be so: {message[:1].lower()}{message[1:]}."
