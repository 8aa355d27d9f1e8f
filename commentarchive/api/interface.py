"""The interface as a whole: its parts, its refusals, its description (OpenAPI 3.1)."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError
from ninja.operation import Operation
from ninja.renderers import JSONRenderer

from commentarchive.api import problems
from commentarchive.text.unseen import escaped_json

TITLE = "Comment archive"
DESCRIPTION = (
    "The archived discussions as anybody may read them: what pages show, and nothing "
    "else. Only GET and HEAD. Times are in UTC. Ids are references: a letter and 26 "
    "characters. Lists are pages: follow “next” until it is null."
)
REFUSALS = {
    400: "The question is wrong; the sentence says how.",
    404: "There is nothing public at this address.",
    405: "Only GET and HEAD are answered.",
    406: "The answer is JSON, which the request does not accept.",
    429: "Too many requests; Retry-After says when to go on.",
}


class Readable(JSONRenderer):
    """JSON in which letters of every language stand as they are, and are all seen."""

    json_dumps_params: Mapping[str, Any] = {"ensure_ascii": False}

    def render(self, *args: Any, **options: Any) -> str:
        return escaped_json(super().render(*args, **options))


class Interface(NinjaAPI):
    """What programs may ask, described with its refusals."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Return the name of the view, which also names the address."""
        return operation.view_func.__name__

    def get_openapi_schema(self, **_where: Any) -> dict[str, Any]:  # type: ignore[override]  # plain data, always below the same address
        """Return the description; the same until the program changes."""
        return _described()


interface = Interface(
    title=TITLE,
    version="1",
    description=DESCRIPTION,
    openapi_url=None,
    docs_url=None,
    urls_namespace="api",
    renderer=Readable(),
)
for part in settings.API_PARTS:
    interface.add_router("", part)


@cache
def _described() -> dict[str, Any]:
    described = dict(NinjaAPI.get_openapi_schema(interface, path_prefix="/api/v1/"))
    schemas = described["components"]["schemas"]
    schemas["Problem"] = problems.Problem.model_json_schema()
    content = {
        problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}
    }
    for operations in described["paths"].values():
        for operation in operations.values():
            for status, words in REFUSALS.items():
                operation["responses"][status] = {
                    "description": words,
                    "content": content,
                }
    described["servers"] = [{"url": settings.BASE_URL}]
    return described


@cache
def asked_names() -> dict[str, frozenset[str]]:
    """Return by what names each operation may be asked in its address's query."""
    return {
        operation["operationId"]: frozenset(
            each["name"] for each in operation["parameters"] if each["in"] == "query"
        )
        for operations in _described()["paths"].values()
        for operation in operations.values()
    }


@interface.exception_handler(ValidationError)
def _wrong_value(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    return problems.problem(400, problems.wrong_values(error.errors))


@interface.exception_handler(BadRequest)
def _refused(_request: HttpRequest, error: BadRequest) -> HttpResponse:
    return problems.problem(400, str(error))


@interface.exception_handler(Http404)
def _not_found(_request: HttpRequest, error: Http404) -> HttpResponse:
    # What is not there and what is not public: both alike.
    return problems.problem(404, str(error) or problems.NOTHING)
