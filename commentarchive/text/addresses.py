"""Addresses of blogs and articles, in one form so that they can be compared."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

# Query members that say where a reader came from, not what is read.
_TRACKING = ("utm_", "fbclid", "gclid", "replytocom", "showcomment", "cpage")
# A page of an article's comments is a page of the article.
_comment_page = re.compile(r"/comment-page-\d+/?\Z")


def normalise(address: str) -> str:
    """Drop scheme, `www.`, fragment, tracking and the last slash; lower the host.

    Return "" unless it is an http or https address.
    """
    try:
        parts = urlsplit(address.strip())
        host = (parts.hostname or "").removeprefix("www.")
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not host:
        return ""
    place = host if port in {None, 80, 443} else f"{host}:{port}"
    # Most addresses have no query, and to take one apart costs as much as the rest.
    told = parse_qsl(parts.query, keep_blank_values=True) if parts.query else ()
    kept = [
        (name, value) for name, value in told if not name.lower().startswith(_TRACKING)
    ]
    query = f"?{urlencode(kept)}" if kept else ""
    path = _comment_page.sub("", parts.path)
    return (place + path.rstrip("/") + query)[:1000]


def host_of(address: str) -> str:
    """Return the host of an address without `www.`, or ""."""
    return normalise(address).partition("/")[0].partition("?")[0]
