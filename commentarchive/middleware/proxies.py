"""Who asks, and over what: as proxies that are trusted report it, and nobody else.

A proxy that takes TLS off a request names the visitor in X-Forwarded-For and the
scheme in X-Forwarded-Proto. Anybody can send these headers, so they count only from
`TRUSTED_PROXIES` and are dropped otherwise.
"""

import logging
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse

_log = logging.getLogger("commentarchive.proxies")

type View = Callable[[HttpRequest], HttpResponse]
type Address = IPv4Address | IPv6Address

FORWARDED = (
    *("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST"),
    *("HTTP_X_FORWARDED_PORT", "HTTP_X_REAL_IP", "HTTP_FORWARDED"),
)


def believe_trusted_proxies(get_response: View) -> View:
    """Set the visitor's address and scheme from what trusted proxies report."""

    def middleware(request: HttpRequest) -> HttpResponse:
        environ = request.META
        said = {name: environ.pop(name, "") for name in FORWARDED}
        path = [*said["HTTP_X_FORWARDED_FOR"].split(","), environ["REMOTE_ADDR"]]
        hops = trusted_hops(path)
        # A request straight to the server, as a watcher's, names nobody.
        is_counted = isinstance(settings.TRUSTED_PROXIES, int)
        if is_counted and said["HTTP_X_FORWARDED_FOR"] and hops >= len(path):
            _log.warning(
                "A request came through fewer proxies than TRUSTED_PROXIES says: "
                "visitors could choose their addresses. Set it to how many there are."
            )
        if hops:
            environ["REMOTE_ADDR"] = _visitor(path, hops)
            scheme = _scheme(said["HTTP_X_FORWARDED_PROTO"], hops)
            environ["wsgi.url_scheme"] = scheme
        return get_response(request)

    return middleware


def trusted_hops(path: list[str]) -> int:
    """Count the trusted proxies at the end of a path of addresses, visitor first.

    A number of proxies is believed only where the last of them is no address of the
    open internet: whoever can reach the server past the proxy would be believed too.
    """
    trusted = settings.TRUSTED_PROXIES
    if isinstance(trusted, int):
        nearest = parse_address(path[-1])
        return 0 if nearest is None or nearest.is_global else trusted
    hops = 0
    for word in reversed(path):
        address = parse_address(word)
        if address is None or not any(address in network for network in trusted):
            break
        hops += 1
    return hops


def _visitor(path: list[str], hops: int) -> str:
    """Return the address before the trusted hops, or the farthest that can be read."""
    farthest = parse_address(path[-1])
    for word in reversed(path[:-1][-hops:]):
        address = parse_address(word)
        if address is None:
            break
        farthest = address
    return str(farthest)


def _scheme(said: str, hops: int) -> str:
    """Return what the trusted proxy nearest to the visitor says of its connection."""
    words = [word.strip().lower() for word in said.split(",")]
    return "https" if words[-hops:][0] == "https" else "http"


def parse_address(word: str) -> Address | None:
    """Parse an address, with or without a port; None for anything else."""
    word = word.strip()
    if word.startswith("["):
        word = word[1:].partition("]")[0]
    elif word.count(":") == 1:
        word = word.partition(":")[0]
    try:
        address = ip_address(word)
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address
