"""The whole server behind a proxy that takes TLS off, on this machine."""

import http.client
import socketserver
import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.test_serve import SERVE, environment, free_port, get
from tests.tls import make_certificate

pytestmark = pytest.mark.pure
HOP = {"connection", "keep-alive", "transfer-encoding", "host", "content-length"}


@pytest.fixture
def certificate(tmp_path):
    """Write a certificate for this machine, with its key, and return the path."""
    return make_certificate(tmp_path / "proxy.pem")


class Proxy(BaseHTTPRequestHandler):
    """Pass a request on, and say whose it is and that it came over TLS."""

    behind = ""
    disable_nagle_algorithm = True

    def do_GET(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {k: v for k, v in self.headers.items() if k.lower() not in HOP}
        known = headers.pop("X-Forwarded-For", "")
        address = self.client_address[0]
        headers["X-Forwarded-For"] = f"{known}, {address}" if known else address
        headers["X-Forwarded-Proto"] = "https"
        headers["Host"] = self.headers["Host"]
        passed = http.client.HTTPConnection(self.behind, timeout=20)
        passed.request(self.command, self.path, body, headers)
        answer = passed.getresponse()
        data = answer.read()
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_POST = do_GET  # noqa: N815  # the names that the library looks for

    def log_message(self, *_):
        pass


class Server(socketserver.ThreadingMixIn, HTTPServer):
    daemon_threads = True


@pytest.fixture
def site(tmp_path, certificate, make_archive):
    """Serve an archive whose address is https; return how to ask it, and where."""
    port, behind = free_port(), free_port()
    env = environment(
        tmp_path / "var",
        BASE_URL=f"https://localhost:{port}",
        TRUSTED_PROXIES="1",
        HSTS="subdomains",
    )
    make_archive(tmp_path / "var")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    Proxy.behind = f"127.0.0.1:{behind}"
    proxy = Server(("127.0.0.1", int(port)), Proxy)
    proxy.socket = context.wrap_socket(proxy.socket, server_side=True)
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    serving = subprocess.Popen([*SERVE, "--port", behind], env=env)
    client = ssl.create_default_context(cafile=str(certificate))

    def ask(path, method="GET", body=None, **headers):
        connection = http.client.HTTPSConnection("localhost", int(port), context=client)
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer, answer.read().decode()

    try:
        assert "ok" in get(f"http://127.0.0.1:{behind}/healthz", 30)
        yield ask, f"https://localhost:{port}", behind
    finally:
        serving.terminate()
        serving.wait(timeout=20)
        proxy.shutdown()
        proxy.server_close()


def test_a_site_behind_a_tls_proxy(site):
    ask, address, behind = site
    _answer, page = ask("/")
    style = page.partition('<link rel="stylesheet" href="')[2].partition('"')[0]
    assert style.startswith("/static/css/site.")
    for path in ("/", "/about/", "/healthz", "/ledger/", style, "/nowhere/"):
        answer, _body = ask(path)
        assert answer.status == (404 if path == "/nowhere/" else 200), path
        bound = answer.headers["Strict-Transport-Security"]
        assert bound == "max-age=31536000; includeSubDomains", path
    answer, body = ask("/login/?next=/moderation/desk/")
    cookies = answer.headers.get_all("Set-Cookie")
    assert all("Secure" in cookie for cookie in cookies)
    [csrf] = [each.partition(";")[0] for each in cookies if "__Host-csrf" in each]
    token = body.partition('csrfmiddlewaretoken" value="')[2].partition('"')[0]
    form = f"csrfmiddlewaretoken={token}&username=nobody&password=wrong"
    kind = "application/x-www-form-urlencoded"
    # Our own form is read, another site's is refused.
    for origin, status in ((address, 200), ("https://evil.example", 403)):
        headers = {"Cookie": csrf, "Referer": f"{origin}/login/", "Content-Type": kind}
        answer, body = ask("/login/", "POST", form, **headers)
        assert answer.status == status
    # Whoever comes past the proxy is sent to https; the watcher of the server is not.
    plain = http.client.HTTPConnection(f"127.0.0.1:{behind}")
    plain.request("GET", "/about/")
    assert plain.getresponse().status == 301
