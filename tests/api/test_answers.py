"""What all answers have in common: refusals, tags, gzip, who may read them."""

import gzip

import pytest
from django.db import OperationalError
from django.test import Client

from commentarchive.api import answers, posts
from commentarchive.views.limits import Limit
from tests.api.walk import LISTS, get

pytestmark = [pytest.mark.django_db, pytest.mark.once]
EVERY = (
    *(f"{name}/" for name in LISTS),
    "reports/",
    "reports/2012-04/",
    "openapi.json",
)


def assert_problem(answer, status, words=""):
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Access-Control-Allow-Origin"] == "*"
    told = answer.json()
    assert set(told) == {"type", "title", "status", "detail"}
    assert told["status"] == status
    assert words in told["detail"]
    assert told["detail"].endswith(".")


@pytest.mark.parametrize("address", EVERY)
def test_every_answer_is_tagged_compressed_and_open_to_all(demo, address):
    plain = get(address)
    assert plain.status_code == 200
    assert plain["Content-Type"].startswith("application/json")
    assert plain["Access-Control-Allow-Origin"] == "*"
    assert plain["X-Robots-Tag"] == "noindex"
    again = get(address, **{"If-None-Match": plain["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["Access-Control-Allow-Origin"] == "*"
    packed = get(address, **{"Accept-Encoding": "gzip"})
    content = packed.content
    if packed.has_header("Content-Encoding"):
        content = gzip.decompress(content)
    assert content == plain.content
    head = Client().head(f"/api/v1/{address}")
    assert (head.status_code, head.content) == (200, b"")
    assert head["ETag"] == plain["ETag"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "XYZ"])
def test_it_is_only_read(demo, method):
    for client in (Client(), Client(enforce_csrf_checks=True)):
        answer = client.generic(method, "/api/v1/posts/")
        assert_problem(answer, 405)
        assert answer["Allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("*/*", 200),
        ("application/json", 200),
        ("text/html, application/*;q=0.1", 200),
        ("text/html", 406),
        ("application/json;q=0", 406),
        ("nonsense", 406),
    ],
)
def test_the_answer_is_json_or_none(demo, accept, status):
    answer = get("blogs/", Accept=accept)
    assert answer.status_code == status
    if status == 406:
        assert_problem(answer, 406, "application/json")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("limit=0", "“limit” cannot be so"),
        ("limit=201", "“limit” cannot be so"),
        ("limit=x", "“limit” cannot be so"),
        ("limit=", "“limit” cannot be so"),
        ("limit=1&limit=1", "more than once"),
        ("cursor=1", "“cursor” cannot be so"),
        ("cursor=", "“cursor” cannot be so"),
        (f"cursor=p{'a' * 26}", "“cursor” is not one"),
        ("order=random", "“order” cannot be so"),
        ("blog=nothing", "names no public blog"),
        ("blog=", "names no public blog"),
        ("blog=%00", "cannot be answered"),
        ("page=2", "“page” is not asked for here; what is: blog, cursor, limit, order"),
        ("q=x", "“q” is not asked"),
        ("utm_source=x", "“utm_source” is not asked"),
        ("%FF=x", "is not asked"),
    ],
)
def test_a_wrong_question_gets_a_sentence(demo, query, words):
    assert_problem(get(f"posts/?{query}"), 400, words)


@pytest.mark.parametrize(
    "query",
    [
        *("since=2012-13-01", "since=20120101", "since=1", "since=1000-01-01"),
        *("action=burn", "rule=0", "rule=x", "rule=99", f"rule={'9' * 30}"),
        *("blog=nothing", "order=up", "until=tomorrow"),
    ],
)
def test_a_filter_of_the_log_that_means_nothing_is_refused(demo, query):
    assert_problem(get(f"log/?{query}"), 400)


def test_what_is_not_there_says_so(demo):
    for address in (
        f"comments/c{'a' * 26}/",
        f"posts/p{'a' * 26}/thread/",
        *("blogs/nobody/", "nothing/", "comments/1/", "reports/2012-13/"),
        *("reports/٢٠١٢/", "../v2/blogs/"),
    ):
        assert_problem(get(address), 404)


def test_a_cursor_of_another_thread_is_none(demo):
    first, second = [each["id"] for each in get("posts/?limit=2").json()["items"]]
    cursor = get(f"posts/{first}/thread/?limit=1").json()["items"][0]["id"]
    assert_problem(get(f"posts/{second}/thread/?cursor={cursor}"), 400, "“cursor”")


def test_whoever_asks_too_often_waits(demo, monkeypatch):
    monkeypatch.setattr(answers, "REQUESTS", Limit(2, 60))
    tag = get("blogs/")["ETag"]
    get("posts/")
    answer = get("posts/")
    assert_problem(answer, 429, "Too many requests")
    assert 0 < int(answer["Retry-After"]) <= 60
    assert not answer.has_header("ETag")
    # What has not changed costs nothing.
    assert get("blogs/", **{"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize(
    ("error", "status"),
    [(ZeroDivisionError, 500), (OperationalError("database is locked"), 503)],
)
def test_what_fails_is_a_problem_too(demo, monkeypatch, error, status):
    def fails(*_arguments):
        raise error

    monkeypatch.setattr(posts, "_complete", fails)
    client = Client(raise_request_exception=False)
    answer = client.get("/api/v1/posts/")
    assert_problem(answer, status)
    assert (status == 503) == answer.has_header("Retry-After")
    # People get their page.
    assert b"<p>" in client.get("/api/v1/?page=1").content


def test_staff_get_what_everybody_gets(demo, desk):
    assert desk.get("/api/v1/comments/").json() == get("comments/").json()
