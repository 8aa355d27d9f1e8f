"""Who asks and over what: believed of trusted proxies, of nobody else."""

from ipaddress import ip_network

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from commentarchive.middleware import proxies
from commentarchive.middleware.proxies import believe_trusted_proxies

pytestmark = pytest.mark.pure
NETWORKS = tuple(map(ip_network, ("127.0.0.1/32", "10.0.0.0/8", "fd00::/8")))


def seen(settings, trusted, peer="127.0.0.1", **said):
    """Return the address and scheme that the rest of the program sees."""
    settings.TRUSTED_PROXIES = trusted
    found = {}

    def view(request):
        found["who"], found["scheme"] = request.META["REMOTE_ADDR"], request.scheme
        found["rest"] = [name for name in request.META if "FORWARDED" in name]
        return HttpResponse()

    headers = {
        f"HTTP_X_FORWARDED_{name.upper()}": value for name, value in said.items()
    }
    believe_trusted_proxies(view)(
        RequestFactory().get("/", REMOTE_ADDR=peer, **headers)
    )
    assert found["rest"] == []
    return found["who"], found["scheme"]


@pytest.mark.parametrize(
    ("trusted", "peer", "said", "expected"),
    [
        # Nobody is trusted by default.
        (0, "127.0.0.1", "9.9.9.9", "127.0.0.1"),
        ((), "127.0.0.1", "9.9.9.9", "127.0.0.1"),
        # One proxy: what it added last counts, whatever the visitor sent before.
        (1, "127.0.0.1", "9.9.9.9", "9.9.9.9"),
        (1, "127.0.0.1", "1.1.1.1, 9.9.9.9", "9.9.9.9"),
        (1, "10.1.2.3", "9.9.9.9", "9.9.9.9"),
        (2, "127.0.0.1", "1.1.1.1, 9.9.9.9, 10.0.0.2", "9.9.9.9"),
        (2, "127.0.0.1", "9.9.9.9", "9.9.9.9"),
        # A number believes nobody who comes straight from the internet.
        (1, "8.8.8.8", "9.9.9.9", "8.8.8.8"),
        # Addresses: those trusted are walked past, from the nearest on.
        (NETWORKS, "10.1.2.3", "9.9.9.9", "9.9.9.9"),
        (NETWORKS, "8.8.8.8", "9.9.9.9", "8.8.8.8"),
        (NETWORKS, "127.0.0.1", "1.1.1.1, 9.9.9.9, 10.0.0.2", "9.9.9.9"),
        (NETWORKS, "127.0.0.1", "10.0.0.9, 10.0.0.2", "10.0.0.9"),
        (NETWORKS, "fd00::1", "2001:db8::7", "2001:db8::7"),
        # Ports, brackets and the mapped form.
        (1, "::ffff:127.0.0.1", "9.9.9.9:4711", "9.9.9.9"),
        (NETWORKS, "::ffff:10.0.0.1", "[2001:db8::7]:443", "2001:db8::7"),
        # Nonsense stops the walk: the last that could be read is the visitor.
        (1, "127.0.0.1", "unknown", "127.0.0.1"),
        (1, "127.0.0.1", "", "127.0.0.1"),
        (NETWORKS, "127.0.0.1", "9.9.9.9, <script>, 10.0.0.2", "10.0.0.2"),
        (1, "", "9.9.9.9", ""),
    ],
)
def test_the_visitors_address(settings, trusted, peer, said, expected):
    assert seen(settings, trusted, peer, **{"for": said})[0] == expected


@pytest.mark.parametrize(
    ("trusted", "said", "is_told"),
    [
        (1, "9.9.9.9", False),
        (1, "1.1.1.1, 9.9.9.9", False),
        (2, "9.9.9.9", True),
        (3, "1.1.1.1, 9.9.9.9", True),
        # A watcher on this machine asks without a proxy.
        (2, "", False),
        (NETWORKS, "10.0.0.9, 10.0.0.2", False),
    ],
)
def test_more_proxies_than_there_are_is_told(
    settings, caplog, monkeypatch, trusted, said, is_told
):
    # Else it is told once an hour.
    monkeypatch.setattr(proxies._log, "filters", [])
    seen(settings, trusted, **{"for": said})
    told = [
        "fewer proxies than TRUSTED_PROXIES says" in each for each in caplog.messages
    ]
    assert told == [True] * is_told
    assert not said or said not in caplog.text


@pytest.mark.parametrize(
    ("trusted", "peer", "said", "scheme"),
    [
        (1, "127.0.0.1", "https", "https"),
        (1, "127.0.0.1", "HTTPS", "https"),
        (1, "127.0.0.1", "http", "http"),
        (1, "127.0.0.1", "", "http"),
        (1, "127.0.0.1", "https, http", "http"),
        (2, "127.0.0.1", "https, http", "https"),
        (2, "127.0.0.1", "https", "https"),
        (0, "127.0.0.1", "https", "http"),
        (1, "8.8.8.8", "https", "http"),
        (NETWORKS, "8.8.8.8", "https", "http"),
        (NETWORKS, "10.0.0.1", "https", "https"),
        (1, "127.0.0.1", "https;x", "http"),
    ],
)
def test_the_scheme(settings, trusted, peer, said, scheme):
    assert seen(settings, trusted, peer, proto=said)[1] == scheme


@pytest.mark.django_db
def test_the_host_is_never_taken_from_a_proxy(settings):
    settings.TRUSTED_PROXIES = 1
    answer = Client().get("/about/", HTTP_X_FORWARDED_HOST="evil.example")
    assert answer.status_code == 200


@pytest.fixture
def https(settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.TRUSTED_PROXIES = 1
    settings.ALLOWED_HOSTS = ["archive.example", "127.0.0.1", "testserver"]


@pytest.mark.django_db
def test_https_is_no_loop_behind_a_trusted_proxy(https):
    answer = Client().get("/about/", HTTP_X_FORWARDED_PROTO="https")
    assert answer.status_code == 200
    assert answer["Strict-Transport-Security"] == "max-age=31536000"


def test_plain_http_is_sent_to_https(https):
    answer = Client().get("/about/?x=1", HTTP_X_FORWARDED_PROTO="http")
    assert answer.status_code == 301
    assert answer["Location"] == "https://testserver/about/?x=1"


def test_a_program_that_asks_over_plain_http_is_told_so(https):
    answer = Client().get("/api/v1/blogs/", HTTP_X_FORWARDED_PROTO="http")
    assert answer.status_code == 403
    assert answer["Content-Type"] == "application/problem+json"
    assert "https" in answer.json()["detail"]
    # The page about the interface is for people.
    assert Client().get("/api/v1/").status_code == 301


def test_a_stranger_is_not_believed(https):
    answer = Client().get(
        "/about/", HTTP_X_FORWARDED_PROTO="https", REMOTE_ADDR="8.8.8.8"
    )
    assert answer.status_code == 301
