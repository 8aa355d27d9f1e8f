"""Erasures at the desk: what would go and stay, who confirms it, how far it is."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from commentarchive.actions.staff import acting, roles_of
from commentarchive.erasure.erase import CannotErase, Subject
from commentarchive.erasure.holds import BadHold, hold_on, lift_hold, place_hold
from commentarchive.erasure.rehearsal import rehearse
from commentarchive.erasure.requests import (
    MOST_ATTEMPTS,
    ErasureMoved,
    ask_for_erasure,
    refuse_erasure,
    try_again,
    withdraw_erasure,
)
from commentarchive.ledger.models import Role
from commentarchive.models import (
    AccessKind,
    Comment,
    Commenter,
    ErasureRefusal,
    ErasureRequest,
    ErasureState,
    Hold,
    Visibility,
)
from commentarchive.views.login import is_fresh, take_kept_form
from commentarchive.views.pagination import paginate
from moderation.actions.erasing import confirm, why_not_erase
from moderation.actions.refusals import Refused
from moderation.actions.second_person import takes_two
from moderation.forms.erasures import (
    AskForm,
    HoldForm,
    RefuseForm,
    SubjectForm,
    same_subject,
)
from moderation.views.gate import DECIDE, LOOK, desk_form, desk_page

ROWS = 25
# How many comments of a rehearsal are listed.
LISTED = 100
# Who has something erased; others who decide may ask for it.
ERASE = frozenset({Role.OWNER})


@desk_page(LOOK, sees=None)
def index(request: HttpRequest) -> HttpResponse:
    """List what waits, what runs and what has ended, and the holds."""
    form = HoldForm(initial=take_kept_form(request, f"{request.path}hold/") or {})
    return _show_list(request, form)


def _show_list(
    request: HttpRequest, form: HoldForm, *, status: int = 200
) -> HttpResponse:
    found = ErasureRequest.objects.with_subject()
    ended = found.exclude(ended_at=None).order_by("-ended_at", "-pk")
    holds = Hold.objects.select_related("comment__post__blog", "commenter__blog")
    context = {
        "open": found.open().order_by("pk"),
        "page": paginate(request, ended, ROWS),
        "holds": holds.order_by("review_on", "pk"),
        "form": form,
        **_rights(request),
    }
    return render(request, "moderation/erasures.html", context, status=status)


def _rights(request: HttpRequest) -> dict[str, bool]:
    return {
        "may_decide": request.user.has_perm(DECIDE),
        "may_erase": not ERASE.isdisjoint(roles_of(request.user)),
    }


@desk_page(DECIDE, sees=None)
def new(request: HttpRequest) -> HttpResponse:
    """Ask what is to be erased, then show what would go and what would stay."""
    kept = take_kept_form(request, f"{request.path.removesuffix('new/')}ask/")
    asked = kept.get("subject", "") if kept else request.GET.get("subject", "")
    form = SubjectForm({"subject": asked} if asked else None)
    if not form.is_bound or not form.is_valid():
        status = 422 if form.is_bound else 200
        context = {"form": form}
        return render(request, "moderation/erasure_new.html", context, status=status)
    subject = form.cleaned_data["subject"]
    initial = {"subject": same_subject(subject), **(kept or {})}
    return _show_new(request, subject, AskForm(initial=initial))


@desk_form(DECIDE, page="moderation:erasure-new", is_list=True)
def ask(request: HttpRequest) -> HttpResponse:
    """Keep a request; 409 where what would be erased has changed since it was shown."""
    form = AskForm(request.POST)
    if not form.is_valid():
        named = SubjectForm({"subject": request.POST.get("subject", "")})
        if not named.is_valid():
            context = {"form": named}
            page = "moderation/erasure_new.html"
            return render(request, page, context, status=422)
        return _show_new(request, named.cleaned_data["subject"], form, status=422)
    asked = form.asked
    try:
        made = ask_for_erasure(
            asked, by=acting(request.user), seen=form.cleaned_data["seen"]
        )
    except ErasureMoved as error:
        problem = str(error)
        return _show_new(request, asked.subject, form, status=409, problem=problem)
    except CannotErase as error:
        problem = _sentence(error)
        return _show_new(request, asked.subject, form, status=422, problem=problem)
    messages.success(request, "Asked for. Nothing is erased before it is confirmed.")
    return redirect("moderation:erasure", made.ref)


def _sentence(error: Exception) -> str:
    words = str(error).rstrip(".")
    return f"{words[:1].upper()}{words[1:]}."


def _show_new(
    request: HttpRequest,
    subject: Subject,
    form: AskForm,
    *,
    status: int = 200,
    problem: str = "",
) -> HttpResponse:
    try:
        foreseen = rehearse(subject)
    except CannotErase as error:
        named = SubjectForm({"subject": same_subject(subject)})
        named.is_valid()
        named.add_error("subject", _sentence(error))
        lacks = {"form": named}
        return render(request, "moderation/erasure_new.html", lacks, status=422)
    context = {
        "form": form,
        "subject": subject,
        "is_name": isinstance(subject, Commenter),
        "foreseen": foreseen,
        "listed": foreseen.comments[:LISTED],
        "problem": problem,
    }
    return render(request, "moderation/erasure_ask.html", context, status=status)


@desk_page(LOOK, sees=AccessKind.PRIVATE)
def erasure(request: HttpRequest, ref: str) -> HttpResponse:
    """Show one request: what it would erase, how far it has come, what came of it."""
    kept = take_kept_form(request, f"{request.path}refuse/")
    return _show(request, ref, RefuseForm(initial=kept or {}))


@desk_form(DECIDE, page="moderation:erasure")
def confirm_it(request: HttpRequest, ref: str) -> HttpResponse:
    """Let an erasure begin; a fresh login is asked for, and mostly a second person."""
    if not is_fresh(request):
        problem = "Prove that it is you first; nothing was recorded yet."
        return _show(request, ref, status=403, problem=problem)
    seen = request.POST.get("seen", "")
    by = acting(request.user)
    return _do(request, ref, lambda one: confirm(one, by=by, seen=seen))


@desk_form(ERASE, page="moderation:erasure")
def refuse_it(request: HttpRequest, ref: str) -> HttpResponse:
    """Refuse a request, on record."""
    form = RefuseForm(request.POST)
    if not form.is_valid():
        return _show(request, ref, form, status=422)
    why, note = ErasureRefusal(form.cleaned_data["refusal"]), form.cleaned_data["note"]
    by = acting(request.user)

    def act(one: ErasureRequest) -> None:
        refuse_erasure(one, why, note=note, by=by)

    return _do(request, ref, act)


@desk_form(DECIDE, page="moderation:erasure")
def withdraw_it(request: HttpRequest, ref: str) -> HttpResponse:
    """End a request that nobody has confirmed."""
    return _do(request, ref, withdraw_erasure)


@desk_form(ERASE, page="moderation:erasure")
def again(request: HttpRequest, ref: str) -> HttpResponse:
    """Let the worker try once more."""
    return _do(request, ref, try_again)


def _do(
    request: HttpRequest, ref: str, act: Callable[[ErasureRequest], object]
) -> HttpResponse:
    """Do something with a request that somebody else may have answered meanwhile."""
    try:
        act(_request(ref))
    except ErasureMoved as error:
        return _show(request, ref, status=409, problem=str(error))
    except (CannotErase, Refused) as error:
        return _show(request, ref, status=422, problem=_sentence(error))
    return redirect("moderation:erasure", ref)


@desk_form(ERASE, page="moderation:erasures", is_list=True)
def hold(request: HttpRequest) -> HttpResponse:
    """Keep a comment or a name from being erased for a while."""
    form = HoldForm(request.POST)
    if form.is_valid():
        values = form.cleaned_data
        try:
            place_hold(
                values["subject"],
                reason=values["reason"],
                review_on=values["review_on"],
            )
        except BadHold as error:
            form.add_error(None, str(error))
    if form.errors:
        return _show_list(request, form, status=422)
    messages.success(request, "It will not be erased while the hold stands.")
    return redirect("moderation:erasures")


@desk_form(ERASE, page="moderation:erasures", is_list=True)
def lift(request: HttpRequest) -> HttpResponse:
    """Lift a hold."""
    ref = request.POST.get("subject", "")
    subject: Subject
    if ref.startswith("c"):
        subject = get_object_or_404(Comment, ref=ref)
    else:
        subject = get_object_or_404(Commenter, ref=ref)
    try:
        lift_hold(subject)
    except BadHold as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The hold is lifted.")
    return redirect("moderation:erasures")


def _request(ref: str) -> ErasureRequest:
    return get_object_or_404(ErasureRequest.objects.with_subject(), ref=ref)


def _show(
    request: HttpRequest,
    ref: str,
    form: RefuseForm | None = None,
    *,
    status: int = 200,
    problem: str = "",
) -> HttpResponse:
    found = _request(ref)
    is_open = found.ended_at is None
    foreseen = rehearse(found.subject) if is_open else None
    rights = _rights(request)
    context: dict[str, Any] = {
        "erasure": found,
        "subject": found.subject,
        "is_name": found.commenter is not None,
        "foreseen": foreseen,
        "listed": foreseen.comments[:LISTED] if foreseen else (),
        "left": len(foreseen.comments) if foreseen else 0,
        "words": found.sealed if rights["may_decide"] else None,
        "form": form or RefuseForm(),
        "problem": problem,
        "why_not": _why_not(request, found) if rights["may_decide"] else "",
        "takes_two": takes_two(),
        "is_fresh": is_fresh(request),
        "is_asked": found.state is ErasureState.ASKED,
        "is_given_up": is_open and found.attempts >= MOST_ATTEMPTS,
        "hold": hold_on(found.subject) or (foreseen.hold if foreseen else None),
        "erased": Visibility.ERASED,
        **rights,
    }
    return render(request, "moderation/erasure.html", context, status=status)


def _why_not(request: HttpRequest, found: ErasureRequest) -> str:
    return why_not_erase(found, by=acting(request.user))


# What is done with one request, by the last part of its form's address.
FORMS = {
    "confirm": confirm_it,
    "refuse": refuse_it,
    "withdraw": withdraw_it,
    "again": again,
}
