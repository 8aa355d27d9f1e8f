"""The site as others see it: reachable by https, with its headers."""

import http.client
import re
import socket
import ssl
from collections.abc import Mapping
from urllib.parse import urlsplit

from django.conf import settings

from commentarchive.env import is_loopback
from moderation.health.finding import Finding, fault, ok, warn

# Seconds for the whole of one answer's head.
PATIENCE = 10
# A year, for which browsers do not ask by plain http again.
LONG_ENOUGH = 31_536_000
# What every page is sent with.
HEADERS = (
    *("Strict-Transport-Security", "Content-Security-Policy"),
    *("X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy"),
)
_PROXY = "docs/deployment.md, “The proxy”"


def outside() -> Finding:
    """Ask BASE_URL for its home page, as a visitor would."""
    parts = urlsplit(settings.BASE_URL)
    host = parts.hostname or ""
    if is_loopback(host):
        return ok(f"{settings.BASE_URL} is for this machine only; nobody else sees it")
    try:
        status, headers = ask(host, parts.port)
    except ssl.SSLCertVerificationError as error:
        return fault(
            f"{settings.BASE_URL} has a wrong certificate: {_why(error)}",
            _PROXY,
        )
    except (OSError, http.client.HTTPException) as error:
        kind = "its name is not known" if isinstance(error, socket.gaierror) else ""
        return warn(
            f"{settings.BASE_URL} could not be asked from here: "
            f"{kind or type(error).__name__}",
            "look from another machine whether it answers",
        )
    return judged(status, headers)


def ask(host: str, port: int | None) -> tuple[int, Mapping[str, str]]:
    """Return status and headers of the home page. Raise OSError, HTTPException."""
    site = http.client.HTTPSConnection(host, port, timeout=PATIENCE)
    try:
        site.request("HEAD", "/", headers={"User-Agent": "commentarchive-doctor"})
        answer = site.getresponse()
        return answer.status, {name.lower(): word for name, word in answer.getheaders()}
    finally:
        site.close()


def _why(error: ssl.SSLCertVerificationError) -> str:
    return getattr(error, "verify_message", "") or "it is not trusted"


def judged(status: int, headers: Mapping[str, str]) -> Finding:
    """Return what is wrong with an answer; names of headers are in lower case."""
    if status in {301, 302, 307, 308}:
        return fault(
            f"{settings.BASE_URL} redirects its home page", f"TRUSTED_PROXIES, {_PROXY}"
        )
    if status != http.client.OK:
        return fault(f"{settings.BASE_URL} answers {status}", _PROXY)
    missing = [name for name in HEADERS if name.lower() not in headers]
    if missing:
        return fault(
            f"{settings.BASE_URL} comes without {', '.join(missing)}",
            f"the proxy drops what it should pass on: {_PROXY}",
        )
    hsts = headers["strict-transport-security"]
    age = re.search(r"max-age=\"?(\d+)", hsts, re.IGNORECASE)
    if age is None or int(age[1]) < LONG_ENOUGH:
        return fault(
            f"{settings.BASE_URL} binds browsers to https for less than a year",
            f"the proxy puts a header of its own in the place of ours: {_PROXY}",
        )
    return ok(f"{settings.BASE_URL} answers by https, with its headers")
