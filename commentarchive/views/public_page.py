"""What public pages have in common: gzip, a strong ETag, 304 while nothing changes.

A page's tag is made of its address and the state of all that the public may see, so
that it is known before the page is made, and no page has to say what it depends on.
Whoever is logged in gets every page anew.
"""

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache, wraps
from http import HTTPStatus

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags

from commentarchive.storage.remembered import public_state
from commentarchive.storage.replica import public_reads
from commentarchive.threads.packing import gzip_body, pack
from commentarchive.views.kept_pages import KeptPages

type View = Callable[..., HttpResponseBase]

# Shorter answers would not be much shorter.
WORTH_IT = 500
_ENDINGS = frozenset({".py", ".html", ".css", ".js", ".typ"})
# What each page says of itself to caches, also where it is as it was.
_AGAIN = {"Vary": "Accept-Encoding, Cookie", "Cache-Control": "no-cache"}
_pages = KeptPages()


def public_page[V: View](view: V) -> V:
    """Answer by 304 what a reader has already, and compress the rest.

    For views whose answer depends on their address and on what is public, alone.
    """
    return public_page_of()(view)


def public_page_of[V: View](*also: Callable[[], object]) -> Callable[[V], V]:
    """Do as `public_page` for views that depend on some more: what `also` returns."""

    def decorate(view: V) -> V:
        @wraps(view)
        def answer(
            request: HttpRequest, *args: object, **kwargs: object
        ) -> HttpResponseBase:
            # A message to one reader, too, stands in the page that is made next.
            own = {settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name}
            if own & request.COOKIES.keys():
                return view(request, *args, **kwargs)
            # Before the page is made: if something changes meanwhile, the tag is too
            # old, and the next request gets the page again.
            state = public_state()
            tag = _tag(request, state, [each() for each in also])
            if _has(request, tag):
                return HttpResponseNotModified(headers={"ETag": tag, **_AGAIN})
            kept = _pages.get(state, tag)
            if kept is not None:
                return kept
            with public_reads():
                made = _finish(view(request, *args, **kwargs), request, tag)
            _pages.keep(state, tag, made)
            return made

        return answer  # type: ignore[return-value]  # called as the view is

    return decorate


def _has(request: HttpRequest, tag: str) -> bool:
    """Return whether a reader says that it has the page with this tag."""
    said: str = request.META.get("HTTP_IF_NONE_MATCH", "")
    # As most do; to parse it would take as long as to ask the database.
    if said in {"", tag}:
        return said == tag
    known = parse_etags(said)
    return tag in known or known == ["*"]


def _finish(made: HttpResponseBase, request: HttpRequest, tag: str) -> HttpResponseBase:
    if made.status_code != HTTPStatus.OK or made.cookies:
        return made
    if isinstance(made, HttpResponse) and accepts_gzip(request):
        _compress(made)
    return _with_tag(made, tag)


def accepts_gzip(request: HttpRequest) -> bool:
    """Return whether the reader takes gzip (RFC 9110, section 12.5.3)."""
    # Past `request.headers`, which reads all of them.
    said: str = request.META.get("HTTP_ACCEPT_ENCODING", "")
    for part in said.lower().split(","):
        coding, _semicolon, weight = part.partition(";")
        if coding.strip() == "gzip":
            return weight.replace(" ", "").rstrip("0.") != "q="
    return False


def _tag(request: HttpRequest, state: str, also: Sequence[object]) -> str:
    # Some pages say which months there are.
    today = datetime.now(UTC).date()
    named = (state, made_by(), request.get_full_path(), today.toordinal(), *also)
    digest = hashlib.sha256(repr(named).encode()).hexdigest()[:32]
    return f'"{digest}{"-gzip" if accepts_gzip(request) else ""}"'


@cache
def made_by() -> str:
    """Return a digest of the program, its templates and settings that pages show."""
    digest = hashlib.sha256(
        repr(
            (
                *(settings.BASE_URL, settings.CONTACT_EMAIL, settings.TIME_ZONE),
                *(settings.ACTOR_DISPLAY, settings.LEDGER_ORIGIN, settings.SITE_NAME),
            )
        ).encode()
    )
    packages = (settings.BASE_DIR / name for name in ("commentarchive", "moderation"))
    shown = (settings.SITE_DIR / name for name in ("templates", "static"))
    for folder in (*packages, *shown):
        for path in sorted(folder.rglob("*")):
            if path.suffix in _ENDINGS:
                digest.update(path.read_bytes())
    return digest.hexdigest()


def _compress(made: HttpResponse) -> None:
    if made.has_header("Content-Encoding") or len(made.content) < WORTH_IT:
        return
    made.content = gzip_body([pack(made.content)])
    made["Content-Encoding"] = "gzip"
    if made.has_header("Content-Length"):
        made["Content-Length"] = str(len(made.content))


def _with_tag(made: HttpResponseBase, tag: str) -> HttpResponseBase:
    made["ETag"] = tag
    patch_vary_headers(made, _AGAIN["Vary"].split(", "))
    made.headers.setdefault("Cache-Control", _AGAIN["Cache-Control"])
    return made
