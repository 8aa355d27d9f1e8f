"""The desk's page on which a wrong rule or wrong facts of a decision are put right."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from commentarchive.actions.staff import acting
from commentarchive.models import AccessKind
from commentarchive.views.login import take_kept_form
from moderation.actions.refusals import ConflictOfInterest, LeaksHiddenWords, Refused
from moderation.actions.wordings import RewordedMeanwhile, reword
from moderation.forms.put_right import PutRightForm
from moderation.models import Decision
from moderation.views.desk import WRITTEN_BEFORE
from moderation.views.gate import DECIDE, desk_form, desk_page


def _the_decision(ref: str) -> Decision:
    found = Decision.objects.with_context().prefetch_related("words")
    decision = get_object_or_404(found, ref=ref)
    if decision.comment is None:
        message = "That decision is not about a comment."
        raise Http404(message)
    return decision


@desk_page(DECIDE, sees=AccessKind.HIDDEN)
def page(request: HttpRequest, ref: str) -> HttpResponse:
    """Show rule and facts of a decision, to be replaced by others."""
    decision = _the_decision(ref)
    form = PutRightForm(decision=decision)
    if kept := take_kept_form(request, f"{request.path}enter/"):
        messages.warning(request, WRITTEN_BEFORE)
        form.initial.update(kept)
    return _show(request, decision, form)


@desk_form(DECIDE, page="moderation:put-right")
def enter(request: HttpRequest, ref: str) -> HttpResponse:
    """Replace rule and facts; 422 for what cannot be recorded, 409 if out of date."""
    decision = _the_decision(ref)
    form = PutRightForm(request.POST, decision=decision)
    if not form.is_valid():
        return _show(request, decision, form, status=422)
    sent = form.cleaned_data
    try:
        reword(
            decision,
            sent["facts"],
            by=acting(request.user),
            seen_number=sent["seen_number"],
            clause=sent["clause"],
            override_reason=sent["override_reason"],
        )
    except LeaksHiddenWords as error:
        return _show(request, decision, form, status=422, leaks=error)
    except ConflictOfInterest as error:
        form.show_conflict(error)
        return _show(request, decision, form, status=422)
    except Refused as error:
        form.add_error(None, str(error))
        return _show(request, decision, form, status=422)
    except RewordedMeanwhile as error:
        now = _the_decision(ref)
        if (now.facts, now.rule) != (sent["facts"].strip(), sent["clause"] or now.rule):
            fresh = PutRightForm(decision=now)
            return _show(request, now, fresh, status=409, changed=str(error))
    messages.success(request, "Put right. Both versions are on record.")
    return redirect(decision)


def _show(
    request: HttpRequest,
    decision: Decision,
    form: PutRightForm,
    *,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    context = {"decision": decision, "form": form, **more}
    return render(request, "moderation/put_right.html", context, status=status)
