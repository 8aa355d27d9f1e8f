"""A batch that waits for a second person, and the undoing of one that is on record."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from commentarchive.actions.staff import acting
from commentarchive.models import AccessKind
from commentarchive.views.login import is_fresh
from moderation.actions.batches import (
    BatchChanged,
    Foreseen,
    foresee_undoing,
    undo_batch,
)
from moderation.actions.refusals import Refused
from moderation.actions.second_person import (
    BY_ONE,
    ask_to_undo,
    confirm,
    foresee_waiting,
    needs_second,
    takes_two,
    why_not_confirm,
    withdraw,
)
from moderation.models import Decision, PendingBatch
from moderation.views.batch_rows import Row, rows_of
from moderation.views.batches import recorded
from moderation.views.gate import DECIDE, LOOK, desk_form, desk_page


@desk_page(LOOK, sees=AccessKind.HIDDEN)
def waiting(request: HttpRequest, ref: str) -> HttpResponse:
    """Show a batch that waits: what would become of each, and what changed since."""
    return _show(request, _the_batch(ref))


def _the_batch(ref: str) -> PendingBatch:
    found = PendingBatch.objects.select_related("clause__policy", "asked_by")
    return get_object_or_404(found, ref=ref)


@desk_form(DECIDE, page="moderation:batch-waiting")
def confirm_it(request: HttpRequest, ref: str) -> HttpResponse:
    """Record a batch that waited; 409 where some of it changed since it was shown."""
    batch = PendingBatch.objects.filter(ref=ref).first()
    if batch is None:
        messages.error(request, "It was confirmed or withdrawn meanwhile.")
        return redirect("moderation:batches")
    if not takes_two() and not is_fresh(request):
        return _show(request, _the_batch(ref), status=403)
    try:
        made = confirm(
            batch,
            by=acting(request.user),
            leave_out=frozenset(request.POST.getlist("leave_out")),
        )
    except BatchChanged:
        return _show(request, _the_batch(ref), status=409)
    except Refused as error:
        messages.error(request, str(error))
        return _show(request, _the_batch(ref), status=422)
    return recorded(request, made)


@desk_form(DECIDE, page="moderation:batch-waiting")
def withdraw_it(request: HttpRequest, ref: str) -> HttpResponse:
    """Forget a batch that waits; nothing of it is on record."""
    batch = PendingBatch.objects.filter(ref=ref).first()
    if batch is not None:
        withdraw(batch)
    messages.success(request, "Withdrawn. Nothing of it is on record.")
    return redirect("moderation:batches")


def _show(
    request: HttpRequest, batch: PendingBatch, *, status: int = 200
) -> HttpResponse:
    found = foresee_waiting(batch, by=acting(request.user))
    ready, left_out = _in_two(found)
    context = {
        "batch": batch,
        "rows": ready,
        "left_out": left_out,
        "is_conflict": status == 409,
        "why_not": why_not_confirm(batch, by=acting(request.user), now=timezone.now()),
        "takes_two": takes_two(),
        "is_fresh": is_fresh(request),
        "may_decide": request.user.has_perm(DECIDE),
    }
    return render(request, "moderation/batch_waiting.html", context, status=status)


def _in_two(found: Sequence[Foreseen]) -> tuple[list[Row], list[Row]]:
    """Return what can be decided on, and what cannot."""
    listed = rows_of(found)
    return (
        [each for each in listed if not each.why_not],
        [each for each in listed if each.why_not],
    )


@desk_page(DECIDE, sees=AccessKind.HIDDEN)
def undoing(request: HttpRequest, ref: str) -> HttpResponse:
    """Show what the undoing of a batch would bring back."""
    return _show_undoing(request, ref)


@desk_form(DECIDE, page="moderation:batch-undo")
def undo_it(request: HttpRequest, ref: str) -> HttpResponse:
    """Undo the decisions of a batch that were shown; 409 where some changed since.

    Many wait for a second person, whatever they were decided for.
    """
    shown, by = set(request.POST.getlist("decision")), acting(request.user)
    decisions = [each for each in _of_batch(ref) if each.ref in shown]
    try:
        if needs_second(len(decisions), None):
            if not all(each.ruling for each in foresee_undoing(decisions, by=by)):
                return _show_undoing(request, ref, status=409)
            waiting = ask_to_undo(decisions, by=by)
            return redirect("moderation:batch-waiting", waiting.ref)
        made = undo_batch(decisions, by=by)
    except BatchChanged:
        return _show_undoing(request, ref, status=409)
    except Refused as error:
        messages.error(request, str(error))
        return _show_undoing(request, ref, status=422)
    return recorded(request, made)


def _of_batch(ref: str) -> list[Decision]:
    of_it = Decision.objects.filter(batch=ref).order_by("entry_index")
    return list(of_it.select_related("comment", "commenter", "post__blog"))


def _show_undoing(request: HttpRequest, ref: str, *, status: int = 200) -> HttpResponse:
    decisions = _of_batch(ref)
    if not decisions:
        raise Http404
    found = foresee_undoing(decisions, by=acting(request.user))
    ready, left_out = _in_two(found)
    can_be = [
        decision
        for decision, each in zip(decisions, found, strict=True)
        if each.ruling is not None
    ]
    context = {
        "batch": ref,
        "number": len(decisions),
        "rows": ready,
        "decisions": can_be,
        "left_out": left_out,
        "is_conflict": status == 409,
        "takes_second": needs_second(len(ready), None) and takes_two(),
        "takes_login": needs_second(len(ready), None) and not takes_two(),
        "by_one": BY_ONE,
    }
    return render(request, "moderation/batch_undo.html", context, status=status)
