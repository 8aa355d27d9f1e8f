"""The interface described: for programs in OpenAPI, for people on a page."""

from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commentarchive.api.interface import REFUSALS, interface
from commentarchive.views.public_page import public_page


class Named(NamedTuple):
    """A parameter, or a field of an answer."""

    name: str
    type: str
    words: str


class Question(NamedTuple):
    """One thing that can be asked."""

    id: str
    address: str
    title: str
    words: str
    parameters: list[Named]
    is_list: bool
    fields: list[Named]


class Part(NamedTuple):
    """A group of fields that answers hold in other fields."""

    name: str
    words: str
    fields: list[Named]


def openapi(_request: HttpRequest) -> HttpResponse:
    """Send the description in OpenAPI 3.1."""
    return JsonResponse(
        interface.get_openapi_schema(), json_dumps_params={"ensure_ascii": False}
    )


@require_safe
@public_page
def page(request: HttpRequest) -> HttpResponse:
    """Show what can be asked, and what is answered."""
    described = interface.get_openapi_schema()
    context = {
        "questions": questions(described),
        "parts": parts(described),
        "refusals": REFUSALS,
    }
    return render(request, "commentarchive/api.html", context)


def questions(described: dict[str, Any]) -> list[Question]:
    """Return what can be asked, in the order of the description."""
    schemas = described["components"]["schemas"]
    found = []
    for address, operations in described["paths"].items():
        asked = operations["get"]
        content = asked["responses"][200]["content"]["application/json"]
        answer = _resolved(content["schema"], schemas)
        item = _item(answer, schemas)
        found.append(
            Question(
                id=asked["operationId"],
                address=address,
                title=asked["summary"],
                words=asked["description"],
                parameters=[
                    Named(
                        each["name"],
                        _type(each["schema"]).removesuffix(" or null"),
                        each.get("description", "Stands in the address."),
                    )
                    for each in asked["parameters"]
                ],
                is_list=item is not answer,
                fields=_fields(item),
            )
        )
    return found


def parts(described: dict[str, Any]) -> list[Part]:
    """Return the groups of fields that are the type of a field of some question."""
    schemas = described["components"]["schemas"]
    words = " ".join(
        field.type for one in questions(described) for field in one.fields
    ).split()
    return [
        Part(name, schema.get("description", ""), _fields(schema))
        for name, schema in sorted(schemas.items())
        if name in words
    ]


def _item(answer: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of the items of a list; of another answer its own."""
    items = answer.get("properties", {}).get("items", {}).get("items")
    return _resolved(items, schemas) if items else answer


def _resolved(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = schemas[name] if name else schema
    return found


def _fields(schema: dict[str, Any]) -> list[Named]:
    return [
        Named(name, _type(field), field.get("description", ""))
        for name, field in schema.get("properties", {}).items()
    ]


def _type(schema: dict[str, Any]) -> str:
    """Return a type in a word or two."""
    if either := schema.get("anyOf"):
        return " or ".join(_type(each) for each in either)
    if choices := schema.get("enum"):
        return " or ".join(map(str, choices))
    if name := schema.get("$ref", ""):
        return str(name.rpartition("/")[2])
    kind = str(schema.get("format") or schema.get("type", "object"))
    return f"list of {_type(schema['items'])}" if kind == "array" else kind
