"""Pages about the record, for people: what it proves, an entry, a check to run."""

import base64
import hashlib
import re
from functools import cache

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from commentarchive.ledger.append import read_leaf
from commentarchive.ledger.models import Entry, LogKey, WitnessedLog
from commentarchive.ledger.receipts import receipt, signed_entry
from commentarchive.ledger.tile_views import SHORTLY, open_to_all
from commentarchive.ledger.tiles import NoTile, last_checkpoint
from commentarchive.ledger.witnesses import confirmed, lines_under

_number = re.compile("[0-9]{1,19}")
_VERIFIER = "commentarchive/ledger/merkle/verify.py"
_inline = re.compile(rb"<(script|style)>(.*?)</\1>", re.DOTALL)


@cache
def _verify_page() -> bytes:
    """Return the page that checks a record: one file, so that readers can keep it."""
    return (settings.SITE_DIR / "templates" / "ledger" / "verify.html").read_bytes()


@cache
def _policy() -> dict[str, list[CSP | str]]:
    """Return a policy that allows only the script and style within the page."""
    allowed: dict[str, list[CSP | str]] = {"connect-src": [CSP.SELF]}
    for name in ("default-src", "base-uri", "frame-ancestors"):
        allowed[name] = [CSP.NONE]
    for kind, text in _inline.findall(_verify_page()):
        digest = base64.b64encode(hashlib.sha256(text).digest()).decode()
        allowed[f"{kind.decode()}-src"] = [f"'sha256-{digest}'"]
    return allowed


@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """Return the page that checks a record, in the browser or saved as a file."""
    if not _number.fullmatch(request.GET.get("entry", "0")):
        message = "“entry” is the number of an entry."
        raise BadRequest(message)
    return csp_override(_policy())(_page)(request)


# What its address may be asked (`middleware/queries.py`).
verify.asks = frozenset({"entry"})  # type: ignore[attr-defined]  # a mark of our own


def _page(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(_verify_page())


@cache
def _verifier() -> bytes:
    """Return the program that checks a record, which imports nothing of ours."""
    return (settings.BASE_DIR / _VERIFIER).read_bytes()


@require_safe
def verifier(_request: HttpRequest) -> HttpResponse:
    """Send the program by which strangers check the record and issued reports."""
    answer = HttpResponse(_verifier(), content_type="text/x-python; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="verify.py"'
    return open_to_all(answer, SHORTLY)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show what the record is, what it proves and what it does not."""
    witnessed = confirmed(settings.LEDGER_POLICY)
    context = {
        "signed": last_checkpoint(),
        "confirmed": witnessed,
        "confirmations": lines_under(witnessed, settings.LEDGER_POLICY),
        "witnessing": WitnessedLog.objects.exclude(seen_at=None).order_by("origin"),
        "keys": LogKey.objects.order_by("entry").values_list("vkey", flat=True),
        "verifier_digest": hashlib.sha256(_verifier()).hexdigest(),
        "page_digest": hashlib.sha256(_verify_page()).hexdigest(),
        "address": request.build_absolute_uri(),
    }
    return render(request, "ledger/index.html", context)


@require_safe
def entry(request: HttpRequest, index: int) -> HttpResponse:
    """Show an entry; one that is not signed yet has a page without its content."""
    found = get_object_or_404(Entry, pk=index)
    signed = last_checkpoint()
    members = None
    if signed is not None and index < signed.size:
        members = read_leaf(bytes(found.leaf))
    context = {"index": index, "members": members, "signed": signed}
    return render(request, "ledger/entry.html", context)


@require_safe
def entry_bytes(_request: HttpRequest, index: int) -> HttpResponse:
    """Return an entry's bytes as they were hashed; 404 until it is signed."""
    try:
        leaf = bytes(signed_entry(index).leaf)
    except NoTile as error:
        raise Http404 from error
    return open_to_all(HttpResponse(leaf, content_type="application/json"), SHORTLY)


@require_safe
def entry_receipt(_request: HttpRequest, index: int) -> HttpResponse:
    """Return an entry's receipt (C2SP tlog-proof); 404 until it is signed."""
    try:
        text = receipt(index)
    except NoTile as error:
        raise Http404 from error
    answer = HttpResponse(text, content_type="text/plain; charset=utf-8")
    name = f'attachment; filename="record-{index}.tlog-proof"'
    answer["Content-Disposition"] = name
    return open_to_all(answer, SHORTLY)
