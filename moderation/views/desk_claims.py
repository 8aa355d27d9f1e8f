"""Claims at the desk: what waits, one claim, and what is on record of it."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from commentarchive.actions.claimed_gaps import (
    NoSuchClaim,
    answer_claim,
    end_claim,
    prove_claim,
)
from commentarchive.actions.staff import acting
from commentarchive.ledger.merkle.refs import last_ref
from commentarchive.models import AccessKind, Answer, Capture, Gap, GapKind
from commentarchive.views.login import take_kept_form
from commentarchive.views.pagination import paginate
from moderation.actions.claims import (
    accept_claim,
    place_said,
    read_claim,
    refuse_claim,
    reply_to_claim,
)
from moderation.forms.claims import AnswerForm, DecideClaimForm, EndForm, ProofForm
from moderation.models import Claim, ClaimWords
from moderation.views.gate import DECIDE, LOOK, desk_form, desk_page, lacks_role

ROWS = 25
NO_COPY = "No copy here has that address."


@desk_page(LOOK, sees=None)
def index(request: HttpRequest) -> HttpResponse:
    """List the claims that wait, oldest first, and those that stand on record."""
    waiting = Claim.objects.waiting()
    said = Gap.objects.filter(kind=GapKind.SAID, withdrawn_entry=None)
    standing = said.with_context().with_answers().order_by("-entry_index")
    context = {
        "waiting_number": waiting.count(),
        "waiting": waiting.with_context().order_by("pk")[:ROWS],
        "page": paginate(request, standing, ROWS),
    }
    return render(request, "moderation/desk_claims.html", context)


@desk_page(LOOK, sees=AccessKind.PRIVATE)
def claim(request: HttpRequest, ref: str) -> HttpResponse:
    """Show one claim and the form to decide on it; its words stay sealed."""
    form = DecideClaimForm()
    if kept := take_kept_form(request, f"{request.path}decide/"):
        form = DecideClaimForm(initial=kept)
    return _show(request, _claim(ref), form)


@desk_form(DECIDE, page="moderation:desk-claim")
def read(request: HttpRequest, ref: str) -> HttpResponse:
    """Show what was sent with a claim; the private journal notes who reads it."""
    found = _claim(ref)
    words = read_claim(found, by=acting(request.user))
    named = words.named_blog if words else ""
    if named and "://" not in named:
        named = f"https://{named}"
    return _show(request, found, DecideClaimForm(initial={"blog": named}), words=words)


@desk_form(DECIDE, page="moderation:desk-claim")
def decide(request: HttpRequest, ref: str) -> HttpResponse:
    """Accept a claim, with a proof or without, refuse it, or answer whoever sent it."""
    found, form = _claim(ref), DecideClaimForm(request.POST)
    if not form.is_valid():
        return _show(request, found, form, status=422)
    values, by = form.cleaned_data, acting(request.user)
    what, words = request.POST.get("what", ""), values["reply"]
    proof = _copy(values["proof"])
    if problem := _what_lacks(what, words, values["proof"], proof):
        return _show(request, found, form, status=422, problem=problem)
    try:
        if what == "refuse":
            refuse_claim(found, reason=words, by=by)
        elif what == "reply":
            reply_to_claim(found, words, by=by)
        else:
            accept_claim(
                found,
                about=None if found.blog else place_said(values, by),
                proof=proof,
                evidence=values["evidence"],
                reply=words,
                by=by,
            )
    except NoSuchClaim as error:
        # Somebody else was first, or the copy proves something else.
        return _show(request, _claim(ref), form, status=409, problem=str(error))
    except ValueError as error:
        # No such blog or article, or no address.
        return _show(request, found, form, status=422, problem=str(error))
    messages.success(request, "Done.")
    return redirect("moderation:desk-claim", ref)


def _what_lacks(what: str, words: str, named: str, proof: Capture | None) -> str:
    """Return what a decision lacks, or has too much, in a sentence; "" if nothing."""
    if what not in {"accept", "prove", "refuse", "reply"}:
        return "Choose what to do."
    if what in {"refuse", "reply"} and not words:
        return "Write an answer: whoever sent the claim reads it."
    if what == "accept" and named:
        return "You named a copy: accept it as proven by that, or empty the field."
    return NO_COPY if what == "prove" and proof is None else ""


@desk_page(LOOK, sees=AccessKind.PRIVATE)
def on_record(request: HttpRequest, ref: str) -> HttpResponse:
    """Show a claim that is on record, with the forms for what became of it."""
    return _show_record(request, _gap(ref))


@desk_form(DECIDE, page="moderation:desk-claim-on-record")
def answer(request: HttpRequest, ref: str) -> HttpResponse:
    """Record what a blog answered, or that it was asked and did not."""
    gap, form = _gap(ref), AnswerForm(request.POST)
    if not form.is_valid():
        return _show_record(request, gap, status=422, answer_form=form)
    values = form.cleaned_data
    day, at = values["answered_on"], None
    if day:
        at = datetime.combine(day, time.min, ZoneInfo(gap.its_blog.time_zone))
    try:
        answer_claim(
            gap,
            Answer(values["answer"]),
            answered_at=at,
            text=values["text"],
            by=acting(request.user),
        )
    except NoSuchClaim as error:
        return _conflict(request, ref, error)
    return _recorded(request, ref)


@desk_form(DECIDE, page="moderation:desk-claim-on-record")
def prove(request: HttpRequest, ref: str) -> HttpResponse:
    """Tie a claim to the copy that proves it."""
    gap, form = _gap(ref), ProofForm(request.POST)
    copy = _copy(form.cleaned_data["proof"]) if form.is_valid() else None
    if copy is None:
        if form.is_valid():
            form.add_error("proof", NO_COPY)
        return _show_record(request, gap, status=422, proof_form=form)
    evidence = form.cleaned_data["evidence"]
    try:
        prove_claim(gap, copy, evidence=evidence, by=acting(request.user))
    except NoSuchClaim as error:
        return _conflict(request, ref, error)
    return _recorded(request, ref)


@desk_form(DECIDE, page="moderation:desk-claim-on-record")
def end(request: HttpRequest, ref: str) -> HttpResponse:
    """Withdraw a claim, or refuse it after all."""
    gap, form = _gap(ref), EndForm(request.POST)
    what = request.POST.get("what", "")
    if not form.is_valid() or what not in {"withdraw", "refuse"}:
        return _show_record(request, gap, status=422, end_form=form)
    reason, by = form.cleaned_data["reason"], acting(request.user)
    try:
        end_claim(gap, is_refused=what == "refuse", reason=reason, by=by)
    except NoSuchClaim as error:
        return _conflict(request, ref, error)
    return _recorded(request, ref)


def _claim(ref: str) -> Claim:
    return get_object_or_404(Claim.objects.with_context(), ref=ref)


def _gap(ref: str) -> Gap:
    said = Gap.objects.filter(kind=GapKind.SAID).with_context()
    return get_object_or_404(said.with_answers(), ref=ref)


def _copy(words: str) -> Capture | None:
    return Capture.objects.filter(ref=last_ref(words, "k")).first()


def _show(
    request: HttpRequest,
    claim: Claim,
    form: DecideClaimForm,
    *,
    status: int = 200,
    words: ClaimWords | None = None,
    problem: str = "",
) -> HttpResponse:
    may_decide = request.user.has_perm(DECIDE)
    context = {
        "claim": claim,
        "form": form,
        "words": words,
        "has_words": ClaimWords.objects.filter(claim=claim).exists(),
        "problem": problem,
        "may_decide": may_decide,
        "lacks_role": lacks_role(request),
        "replies": claim.replies.all(),
        "journal": claim.journal.select_related("actor"),
    }
    return render(request, "moderation/desk_claim.html", context, status=status)


def _show_record(
    request: HttpRequest, gap: Gap, *, status: int = 200, **more: object
) -> HttpResponse:
    context = {
        "gap": gap,
        "claim": Claim.objects.filter(gap=gap).first(),
        "answers": sorted(gap.answers.all(), key=lambda one: one.entry_index),
        "answer_form": AnswerForm(),
        "proof_form": ProofForm(),
        "end_form": EndForm(),
        "may_decide": request.user.has_perm(DECIDE),
        "lacks_role": lacks_role(request),
        **more,
    }
    page = "moderation/desk_claim_on_record.html"
    return render(request, page, context, status=status)


def _conflict(request: HttpRequest, ref: str, error: NoSuchClaim) -> HttpResponse:
    """Show what is on record now, and why nothing was changed."""
    return _show_record(request, _gap(ref), status=409, problem=str(error))


def _recorded(request: HttpRequest, ref: str) -> HttpResponse:
    messages.success(request, "Done. It is on record.")
    return redirect("moderation:desk-claim-on-record", ref)
