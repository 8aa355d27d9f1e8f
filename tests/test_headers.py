"""Headers of every answer, scored as MDN's HTTP Observatory scores them.

The table is that of github.com/mdn/mdn-http-observatory, src/grader/charts.js with
src/analyzer/tests/, as of 20 August 2026. Only what a bare answer shows is scored; the
redirect from http and the preload list are not, nor is the bonus for scripts.
"""

import re
from itertools import cycle

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.test import Client

from commentarchive.views import site
from tests.addresses import every_address

pytestmark = [pytest.mark.django_db, pytest.mark.once]
WANTED = 140
PRIVATE = {
    *("no-referrer", "same-origin", "strict-origin"),
    "strict-origin-when-cross-origin",
}
BROAD = {"*", "http:", "https:", "ftp:", "data:", "'unsafe-inline'", "'unsafe-eval'"}


def csp(headers):
    """+10 for default-src 'none' without anything unsafe, +5 without the first."""
    said = headers.get("Content-Security-Policy")
    if not said:
        return -25
    policy = {}
    for part in said.split(";"):
        name, *sources = part.split()
        policy[name] = set(sources)
    default = policy.get("default-src", {"*"})
    for name in ("script-src", "object-src", "style-src"):
        if policy.get(name, default) & BROAD:
            return -20
    if policy.get("form-action", {"*"}) - {"'self'", "'none'"}:
        return 0
    return 10 if default == {"'none'"} else 5


def framing(headers):
    """+5 by frame-ancestors or X-Frame-Options."""
    if "frame-ancestors 'none'" in headers.get("Content-Security-Policy", ""):
        return 5
    return 5 if headers.get("X-Frame-Options") in {"DENY", "SAMEORIGIN"} else -20


def transport(headers):
    """0 from six months on."""
    found = re.match(r"max-age=(\d+)", headers.get("Strict-Transport-Security", ""))
    if not found:
        return -20
    return 0 if int(found[1]) >= 15_768_000 else -10


def cookies(answer):
    """+5 where all are Secure with SameSite, and those of a session HttpOnly."""
    # One that is taken back is in no browser afterwards.
    kept = {k: each for k, each in answer.cookies.items() if each["max-age"] != 0}
    if not kept:
        return 0
    score = 5
    for name, cookie in kept.items():
        if not cookie["secure"]:
            return -40
        if "sess" in name and not cookie["httponly"]:
            return -30
        if cookie["samesite"] not in {"Lax", "Strict"}:
            score = 0
    return score


ONE_VALUE = {
    "X-Content-Type-Options": ({"nosniff"}, 0, -5),
    "Referrer-Policy": (PRIVATE, 5, 0),
    "Cross-Origin-Resource-Policy": ({"same-origin", "same-site"}, 10, 0),
    "Cross-Origin-Embedder-Policy": ({"require-corp", "credentialless"}, 10, 0),
    "Cross-Origin-Opener-Policy": ({"same-origin", "same-origin-allow-popups"}, 10, 0),
}


def score(answer):
    found = 100 + csp(answer.headers) + framing(answer.headers)
    found += transport(answer.headers) + cookies(answer)
    for name, (good, reward, penalty) in ONE_VALUE.items():
        found += reward if answer.headers.get(name) in good else penalty
    if answer.headers.get("Access-Control-Allow-Origin") not in {None, "*"}:
        found -= 50
    if "Access-Control-Allow-Credentials" in answer.headers:
        found -= 50
    return found


@pytest.fixture
def https(settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SESSION_COOKIE_NAME = "__Host-session"
    settings.CSRF_COOKIE_NAME = "__Host-csrf"
    settings.STATIC_ROOT.mkdir(exist_ok=True)


def ask(method, address, client=None, **more):
    client = client or Client(raise_request_exception=False)
    return client.generic(method, address, secure=True, **more)


def check(answer, *where):
    assert score(answer) >= WANTED, (score(answer), *where, dict(answer.headers))


def test_every_address_and_method(demo, https, olive, settings, tmp_path):
    settings.LEDGER_KEY_FILE = tmp_path / "ledger"
    call_command("sign_checkpoint")
    staff = Client(raise_request_exception=False)
    staff.force_login(olive)
    seen = set()
    # A middleware adds them all: each address is asked with one of the other methods,
    # and by one method by whom it is not for, whom one gate sends to the login, or who
    # gets what everybody gets.
    others = cycle(("HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"))
    methods = cycle(("GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"))
    for name, address in every_address().items():
        whose, other_one = (staff, None) if "/desk/" in address else (None, staff)
        for client, method in (
            *((whose, "GET"), (whose, "POST"), (whose, next(others))),
            (other_one, next(methods)),
        ):
            answer = ask(method, address, client)
            check(answer, name, method)
            seen.add(answer.status_code)
            assert method != "TRACE" or answer.status_code >= 300, name
    assert {200, 302, 400, 404, 405} <= seen


def test_every_kind_of_refusal(demo, https, settings, monkeypatch):
    (settings.STATIC_ROOT / "there.css").write_text("p { color: red }")
    for status, answer in (
        (200, ask("GET", "/static/there.css")),
        (404, ask("GET", "/nothing/")),
        (404, ask("GET", "/static/nothing.css")),
        (400, ask("GET", "/?page=1")),
        (400, ask("GET", "/search/?q=%00")),
        (400, ask("GET", "/about/", SERVER_NAME="evil.example")),
        (301, ask("GET", "/about")),
        (403, ask("POST", "/login/", Client(enforce_csrf_checks=True))),
        (302, ask("GET", "/admin/")),
        (200, ask("GET", "/admin/login/", follow=True)),
    ):
        assert answer.status_code in {status, 302}, answer
        check(answer, status)
    plain = Client().get("/about/")
    assert plain.status_code == 301
    assert score(plain) == WANTED + 10 - 20  # a browser learns of HSTS over https only

    monkeypatch.setattr(site, "has_unlisted", lambda _: 1 / 0)
    answer = ask("GET", "/")
    assert answer.status_code == 500
    check(answer)

    def locked(_):
        raise OperationalError("database is locked")

    monkeypatch.setattr(site, "has_unlisted", locked)
    answer = ask("GET", "/")
    assert answer.status_code == 503
    check(answer)


@pytest.mark.pure
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Content-Security-Policy", None),
        ("Content-Security-Policy", "default-src 'self'; script-src 'unsafe-inline'"),
        ("Strict-Transport-Security", None),
        ("Cross-Origin-Resource-Policy", "cross-origin"),
        ("Cross-Origin-Embedder-Policy", None),
    ],
)
def test_the_score_sees_what_is_wrong(name, value):
    from django.http import HttpResponse

    good = {
        "Content-Security-Policy": "default-src 'none'; form-action 'self'; "
        "frame-ancestors 'none'",
        "Strict-Transport-Security": "max-age=31536000",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        **dict.fromkeys(ONE_VALUE, "same-origin"),
        "Cross-Origin-Embedder-Policy": "require-corp",
    }
    good["X-Content-Type-Options"] = "nosniff"
    assert score(HttpResponse(headers=good)) == 150
    bad = {key: each for key, each in good.items() if key != name}
    if value:
        bad[name] = value
    assert score(HttpResponse(headers=bad)) < 150
