"""Evidence bundles at the desk: which case, for whom, and the file itself."""

import base64
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from commentarchive.ledger.models import Role
from commentarchive.models import AccessKind
from commentarchive.views.login import take_kept_form
from moderation.evidence.bundle import Bundle, build_bundle
from moderation.evidence.cases import NoCase, SealedOnly, find_case
from moderation.evidence.look import NoSuchState
from moderation.evidence.threads import BadDay
from moderation.forms.evidence import BundleForm
from moderation.reports.typesetting import NotTypeset
from moderation.views.gate import LOOK, desk_form, desk_page, look, may

# Who takes hidden words and private notes away: as for any export of them.
SEAL = frozenset({Role.OWNER, Role.AUDITOR})


@desk_page(LOOK, sees=None)
def index(request: HttpRequest) -> HttpResponse:
    """Ask what the bundle is to be about."""
    here = request.path
    kept = take_kept_form(request, f"{here}make/", f"{here}seal/")
    initial: dict[str, Any] = kept or {"ref": request.GET.get("subject", "")}
    return _show(request, BundleForm(initial=initial))


@desk_form(LOOK, page="moderation:bundles", is_list=True, fresh=True)
def make(request: HttpRequest) -> HttpResponse:
    """Send the bundle for the other side: what readers see, and no more."""
    return _made(request, is_sealed=False)


@desk_form(SEAL, page="moderation:bundles", is_list=True, fresh=True)
def seal(request: HttpRequest) -> HttpResponse:
    """Send the sealed bundle, with hidden words and private notes."""
    return _made(request, is_sealed=True)


def _made(request: HttpRequest, *, is_sealed: bool) -> HttpResponse:
    """Make a bundle, noted in the private journal first; 422 where it cannot be."""
    form = BundleForm(request.POST)
    if not form.is_valid():
        return _show(request, form, status=422)
    asked = form.cleaned_data
    try:
        look(request, AccessKind.FILE, find_case(asked["ref"]).ref)
        bundle = build_bundle(
            asked["ref"], is_sealed=is_sealed, size=asked["at"], days=asked["dates"]
        )
    except (NoCase, SealedOnly) as error:
        form.add_error("ref", str(error))
    except BadDay as error:
        form.add_error("dates", str(error))
    except NoSuchState as error:
        form.add_error("at", str(error))
    except NotTypeset:
        form.add_error(None, "Its PDF could not be made; nothing was sent.")
    else:
        return _sent(bundle)
    return _show(request, form, status=422)


def _sent(bundle: Bundle) -> HttpResponse:
    digest = base64.b64encode(bytes.fromhex(bundle.sha256)).decode()
    headers = {
        "Content-Disposition": f'attachment; filename="{bundle.name}"',
        "Repr-Digest": f"sha-256=:{digest}:",
    }
    return HttpResponse(bundle.data, content_type="application/zip", headers=headers)


def _show(request: HttpRequest, form: BundleForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "may_seal": may(request, SEAL)}
    return render(request, "moderation/bundles.html", context, status=status)
