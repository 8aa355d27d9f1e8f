"""The description is true: no answer that it does not know, and never a 5xx."""

import os
from contextlib import contextmanager

import pytest
import schemathesis
from django.core import signals
from django.db import close_old_connections
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from commentarchive.api import answers, description
from commentarchive.api.interface import interface
from commentarchive.views.limits import Limit
from tests.api.walk import LISTS, get, one_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
]
# Its client reads no gzip.
HEADERS = {"Host": "127.0.0.1", "Accept-Encoding": "identity"}
# How many questions of each kind, of each operation and way of asking.
QUESTIONS = int(os.environ.get("API_QUESTIONS", "8"))
OPERATIONS = sorted(
    (method, path, mode)
    for path, operations in interface.get_openapi_schema()["paths"].items()
    for method, operation in operations.items()
    for mode in GenerationMode
    # Where nothing is given, nothing can be given wrongly.
    if operation["parameters"] or mode == GenerationMode.POSITIVE
)


def real_values(path):
    """Return values of the path's parameters that lead to something."""
    name = path.removeprefix("/api/v1/").partition("/")[0]
    if name == "reports":
        return {"period": "2012-04"}
    source = "log" if name == "decisions" else name
    item = get(f"{source}/?limit=1").json()["items"][0]
    return {"slug": item.get("slug"), "ref": item["id"]}


@contextmanager
def one_connection():
    """Keep the server from ending the connection in which the test's rows are."""
    both = (signals.request_started, signals.request_finished)
    for signal in both:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in both:
            signal.connect(close_old_connections)


@pytest.mark.parametrize(("method", "path", "mode"), OPERATIONS)
def test_every_answer_is_as_described(demo, monkeypatch, method, path, mode):
    from commentarchive.wsgi import application

    monkeypatch.setattr(answers, "REQUESTS", Limit(1_000_000, 60))

    def served(environ, start_response):
        # Any server says who asks.
        return application(environ | {"REMOTE_ADDR": "127.0.0.1"}, start_response)

    real = real_values(path) if "{" in path else {}
    with one_connection():
        schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", served)
        ask_much(schema[path][method], mode, real)


def ask_much(operation, mode, real):

    @settings(
        max_examples=QUESTIONS,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), is_real=st.booleans())
    def ask(case, is_real):
        if is_real and case.path_parameters and mode == GenerationMode.POSITIVE:
            named = {name: real[name] for name in case.path_parameters}
            case.path_parameters.update(named)
        # Raises what an answer has that its description does not.
        case.call_and_validate(checks=CHECKS, headers=HEADERS)

    ask()


def test_every_operation_is_described_with_its_refusals(demo):
    described = get("openapi.json").json()
    assert described["openapi"] == "3.1.0"
    ids = set()
    for path, operations in described["paths"].items():
        assert set(operations) == {"get"}
        operation = operations["get"]
        ids.add(operation["operationId"])
        assert operation["description"].endswith((".", "2012-04."))
        refusals = set(operation["responses"]) - {"200"}
        assert refusals == {"400", "404", "405", "406", "429"}, path
        for status in refusals:
            content = operation["responses"][status]["content"]
            assert set(content) == {"application/problem+json"}
    assert len(ids) == len(described["paths"]) == 17


def test_the_page_names_whatever_can_be_asked(demo):
    page = Client().get(reverse("api")).content.decode()
    for one in description.questions(interface.get_openapi_schema()):
        assert f"<code>GET {one.address}</code>" in page
        assert one.fields
        for each in (*one.parameters, *one.fields):
            assert f"<code>{each.name}</code>" in page
    assert "<script" not in page
    assert "https://" not in page
    for name in LISTS:
        assert f"/api/v1/{name}/" in page
    assert one_of("log", {"id": "d"}) == "decisions/d/"
