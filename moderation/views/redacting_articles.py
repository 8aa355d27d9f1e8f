"""Black out words of an article's text; as `redacting.py` of a comment's."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csp import csp_override

from commentarchive.actions.staff import acting
from commentarchive.models import AccessKind, Part, Revision
from commentarchive.views.login import take_kept_fields
from moderation.actions.judgements import Blackened
from moderation.actions.parts import PartSubject
from moderation.actions.places import text_to_black_out
from moderation.actions.redactions import redact_article
from moderation.actions.refusals import (
    AlreadyDecided,
    CommentChanged,
    ConflictOfInterest,
    LeaksHiddenWords,
    Refused,
)
from moderation.forms.parts import part_seen
from moderation.forms.redactions import (
    RedactionForm,
    judgement_of,
    page_of_places,
    sent_places,
    standing_places,
)
from moderation.models import Action
from moderation.views.chosen_places import (
    POLICY,
    fill_in_kept,
    read_chosen,
    with_text,
)
from moderation.views.gate import DECIDE, desk_form, desk_page
from moderation.views.part_cards import (
    TYPED,
    address_of,
    part_of_article,
    show_part_conflict,
)


@csp_override(POLICY)
@desk_page(DECIDE, sees=AccessKind.HIDDEN)
def page(request: HttpRequest, ref: str) -> HttpResponse:
    """Show the text of an article, what is blacked out in it chosen."""
    subject = part_of_article(ref, Part.TEXT)
    source = _source(subject)
    form = _fresh(subject, source)
    kept = take_kept_fields(request, f"{request.path}enter/")
    if kept is None:
        return _show(request, subject, form)
    kept = fill_in_kept(request, form, kept, source, TYPED)
    return _show(request, subject, form, sent=kept)


@csp_override(POLICY)
@desk_form(DECIDE, page="moderation:redact-post")
def enter(request: HttpRequest, ref: str) -> HttpResponse:
    """Show what readers will see, or record it; 409 where the article changed since."""
    subject = part_of_article(ref, Part.TEXT)
    source = _source(subject)
    changed = ""
    if source is None or Action.REDACT not in subject.allowed_actions:
        changed = "Readers do not see it any more."
    elif request.POST.get("places_of") != source.commitment:
        changed = "The text has changed since you looked."
    if changed or source is None:
        return show_part_conflict(request, subject, winner=None, changed=changed)
    blog = subject.post.blog
    form = RedactionForm(request.POST, blog=blog)
    chosen = read_chosen(request, form, source, blog)
    if chosen is None:
        return _show(request, subject, form, status=400)
    places, preview = chosen
    if not form.is_valid():
        return _show(request, subject, form, status=422, preview=preview)
    if "look" in request.POST:
        return _show(request, subject, form, preview=preview)
    return _record(request, subject, (form, places, preview))


def _record(
    request: HttpRequest,
    subject: PartSubject,
    looked: tuple[RedactionForm, list[Blackened], str],
) -> HttpResponse:
    form, places, preview = looked
    judgement, leaks = judgement_of(form, places), None
    by = acting(request.user)
    try:
        redact_article(subject.post, judgement, by=by, seen=form.seen)
    except AlreadyDecided as error:
        winner = error.winner
        return show_part_conflict(request, subject, winner=winner, changed="")
    except CommentChanged as error:
        return show_part_conflict(request, subject, winner=None, changed=str(error))
    except LeaksHiddenWords as error:
        leaks = error
    except ConflictOfInterest as error:
        form.show_conflict(error)
    except Refused as error:
        form.add_error(None, str(error))
    else:
        messages.success(request, "Blacked out in part. It is on record.")
        return redirect(address_of(subject.target))
    return _show(request, subject, form, status=422, preview=preview, leaks=leaks)


def _source(subject: PartSubject) -> Revision | None:
    """Return the text in which places are chosen, None where there is none."""
    return with_text(text_to_black_out(subject))


def _fresh(subject: PartSubject, source: Revision | None) -> RedactionForm:
    of = source.commitment if source else ""
    initial = {**part_seen(subject), "places_of": of}
    return RedactionForm(initial=initial, blog=subject.post.blog)


def _show(
    request: HttpRequest,
    subject: PartSubject,
    form: RedactionForm,
    *,
    sent: QueryDict | None = None,
    status: int = 200,
    preview: str = "",
    leaks: LeaksHiddenWords | None = None,
) -> HttpResponse:
    post, source = subject.post, _source(subject)
    sent = request.POST if sent is None else sent
    shown = post.current_revision_id
    chosen = sent_places(sent) if sent else standing_places(shown, source)
    context = {
        **page_of_places(source, post.blog, chosen),
        "post": post,
        "back": address_of(subject.target),
        "enter": reverse("moderation:redact-post-enter", args=[post.ref]),
        "form": form,
        "preview": preview,
        "leaks": leaks,
        "may_be_redacted": Action.REDACT in subject.allowed_actions,
    }
    return render(request, "moderation/desk_redact.html", context, status=status)
