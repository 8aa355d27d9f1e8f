"""The desk's forms: a decision, what a blog's records tell, undoing, other words."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from commentarchive.actions.staff import acting
from commentarchive.ledger.append import By
from commentarchive.models import Comment
from moderation.actions.decisions import decide, undo
from moderation.actions.queue import add_note, leave_card
from moderation.actions.refusals import (
    AlreadyDecided,
    CommentChanged,
    ConflictOfInterest,
    LeaksHiddenWords,
    Refused,
)
from moderation.actions.subjects import latest_decision
from moderation.actions.wordings import RewordedMeanwhile, reword
from moderation.forms.decisions import (
    DecisionForm,
    NoteForm,
    RecordForm,
    RewordForm,
)
from moderation.forms.quick_decisions import as_pressed
from moderation.models import HIDING, Action, Decision
from moderation.models.decision import DecisionQuerySet
from moderation.views.cards import (
    change_since,
    fresh_form,
    show_card,
    show_conflict,
    show_record_form,
    the_comment,
)
from moderation.views.gate import DECIDE, LOOK, desk_form, desk_page
from moderation.views.part_cards import page_of
from moderation.views.queue_places import (
    JUST,
    asked_list,
    next_address,
    selection_of,
)

# Actions that may stand in the record under the name of another one.
_ONE_VERB = (frozenset(HIDING), frozenset({Action.APPROVE, Action.RESTORE}))

type Show = Callable[..., HttpResponse]


@desk_form(DECIDE, page="moderation:desk-comment")
def decision(request: HttpRequest, ref: str) -> HttpResponse:
    """Decide. 422 for a form that cannot be recorded, 409 when somebody was first."""
    comment = the_comment(ref)
    # One tap says all that the form would ask.
    request.POST = as_pressed(request.POST)  # type: ignore[assignment]  # a copy
    form = DecisionForm(request.POST, comment=comment)
    return _decide(request, comment, form, show_card)


@desk_form(DECIDE, page="moderation:desk-record")
def record(request: HttpRequest, ref: str) -> HttpResponse:
    """Enter what a blog's own records tell; as `decision`."""
    comment = the_comment(ref)
    form = RecordForm(request.POST, comment=comment)
    return _decide(request, comment, form, show_record_form)


def _decide(
    request: HttpRequest, comment: Comment, form: DecisionForm | RecordForm, show: Show
) -> HttpResponse:
    by = acting(request.user)
    if not form.is_valid():
        latest = latest_decision(comment)
        if latest is not None and latest.ref != request.POST.get("seen_decision"):
            # What was chosen may be out of question because somebody was first.
            return _was_first(request, comment, latest, by=by)
        return show(request, comment, form, status=422)
    following = next_address(request, comment)
    try:
        made = decide(comment, form.judgement, by=by, seen=form.seen)
    except LeaksHiddenWords as error:
        return show(request, comment, form, status=422, leaks=error)
    except ConflictOfInterest as error:
        form.show_conflict(error)
        return show(request, comment, form, status=422)
    except Refused as error:
        form.add_error(None, str(error))
        return show(request, comment, form, status=422)
    except AlreadyDecided as error:
        return _was_first(request, comment, error.winner, by=by)
    except CommentChanged as error:
        return show_conflict(request, comment, winner=None, changed=str(error))
    leave_card(comment, by=by)
    return _recorded(request, comment, made, following)


def _recorded(
    request: HttpRequest, comment: Comment, made: Decision, following: str | None
) -> HttpResponse:
    if following is not None:
        request.session[JUST] = made.ref
        return redirect(following)
    messages.success(request, f"{made.get_action_display()}. It is on record.")
    return redirect("moderation:desk-comment", comment.ref)


def _was_first(
    request: HttpRequest, comment: Comment, winner: Decision, *, by: By
) -> HttpResponse:
    """Show whose decision stands: the same form's, if it was sent twice, or another."""
    earlier = Decision.objects.filter(comment=winner.comment_id)
    if is_sent_twice(request, winner, earlier, by=by):
        return _recorded(request, comment, winner, next_address(request, comment))
    return show_conflict(request, comment, winner=winner, changed="")


def is_sent_twice(
    request: HttpRequest, winner: Decision, on_the_same: DecisionQuerySet, *, by: By
) -> bool:
    """Return whether a decision is what this very form has recorded already."""
    sent = request.POST
    earlier = on_the_same.filter(entry_index__lt=winner.entry_index)
    seen = earlier.order_by("-entry_index").values_list("ref", flat=True).first()
    if winner.recorder != by.actor or sent.get("seen_decision", "") != (seen or ""):
        return False
    asked, done = sent.get("action", ""), winner.action
    is_same = asked == done or any({asked, done} <= verbs for verbs in _ONE_VERB)
    ready, facts = sent.get("ready", ""), sent.get("facts", "").strip()
    words = " ".join(part for part in (ready, facts) if part)
    clause = str(winner.clause_id or "")
    return (
        is_same
        and sent.get("clause", "") == clause
        and winner.facts.startswith(words.replace("\r\n", "\n"))
    )


@desk_form(DECIDE, page="moderation:desk-decision")
def undo_decision(request: HttpRequest, ref: str) -> HttpResponse:
    """Undo a decision by a new one; 409 when another decision stands by now."""
    made, comment = _on_comment(ref)
    by = acting(request.user)
    changed = change_since(request, comment)
    # After another decision, and after this undoing, what it says is who was first.
    if changed and latest_decision(comment) == made:
        return show_conflict(request, comment, winner=None, changed=changed)
    try:
        undo(made, by=by, override_reason=request.POST.get("override_reason", ""))
    except ConflictOfInterest as error:
        more = {"undoing": made, "undoing_error": error}
        form = fresh_form(comment, DecisionForm)
        return show_card(request, comment, form, status=422, **more)
    except AlreadyDecided as error:
        if error.winner.undoes_id != made.pk or error.winner.recorder != by.actor:
            return show_conflict(request, comment, winner=error.winner, changed="")
    except Refused as error:
        form = fresh_form(comment, DecisionForm)
        return show_card(request, comment, form, status=422, changed=str(error))
    messages.success(request, "Undone, by a decision of its own.")
    return redirect(_card_again(request, comment))


def _card_again(request: HttpRequest, comment: Comment) -> str:
    """Return the address of a card, in the list that it was opened from."""
    found = selection_of(asked_list(request))
    address = reverse("moderation:desk-comment", args=[comment.ref])
    return f"{address}?{found[1]}" if found else address


@desk_form(DECIDE, page="moderation:desk-comment")
def note(request: HttpRequest, ref: str) -> HttpResponse:
    """Add a note for staff to a comment."""
    comment = the_comment(ref)
    form = NoteForm(request.POST)
    if not form.is_valid():
        fresh = fresh_form(comment, DecisionForm)
        return show_card(request, comment, fresh, status=422, note_form=form)
    add_note(comment, form.cleaned_data["words"], by=acting(request.user))
    messages.success(request, "The note is added.")
    return redirect(_card_again(request, comment))


@desk_form(DECIDE, page="moderation:desk-comment")
def skip(request: HttpRequest, ref: str) -> HttpResponse:
    """Let go of a card and go to the next one."""
    comment = the_comment(ref)
    following = next_address(request, comment)
    leave_card(comment, by=acting(request.user))
    messages.info(request, "Skipped: nothing is decided, it waits as before.")
    return redirect(following or reverse("moderation:desk"))


@desk_form(DECIDE, page="moderation:desk-decision")
def other_words(request: HttpRequest, ref: str) -> HttpResponse:
    """Replace the public facts of a decision; both wordings stay on record."""
    made, comment = _on_comment(ref)
    by = acting(request.user)
    form = RewordForm(request.POST)
    card = fresh_form(comment, DecisionForm)
    if not form.is_valid():
        more = {"reworded": made, "reword_form": form}
        return show_card(request, comment, card, status=422, **more)
    facts, number = form.cleaned_data["facts"], form.cleaned_data["seen_number"]
    reason = form.cleaned_data["override_reason"]
    try:
        reword(made, facts, by=by, seen_number=number, override_reason=reason)
    except LeaksHiddenWords as error:
        more = {"reworded": made, "reword_form": form, "leaks": error}
        return show_card(request, comment, card, status=422, **more)
    except Refused as error:
        if isinstance(error, ConflictOfInterest):
            form.show_conflict(error)
        else:
            form.add_error("facts", str(error))
        more = {"reworded": made, "reword_form": form}
        return show_card(request, comment, card, status=422, **more)
    except RewordedMeanwhile as error:
        if made.facts != facts.strip():
            return show_conflict(request, comment, winner=None, changed=str(error))
    messages.success(request, "The facts are replaced; both wordings are on record.")
    return redirect("moderation:desk-comment", comment.ref)


@desk_page(LOOK, sees=None)
def to_card(_request: HttpRequest, ref: str) -> HttpResponse:
    """Go from a decision's reference to the card of its comment, or to its page."""
    made = get_object_or_404(Decision, ref=ref)
    if made.comment_id is None:
        return redirect(page_of(made))
    _made, comment = _on_comment(ref)
    return redirect("moderation:desk-comment", comment.ref)


def _on_comment(ref: str) -> tuple[Decision, Comment]:
    made = get_object_or_404(Decision.objects.select_related("comment"), ref=ref)
    if made.comment is None:
        message = "That decision is not about a comment."
        raise Http404(message)
    return made, the_comment(made.comment.ref)
