"""A list of stolen passwords: a file, or a service that learns next to nothing."""

import hashlib
from http.server import BaseHTTPRequestHandler

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ImproperlyConfigured, ValidationError

from commentarchive import env
from commentarchive.password_breaches import is_in_file
from tests.tls import make_certificate, serving

pytestmark = pytest.mark.pure
STOLEN = "seven swans a-swimming"
FINE = "eight quiet geese on a weir"


def digest_of(password):
    return hashlib.sha1(password.encode()).hexdigest().upper()


def listed(path, passwords, end="\r\n"):
    digests = sorted(map(digest_of, passwords))
    lines = [f"{digest}:{n * 7 + 1}{end}" for n, digest in enumerate(digests)]
    path.write_text("".join(lines), newline="")
    return path


@pytest.mark.parametrize("end", ["\r\n", "\n"])
@pytest.mark.parametrize("length", [1, 2, 3, 700])
def test_each_line_of_a_file_is_found_and_nothing_else(tmp_path, length, end):
    passwords = [f"password {n}" for n in range(length)]
    path = listed(tmp_path / "list", passwords, end)
    for password in passwords:
        assert is_in_file(path, digest_of(password).encode()), password
    others = [digest_of(f"other {n}") for n in range(50)]
    for digest in (*others, 40 * "0", 40 * "F"):
        assert not is_in_file(path, digest.encode())


def test_a_stolen_password_is_refused_from_a_file(tmp_path, monkeypatch, settings):
    path = listed(tmp_path / "list", [STOLEN, *map(str, range(99))])
    monkeypatch.setenv("BREACHED_PASSWORDS", str(path))
    settings.BREACHED_PASSWORDS = env.breaches("BREACHED_PASSWORDS")
    with pytest.raises(ValidationError, match="known from a breach of another site"):
        validate_password(STOLEN)
    validate_password(FINE)
    path.unlink()
    with pytest.raises(ValidationError, match="could not be looked up"):
        validate_password(FINE)


def service(status=200):
    paths = []

    class Service(BaseHTTPRequestHandler):
        asked = paths

        def do_GET(self):
            self.asked.append((self.path, self.headers["Add-Padding"]))
            self.send_response_only(status)
            self.end_headers()
            rest = digest_of(STOLEN)[5:]
            padding = digest_of(FINE)[5:]
            self.wfile.write(f"{'0' * 35}:3\r\n{rest}:12\r\n{padding}:0\r\n".encode())

        def log_message(self, *_):
            pass

    return Service


def test_a_service_is_told_five_letters_of_a_digest(tmp_path, monkeypatch, settings):
    certificate = make_certificate(tmp_path / "service.pem")
    handler = service()
    with serving(handler, certificate) as port:
        settings.BREACHED_PASSWORDS = f"https://localhost:{port}/range/"
        # It is not believed without a certificate that somebody vouches for.
        with pytest.raises(ValidationError, match="could not be looked up"):
            validate_password(FINE)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        with pytest.raises(ValidationError, match="known from a breach"):
            validate_password(STOLEN)
        # What is counted nought times is there as a disguise.
        validate_password(FINE)
    assert handler.asked == [
        (f"/range/{digest_of(password)[:5]}", "true") for password in (STOLEN, FINE)
    ]


def test_a_service_that_fails_refuses(tmp_path, monkeypatch, settings, caplog):
    certificate = make_certificate(tmp_path / "service.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with serving(service(status=503), certificate) as port:
        settings.BREACHED_PASSWORDS = f"https://localhost:{port}"
        with pytest.raises(ValidationError, match="could not be looked up"):
            validate_password(FINE)
    assert caplog.messages == ["BREACHED_PASSWORDS cannot be asked: OSError."]


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("http://list.example", "neither a file nor an https"),
        ("/nowhere/list", "cannot be read"),
        ("/", "cannot be read"),
        (__file__, "SHA-1"),
    ],
)
def test_a_wrong_list_stops_the_start(word, reason, monkeypatch):
    monkeypatch.setenv("BREACHED_PASSWORDS", word)
    with pytest.raises(ImproperlyConfigured, match=f"BREACHED_PASSWORDS=.*{reason}"):
        env.breaches("BREACHED_PASSWORDS")
