import io
import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from commentarchive.log_lines import (
    LONGEST,
    JsonLines,
    LogStream,
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


def test_what_a_command_repeats_is_told_once(caplog):
    stream = LogStream("commentarchive.some", logging.WARNING)
    for text in ("It is full.\n", "\n", "It is full.\n", "It is well.\n"):
        stream.write(text)
    assert caplog.messages == ["It is full.", "It is well."]


def test_a_servers_error_is_told_without_the_question():
    """Neither what was asked nor who asked stands in the log."""
    script = """
import django
from django.test import Client
from django.urls import path
django.setup()
from django.conf import settings
settings.ALLOWED_HOSTS = ["testserver"]
urlpatterns = [path("broken/", lambda request: int(request.GET["q"]))]
settings.ROOT_URLCONF = type("urls", (), {"urlpatterns": urlpatterns})
settings.MIDDLEWARE = []
client = Client(raise_request_exception=False)
client.get("/broken/?q=private+words", REMOTE_ADDR="192.0.2.77")
"""
    names = {"DJANGO_SETTINGS_MODULE": "commentarchive.settings", "LOG_FORMAT": "json"}
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, **names},
        cwd=Path(__file__).resolve().parent.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    [line] = done.stderr.splitlines()
    told = json.loads(line)
    assert (told["level"], told["from"]) == ("ERROR", "django.request")
    assert told["event"] == "Internal Server Error: /broken/"
    assert "ValueError" in told["error"]
    assert "private" not in line
    assert "192.0.2.77" not in line
