"""Black out words of a comment: chosen, shown as readers will see it, recorded."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csp import csp_override

from commentarchive.actions.staff import acting
from commentarchive.models import (
    AccessKind,
    Comment,
    Revision,
    Visibility,
)
from commentarchive.views.login import take_kept_fields
from moderation.actions.judgements import Blackened
from moderation.actions.places import text_to_black_out
from moderation.actions.queue import leave_card
from moderation.actions.redactions import redact
from moderation.actions.refusals import (
    AlreadyDecided,
    CommentChanged,
    ConflictOfInterest,
    LeaksHiddenWords,
    Refused,
)
from moderation.actions.subjects import read_subjects
from moderation.forms.decisions import what_is_seen
from moderation.forms.redactions import (
    RedactionForm,
    judgement_of,
    page_of_places,
    sent_places,
    standing_places,
)
from moderation.models import Action
from moderation.rules.transitions import allowed_actions
from moderation.views.cards import TYPED, change_since, show_conflict, the_comment
from moderation.views.chosen_places import (
    POLICY,
    fill_in_kept,
    read_chosen,
    with_text,
)
from moderation.views.gate import DECIDE, desk_form, desk_page


@csp_override(POLICY)
@desk_page(DECIDE, sees=AccessKind.HIDDEN)
def page(request: HttpRequest, ref: str) -> HttpResponse:
    """Show the text of a comment, what is blacked out in it chosen."""
    comment = the_comment(ref)
    source = _source(comment)
    form = _fresh(comment, source)
    kept = take_kept_fields(request, f"{request.path}enter/")
    if kept is None:
        return _show(request, comment, source, form)
    kept = fill_in_kept(request, form, kept, source, TYPED)
    return _show(request, comment, source, form, sent=kept)


@csp_override(POLICY)
@desk_form(DECIDE, page="moderation:desk-redact")
def enter(request: HttpRequest, ref: str) -> HttpResponse:
    """Show what readers will see, or record it; 409 where the comment changed since."""
    comment = the_comment(ref)
    source = _source(comment)
    changed = change_since(request, comment)
    if source is None or not _may_be_redacted(comment):
        changed = changed or "Readers do not see it any more."
    elif request.POST.get("places_of") != source.commitment:
        changed = changed or "The text has changed since you looked."
    if changed or source is None:
        return show_conflict(request, comment, winner=None, changed=changed)
    form = RedactionForm(request.POST, **_asked(comment))
    chosen = read_chosen(request, form, source, comment.post.blog)
    if chosen is None:
        return _show(request, comment, source, form, status=400)
    places, preview = chosen
    if not form.is_valid():
        return _show(request, comment, source, form, status=422, preview=preview)
    if "look" in request.POST:
        return _show(request, comment, source, form, preview=preview)
    return _record(request, comment, source, (form, places, preview))


def _record(
    request: HttpRequest,
    comment: Comment,
    source: Revision,
    looked: tuple[RedactionForm, list[Blackened], str],
) -> HttpResponse:
    form, places, preview = looked
    judgement = judgement_of(form, places)
    leaks = None
    try:
        redact([(comment, judgement, form.seen)], by=acting(request.user))
    except AlreadyDecided as error:
        return show_conflict(request, comment, winner=error.winner, changed="")
    except CommentChanged as error:
        return show_conflict(request, comment, winner=None, changed=str(error))
    except LeaksHiddenWords as error:
        leaks = error
    except ConflictOfInterest as error:
        form.show_conflict(error)
    except Refused as error:
        form.add_error(None, str(error))
    else:
        leave_card(comment, by=acting(request.user))
        done = "Published, blacked out" if _waits(comment) else "Blacked out"
        messages.success(request, f"{done} in part. It is on record.")
        return redirect("moderation:desk-comment", comment.ref)
    return _show(
        request, comment, source, form, status=422, preview=preview, leaks=leaks
    )


def _source(comment: Comment) -> Revision | None:
    """Return the text in which places are chosen, None where there is none."""
    [subject] = read_subjects([comment])
    return with_text(text_to_black_out(subject))


def _fresh(comment: Comment, source: Revision | None) -> RedactionForm:
    seen = what_is_seen(comment)
    of = source.commitment if source else ""
    return RedactionForm(initial={**seen, "places_of": of}, **_asked(comment))


def _asked(comment: Comment) -> dict[str, Any]:
    """Return what the form hangs on: for some time only goes what readers see."""
    return {"blog": comment.post.blog, "ends": not _waits(comment)}


def _waits(comment: Comment) -> bool:
    return comment.visibility == Visibility.HELD


def _may_be_redacted(comment: Comment) -> bool:
    state = Visibility(comment.visibility)
    return Action.REDACT in allowed_actions(state, has_new_text=False)


def _show(
    request: HttpRequest,
    comment: Comment,
    source: Revision | None,
    form: RedactionForm,
    *,
    sent: QueryDict | None = None,
    status: int = 200,
    preview: str = "",
    leaks: LeaksHiddenWords | None = None,
) -> HttpResponse:
    blog, shown = comment.post.blog, comment.current_revision_id
    sent = request.POST if sent is None else sent
    chosen = sent_places(sent) if sent else standing_places(shown, source)
    enter = reverse("moderation:desk-redact-enter", args=[comment.ref])
    context = {
        **page_of_places(source, blog, chosen),
        "comment": comment,
        "post": comment.post,
        "enter": enter,
        "form": form,
        "preview": preview,
        "leaks": leaks,
        "waits": _waits(comment),
        "may_be_redacted": _may_be_redacted(comment),
    }
    return render(request, "moderation/desk_redact.html", context, status=status)
