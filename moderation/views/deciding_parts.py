"""The desk's forms on articles, names and threads; as `deciding.py` on comments."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from commentarchive.actions.staff import acting
from commentarchive.ledger.append import By
from commentarchive.models import AccessKind
from commentarchive.views.login import take_kept_form
from moderation.actions.decisions import decide_on_part, undo
from moderation.actions.parts import PartSubject, read_part, target_of
from moderation.actions.refusals import (
    AlreadyDecided,
    CommentChanged,
    ConflictOfInterest,
    LeaksHiddenWords,
    Refused,
)
from moderation.actions.wordings import RewordedMeanwhile, reword
from moderation.forms.decisions import RewordForm
from moderation.forms.parts import PartForm
from moderation.models import Decision
from moderation.views.deciding import is_sent_twice
from moderation.views.desk import WRITTEN_BEFORE
from moderation.views.gate import DECIDE, LOOK, desk_form, desk_page
from moderation.views.part_cards import (
    address_of,
    fresh_part_form,
    page_of,
    part_of_article,
    part_of_name,
    show_part,
    show_part_conflict,
)


@desk_page(LOOK, sees=AccessKind.HIDDEN)
def article(request: HttpRequest, ref: str) -> HttpResponse:
    """Show an article's text, its title or its discussion, and the form to decide."""
    return _page(request, part_of_article(ref, request.GET.get("part", "")))


@desk_page(LOOK, sees=AccessKind.HIDDEN)
def name(request: HttpRequest, ref: str) -> HttpResponse:
    """Show a name, its link or whether it is barred, and the form to decide."""
    return _page(request, part_of_name(ref, request.GET.get("part", "")))


def _page(request: HttpRequest, subject: PartSubject) -> HttpResponse:
    form = fresh_part_form(subject)
    if kept := take_kept_form(request, f"{request.path}enter/"):
        messages.warning(request, WRITTEN_BEFORE)
        if kept.get("part", subject.target.part) == subject.target.part:
            # What was seen then still counts: a change since is noticed.
            form.initial.update(kept)
    return show_part(request, subject, form)


@desk_form(DECIDE, page="moderation:decide-post")
def decide_article(request: HttpRequest, ref: str) -> HttpResponse:
    """Decide. 422 for a form that cannot be recorded, 409 when somebody was first."""
    return _decide(request, part_of_article(ref, request.POST.get("part", "")))


@desk_form(DECIDE, page="moderation:decide-name")
def decide_name(request: HttpRequest, ref: str) -> HttpResponse:
    """Decide on a name; as `decide_article`."""
    return _decide(request, part_of_name(ref, request.POST.get("part", "")))


def _decide(request: HttpRequest, subject: PartSubject) -> HttpResponse:
    by = acting(request.user)
    form = PartForm(request.POST, subject=subject)
    if not form.is_valid():
        latest = subject.latest
        if latest is not None and latest.ref != request.POST.get("seen_decision"):
            # What was chosen may be out of question because somebody was first.
            return _was_first(request, subject, latest, by=by)
        return show_part(request, subject, form, status=422)
    try:
        made = decide_on_part(subject.target, form.judgement, by=by, seen=form.seen)
    except LeaksHiddenWords as error:
        return show_part(request, subject, form, status=422, leaks=error)
    except ConflictOfInterest as error:
        form.show_conflict(error)
        return show_part(request, subject, form, status=422)
    except Refused as error:
        form.add_error(None, str(error))
        return show_part(request, subject, form, status=422)
    except AlreadyDecided as error:
        return _was_first(request, subject, error.winner, by=by)
    except CommentChanged as error:
        return show_part_conflict(request, subject, winner=None, changed=str(error))
    return _recorded(request, subject, made)


def _recorded(
    request: HttpRequest, subject: PartSubject, made: Decision
) -> HttpResponse:
    messages.success(request, f"{made.done_to}. It is on record.")
    return redirect(address_of(subject.target))


def _was_first(
    request: HttpRequest, subject: PartSubject, winner: Decision, *, by: By
) -> HttpResponse:
    """Show whose decision stands: the same form's, if it was sent twice, or another."""
    if is_sent_twice(request, winner, subject.target.decisions, by=by):
        return _recorded(request, subject, winner)
    return show_part_conflict(request, subject, winner=winner, changed="")


@desk_form(DECIDE, page="moderation:desk-decision")
def undo_decision(request: HttpRequest, ref: str) -> HttpResponse:
    """Undo a decision by a new one; 409 when another decision stands by now."""
    made, subject = _on_part(ref)
    by = acting(request.user)
    seen = request.POST.get("seen_state", subject.state)
    if seen != subject.state and subject.latest == made:
        changed = "Its state has changed since you looked, here or at its blog."
        return show_part_conflict(request, subject, winner=None, changed=changed)
    try:
        undo(made, by=by, override_reason=request.POST.get("override_reason", ""))
    except ConflictOfInterest as error:
        form = fresh_part_form(subject)
        more = {"undoing": made, "undoing_error": error}
        return show_part(request, subject, form, status=422, **more)
    except AlreadyDecided as error:
        if error.winner.undoes_id != made.pk or error.winner.recorder != by.actor:
            return show_part_conflict(request, subject, winner=error.winner, changed="")
    except Refused as error:
        form = fresh_part_form(subject)
        return show_part(request, subject, form, status=422, changed=str(error))
    messages.success(request, "Undone, by a decision of its own.")
    return redirect(page_of(made))


@desk_form(DECIDE, page="moderation:desk-decision")
def other_words(request: HttpRequest, ref: str) -> HttpResponse:
    """Replace the public facts of a decision; both wordings stay on record."""
    made, subject = _on_part(ref)
    form, card = RewordForm(request.POST), fresh_part_form(subject)
    more: dict[str, object] = {"reworded": made, "reword_form": form}
    if not form.is_valid():
        return show_part(request, subject, card, status=422, **more)
    facts, number = form.cleaned_data["facts"], form.cleaned_data["seen_number"]
    reason = form.cleaned_data["override_reason"]
    try:
        reword(
            made,
            facts,
            by=acting(request.user),
            seen_number=number,
            override_reason=reason,
        )
    except LeaksHiddenWords as error:
        return show_part(request, subject, card, status=422, leaks=error, **more)
    except Refused as error:
        if isinstance(error, ConflictOfInterest):
            form.show_conflict(error)
        else:
            form.add_error("facts", str(error))
        return show_part(request, subject, card, status=422, **more)
    except RewordedMeanwhile as error:
        if made.facts != facts.strip():
            return show_part_conflict(request, subject, winner=None, changed=str(error))
    messages.success(request, "The facts are replaced; both wordings are on record.")
    return redirect(page_of(made))


def _on_part(ref: str) -> tuple[Decision, PartSubject]:
    made = get_object_or_404(
        Decision.objects.select_related("post", "commenter"), ref=ref
    )
    if made.comment_id is not None:
        message = "That decision is about a comment."
        raise Http404(message)
    return made, read_part(target_of(made))
