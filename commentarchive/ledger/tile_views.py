"""Serve the record to programs (C2SP tlog-tiles): checkpoint, tiles, keys."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from commentarchive.ledger.models import Checkpoint, LogKey
from commentarchive.ledger.tiles import (
    NoTile,
    entry_bundle,
    hash_tile,
    last_checkpoint,
    parse_level,
    parse_place,
)
from commentarchive.ledger.witnesses import confirmed

# A tile of one width never changes; the checkpoint may at any time.
FOREVER, SHORTLY = "public, max-age=31536000, immutable", "public, max-age=5"


def open_to_all(answer: HttpResponse, cache: str) -> HttpResponse:
    """Allow any site's scripts to read an answer, and set how long it may be cached."""
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Cache-Control"] = cache
    return answer


@require_safe
def checkpoint(_request: HttpRequest) -> HttpResponse:
    """Return the newest checkpoint; 404 while nothing is signed."""
    found = last_checkpoint()
    if found is None:
        message = "Nothing has been signed yet."
        raise Http404(message)
    return _note(found)


@require_safe
def confirmed_checkpoint(_request: HttpRequest) -> HttpResponse:
    """Return the newest checkpoint that enough witnesses have confirmed, or 404."""
    found = confirmed(settings.LEDGER_POLICY)
    if found is None:
        message = "No witness has confirmed anything yet."
        raise Http404(message)
    return _note(found)


def _note(found: Checkpoint) -> HttpResponse:
    answer = HttpResponse(found.published, content_type="text/plain; charset=utf-8")
    return open_to_all(answer, SHORTLY)


@require_safe
def vkey(_request: HttpRequest) -> HttpResponse:
    """Return the public keys, a line each, the newest last; 404 before the first."""
    keys = list(LogKey.objects.order_by("entry").values_list("vkey", flat=True))
    if not keys:
        message = "There is no key yet."
        raise Http404(message)
    text = "".join(f"{key}\n" for key in keys)
    answer = HttpResponse(text, content_type="text/plain; charset=utf-8")
    return open_to_all(answer, SHORTLY)


@require_safe
def tile(_request: HttpRequest, level: str, place: str) -> HttpResponse:
    """Return a tile of hashes; 404 if malformed or beyond the checkpoint."""
    try:
        number, width = parse_place(place)
        data = hash_tile(parse_level(level), number, width, _signed_size())
    except NoTile as error:
        raise Http404 from error
    answer = HttpResponse(data, content_type="application/octet-stream")
    return open_to_all(answer, FOREVER)


@require_safe
@gzip_page
def entries(_request: HttpRequest, place: str) -> HttpResponse:
    """Return a bundle of entries, gzipped where the client accepts that."""
    try:
        number, width = parse_place(place)
        data = entry_bundle(number, width, _signed_size())
    except NoTile as error:
        raise Http404 from error
    answer = HttpResponse(data, content_type="application/octet-stream")
    return open_to_all(answer, FOREVER)


def _signed_size() -> int:
    found = last_checkpoint()
    return found.size if found else 0
