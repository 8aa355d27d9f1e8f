import ast
import io
import json
import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from commentarchive.log_lines import (
    LONGEST,
    WRONG_HOST,
    JsonLines,
    LogStream,
    Seldom,
    TextLines,
    one_line,
)

pytestmark = pytest.mark.pure
HOSTILE = "a\r\nFAKE ERROR\x1b[2J\u2028b\x85c\u202ed\x00"


def lines_of(kind, log):
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(kind())
    logger = logging.getLogger("commentarchive.test")
    logger.addHandler(handler)
    try:
        log(logger)
    finally:
        logger.removeHandler(handler)
    return out.getvalue()


@pytest.mark.parametrize("kind", [TextLines, JsonLines])
def test_no_line_is_made_of_what_somebody_sent(kind):
    written = lines_of(kind, lambda log: log.error("at %s", HOSTILE))
    assert written.count("\n") == 1
    assert len(written.splitlines()) == 1
    assert written.strip("\n").isprintable()


def test_an_error_is_one_line_without_what_it_says():
    def log(logger):
        try:
            int("secret words")
        except ValueError:
            logger.exception("It failed.")

    written = lines_of(TextLines, log)
    assert written.count("\n") == 1
    assert "ERROR commentarchive.test: It failed. [ValueError < " in written
    assert "test_log_lines.py" in written
    assert "secret" not in written


def test_json_lines_are_objects():
    line = lines_of(JsonLines, lambda log: log.warning("%s left", 3))
    read = json.loads(line)
    assert read.pop("at").endswith("Z")
    assert read == {
        "level": "WARNING",
        "from": "commentarchive.test",
        "event": "3 left",
    }


def test_long_events_are_cut():
    assert len(one_line("x" * 10 * LONGEST)) == LONGEST + 2


def test_what_strangers_repeat_is_told_once_in_a_while(monkeypatch, caplog):
    """How often is told with the next line."""
    now = [1000.0]
    monkeypatch.setattr("commentarchive.log_lines.time.monotonic", lambda: now[0])
    log = logging.getLogger("commentarchive.test-seldom")
    seldom = Seldom(60)
    log.addFilter(seldom)
    try:
        for seconds in (0, 1, 58, 1, 1):
            now[0] += seconds
            log.warning("It was refused: %s.", "too often")
        log.warning("Another thing.")
    finally:
        log.removeFilter(seldom)
    assert caplog.messages == [
        "It was refused: too often.",
        "It was refused: too often. (2 more since the last such line)",
        "Another thing.",
    ]


def test_a_request_for_another_host_is_told_without_the_host():
    """Once an hour: else a wrong BASE_URL refuses all pages without a word."""
    asks = """
import django
from django.test import Client
django.setup()
from django.conf import settings
settings.STORAGES = {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
for _ in range(3):
    assert Client(SERVER_NAME="evil.example").get("/healthz").status_code == 400
"""
    done = subprocess.run(
        [sys.executable, "-c", asks],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "commentarchive.settings"},
        cwd=Path(__file__).resolve().parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    [line] = [each for each in done.stderr.splitlines() if "host" in each]
    assert line.endswith(WRONG_HOST)
    assert "evil" not in done.stderr


def test_what_a_command_repeats_is_told_once(caplog):
    stream = LogStream("commentarchive.some", logging.WARNING)
    for text in ("It is full.\n", "\n", "It is full.\n", "It is well.\n"):
        stream.write(text)
    assert caplog.messages == ["It is full.", "It is well."]


# Asks for pages that fail, in a program of its own: pytest has handlers of its own.
FAIL = """
import django
from django.test import Client
from django.urls import path
django.setup()
from django.conf import settings
from django.db import OperationalError
from django.http import HttpResponse
from commentarchive.middleware import outages
outages.render = lambda *told, status: HttpResponse(status=status)
settings.CSRF_FAILURE_VIEW = "django.views.csrf.csrf_failure"
settings.ALLOWED_HOSTS = ["testserver"]
def page(request, secret):
    if request.method == "POST":
        raise OperationalError("database is locked: private words")
    return int(request.GET["q"])
urlpatterns = [path("invitation/<str:secret>/", page)]
settings.ROOT_URLCONF = type("urls", (), {"urlpatterns": urlpatterns})
settings.MIDDLEWARE = [
    "django.middleware.csrf.CsrfViewMiddleware",
    "commentarchive.middleware.outages.answer_outages",
]
client = Client(raise_request_exception=False, REMOTE_ADDR="192.0.2.77")
strict = Client(enforce_csrf_checks=True)
address = "/invitation/\u00f6ffne-SECRET/"
assert client.get(address + "?q=private+words").status_code == 500
assert client.post(address).status_code == 503
refused = strict.post(address, headers={"origin": "http://private"})
assert refused.status_code == 403
"""


def test_a_servers_error_is_told_without_the_question():
    """Neither what was asked nor who asked stands in the log, nor a link's secret."""
    names = {"DJANGO_SETTINGS_MODULE": "commentarchive.settings", "LOG_FORMAT": "json"}
    done = subprocess.run(
        [sys.executable, "-c", FAIL],
        env={**os.environ, **names},
        cwd=Path(__file__).resolve().parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    broken, *busy = map(json.loads, done.stderr.splitlines())
    assert (broken["level"], broken["from"]) == ("ERROR", "django.request")
    assert broken["event"] == "Internal Server Error: /invitation/<secret>/"
    assert "ValueError" in broken["error"]
    assert [line["from"] for line in busy] == [
        "commentarchive.outages",
        "django.request",
    ]
    for line in busy:
        assert "/invitation/<secret>/" in line["event"]
    for private in ("private", "SECRET", "192.0.2.77"):
        assert private not in done.stderr


# Their errors are sentences of the program's own.
OWN_SENTENCES = {
    "commentarchive/serving/forking.py": {"error", "error.code"},
    "commentarchive/views/factors.py": {"error"},
}
PEOPLES = re.compile(
    r"\b(text|words|facts|note|name|email|e_mail|ip|title|body|password|secret|"
    r"address|visitor|POST|GET|META|username|handle|query)\b"
)


def test_no_line_of_the_program_tells_what_people_wrote_or_what_an_error_says():
    """Errors quote what somebody sent: their words are for DEBUG alone."""
    root = Path(__file__).resolve().parent.parent
    seen = 0
    for package in ("commentarchive", "moderation"):
        for path in (root / package).rglob("*.py"):
            place = path.relative_to(root).as_posix()
            for values in logged_values(ast.parse(path.read_text())):
                seen += 1
                for value in values - OWN_SENTENCES.get(place, set()):
                    assert value not in {"error", "repr(error)", "str(error)"}, place
                    is_kind = value.endswith("__name__") or value == "name"
                    assert is_kind or not PEOPLES.search(value), (place, value)
    assert seen > 20


def logged_values(tree):
    """Yield what each line of a logger is filled with; those for DEBUG are passed over."""
    for node in ast.walk(tree):
        is_line = (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and ast.unparse(node.func.value) in {"_log", "logger"}
            and node.func.attr in {"info", "warning", "error", "exception", "critical"}
        )
        if is_line:
            assert not any(isinstance(part, ast.JoinedStr) for part in node.args)
            yield {ast.unparse(each) for each in node.args[1:]}
