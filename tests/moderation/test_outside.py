"""The site as others see it, through a server with TLS of the test's own."""

import socket
import ssl
from http.server import BaseHTTPRequestHandler

import pytest

from commentarchive.ledger import witnesses
from moderation.health import outside
from moderation.health.finding import Level
from tests.tls import make_certificate, serving

pytestmark = pytest.mark.pure
HOST = "archive.example"
WHOLE = dict.fromkeys(outside.HEADERS, "x") | {
    "Strict-Transport-Security": "max-age=31536000"
}


@pytest.fixture
def _this_machine_is_the_host(monkeypatch):
    """Look every name up as this machine's, as a resolver of the site's own would."""
    real = socket.getaddrinfo

    def look_up(host, port, *more, **named):
        return real("127.0.0.1" if host == HOST else host, port, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


def site(status, headers):
    class Site(BaseHTTPRequestHandler):
        def do_HEAD(self):
            assert self.headers["Host"].startswith(HOST)
            self.send_response_only(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def do_POST(self):
            # Whoever sends to somebody that hangs up may not get to read the answer.
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_HEAD()

        def do_GET(self):
            asked_elsewhere.append(self.path)
            self.send_error(500)

        def log_message(self, *_):
            pass

    asked_elsewhere = []
    Site.asked_elsewhere = asked_elsewhere
    return Site


def found(settings, port):
    settings.BASE_URL = f"https://{HOST}:{port}"
    return outside.outside()


@pytest.mark.usefixtures("_this_machine_is_the_host")
@pytest.mark.parametrize(
    ("status", "headers", "level", "said"),
    [
        (200, WHOLE, Level.OK, "answers by https, with its headers"),
        (301, {**WHOLE, "Location": "/"}, Level.FAULT, "redirects its home page"),
        (502, {}, Level.FAULT, "answers 502"),
        (
            200,
            {k: v for k, v in WHOLE.items() if k != "Content-Security-Policy"},
            Level.FAULT,
            "comes without Content-Security-Policy",
        ),
        (
            200,
            {**WHOLE, "Strict-Transport-Security": "max-age=3600"},
            Level.FAULT,
            "for less than a year",
        ),
    ],
)
def test_what_a_visitor_gets_is_what_is_judged(
    settings, monkeypatch, tmp_path, status, headers, level, said
):
    certificate = make_certificate(tmp_path / "site.pem", HOST)
    # As if an authority that this machine trusts had signed it.
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with serving(site(status, headers), certificate) as port:
        finding = found(settings, port)
    assert (finding.level, said in finding.what) == (level, True), finding


@pytest.mark.usefixtures("_this_machine_is_the_host")
@pytest.mark.parametrize(
    ("hosts", "days", "is_trusted", "said"),
    [
        ([HOST], 1, False, "self-signed certificate"),
        ([HOST], -1, True, "certificate has expired"),
        (["other.example"], 1, True, "mismatch"),
    ],
)
def test_a_wrong_certificate_is_a_fault_with_its_reason(
    settings, monkeypatch, tmp_path, hosts, days, is_trusted, said
):
    certificate = make_certificate(tmp_path / "site.pem", *hosts, days=days)
    trusted = certificate if is_trusted else make_certificate(tmp_path / "other.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with serving(site(200, WHOLE), certificate) as port:
        finding = found(settings, port)
    assert finding.level is Level.FAULT
    assert "has a wrong certificate" in finding.what
    assert said in finding.what


@pytest.mark.usefixtures("_this_machine_is_the_host")
def test_what_speaks_no_tls_could_not_be_asked(settings):
    with serving(site(200, WHOLE)) as port:
        assert found(settings, port).level is Level.WARN


@pytest.mark.usefixtures("_this_machine_is_the_host")
def test_witnesses_are_asked_behind_a_sound_certificate_and_nowhere_else(
    monkeypatch, tmp_path
):
    """No redirect is followed, and nothing is sent to whoever only says he is one."""
    monkeypatch.setattr(witnesses, "consistency_proof", lambda *_: [])
    monkeypatch.setattr(witnesses, "subtrees", list)
    checkpoint = type("Checkpoint", (), {"size": 1, "note": "x\n\n— y z\n"})
    certificate = make_certificate(tmp_path / "site.pem", HOST)
    handler = site(302, {"Location": f"https://{HOST}/elsewhere"})
    with serving(handler, certificate) as port:
        witness = type("Witness", (), {"address": f"https://{HOST}:{port}"})
        with pytest.raises(witnesses.NotConfirmed, match="CERTIFICATE_VERIFY_FAILED"):
            witnesses._post(checkpoint, witness, 0)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        status, _text = witnesses._post(checkpoint, witness, 0)
    assert status == 302
    assert handler.asked_elsewhere == []


def test_others_are_asked_by_pythons_own_rules():
    """Which check names and authorities; nothing here makes laxer ones."""
    context = ssl.create_default_context()
    assert (context.check_hostname, context.verify_mode) == (True, ssl.CERT_REQUIRED)
