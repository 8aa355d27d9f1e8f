"""Where each address of the site lies in a copy of files; pure but for the URLconf."""

import re
from collections.abc import Mapping
from functools import lru_cache
from posixpath import dirname, relpath
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve

# Named on the page of each comment.
PROOF = "comment-proof"
# The pages that a copy holds, and what may be asked of them; all else stays outside.
KEPT: Mapping[str, frozenset[str]] = {
    "home": frozenset(),
    "about": frozenset(),
    "blog-detail": frozenset({"page"}),
    "post-detail": frozenset({"page"}),
    "post-copies": frozenset(),
    "comment-detail": frozenset(),
    PROOF: frozenset(),
    "commenter-detail": frozenset({"page"}),
    "cross-post-detail": frozenset({"page"}),
    "capture-detail": frozenset(),
    "moderation:log": frozenset({"before", "after"}),
    "moderation:log-missing": frozenset({"known", "before", "after"}),
    "moderation:log-csv": frozenset(),
    "moderation:decision-detail": frozenset(),
    "moderation:decision-facts": frozenset(),
    "moderation:policy": frozenset(),
    "moderation:policy-version": frozenset(),
    "moderation:automatic": frozenset({"page"}),
    "moderation:automatic-version": frozenset(),
    "moderation:complaint-counts": frozenset(),
    "moderation:reports": frozenset(),
    "moderation:report": frozenset({"blog"}),
    "moderation:report-csv": frozenset({"blog"}),
    "moderation:report-json": frozenset({"blog"}),
    "ledger:index": frozenset(),
    "ledger:entry": frozenset(),
    "ledger:entry-bytes": frozenset(),
    "ledger:entry-receipt": frozenset(),
}
# Written by the record's own export.
OF_THE_RECORD = frozenset({"ledger:checkpoint", "ledger:vkey"})
# Says where a comment stands, and is no page itself.
REDIRECT = "comment-in-thread"
SEARCH, SEARCH_PAGE = "search", "search/index.html"
# Addresses that are looked up once: most links of a page are on every page.
_REMEMBERED = 1 << 14
_plain = re.compile(r"[A-Za-z0-9_-]{1,120}")
_path = re.compile(
    r"/(?:[A-Za-z0-9_][A-Za-z0-9_.-]*/)*(?:[A-Za-z0-9_][A-Za-z0-9_.-]*)?"
)


def own_address(link: str, page: str) -> str | None:
    """Return a link of a page as an address of the site; None for one elsewhere.

    Without its fragment and without questions that ask for nothing.
    """
    # What begins at the root means the same on every page.
    base = "/" if link.startswith("/") else page
    return _own_address(link, base, settings.BASE_URL)


@lru_cache(_REMEMBERED)
def _own_address(link: str, page: str, site: str) -> str | None:
    try:
        # "?" asks the same page for nothing; `urljoin` would ask what the page asks.
        base = page.partition("?")[0] if link.startswith("?") else page
        found = urlsplit(urljoin(site + base, link))
        is_own = (found.scheme, found.netloc) == urlsplit(site)[:2]
    except ValueError:
        return None
    if not is_own:
        return None
    asked = [pair for pair in parse_qsl(found.query, keep_blank_values=True) if pair[1]]
    asked = [pair for pair in asked if pair != ("page", "1")]
    return (found.path or "/") + (f"?{urlencode(asked)}" if asked else "")


def name_of(address: str) -> str:
    """Return the name of the view that answers an address; "" where there is none."""
    return _name_at(urlsplit(address).path)


@lru_cache(_REMEMBERED)
def _name_at(path: str) -> str:
    try:
        return resolve(path).view_name
    except Resolver404:
        return ""


def file_of(address: str) -> str | None:
    """Return the file of an address in a copy; None for what is never in one."""
    name, parts = name_of(address), urlsplit(address)
    if name == SEARCH:
        return SEARCH_PAGE
    if is_static(address):
        return parts.path.removeprefix("/")
    asked = parse_qsl(parts.query, keep_blank_values=True)
    may_ask = KEPT.get(name, frozenset())
    if name not in KEPT.keys() | OF_THE_RECORD or not _path.fullmatch(parts.path):
        return None
    if any(key not in may_ask or not _plain.fullmatch(value) for key, value in asked):
        return None
    words = "-".join(f"{key}-{value}" for key, value in asked)
    folder, _slash, last = parts.path.removeprefix("/").rpartition("/")
    if not last:
        last = f"{words or 'index'}.html"
    elif words:
        stem, dot, ending = last.rpartition(".")
        last = f"{stem}-{words}{dot}{ending}"
    return f"{folder}/{last}" if folder else last


def is_asked(address: str) -> bool:
    """Return whether the site is asked for an address when a copy is made."""
    name = name_of(address)
    return name == REDIRECT or (name in KEPT and file_of(address) is not None)


def is_static(address: str) -> bool:
    """Return whether an address is that of a style sheet, a script or a picture."""
    path = urlsplit(address).path
    return path.startswith(settings.STATIC_URL) and bool(_path.fullmatch(path))


def relative(target: str, page: str) -> str:
    """Return the way from one file of a copy to another."""
    return relpath(target, dirname(page) or ".")
