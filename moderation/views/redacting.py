"""Black out sentences of a comment: chosen, shown as readers will see it, recorded."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from commentarchive.actions.staff import acting
from commentarchive.models import (
    AccessKind,
    Comment,
    Redaction,
    Revision,
    Visibility,
)
from commentarchive.text.blacking_out import black_out, sentences
from commentarchive.views.login import take_kept_form
from moderation.actions.judgements import Blackened
from moderation.actions.places import spans_of, text_to_black_out
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
from moderation.forms import what_is_seen
from moderation.redaction_forms import (
    Choice,
    RedactionForm,
    judgement_of,
    read_places,
    rules_of,
)
from moderation.views.cards import change_since, show_conflict, the_comment
from moderation.views.desk import WRITTEN_BEFORE
from moderation.views.gate import DECIDE, desk_form, desk_page


@desk_page(DECIDE, sees=AccessKind.HIDDEN)
def page(request: HttpRequest, ref: str) -> HttpResponse:
    """Show the sentences of a comment, those that are blacked out chosen."""
    comment = the_comment(ref)
    source = _source(comment)
    form = _fresh(comment, source)
    if kept := take_kept_form(request, f"{request.path}enter/"):
        messages.warning(request, WRITTEN_BEFORE)
        form.initial.update({name: kept[name] for name in kept if name in form.fields})
    return _show(request, comment, source, form)


@desk_form(DECIDE, page="moderation:desk-redact")
def enter(request: HttpRequest, ref: str) -> HttpResponse:
    """Show what readers will see, or record it; 409 where the comment changed since."""
    comment = the_comment(ref)
    source = _source(comment)
    changed = change_since(request, comment)
    if source is None or comment.visibility != Visibility.PUBLISHED:
        changed = changed or "Readers do not see it any more."
    elif request.POST.get("places_of") != source.commitment:
        changed = changed or "The text has changed since you looked."
    if changed or source is None:
        return show_conflict(request, comment, winner=None, changed=changed)
    form = RedactionForm(request.POST)
    try:
        places = read_places(request.POST, rules_of(comment.post.blog))
        preview = black_out(source.text.html, spans_of(tuple(places)), statement="#")
    except ValueError as error:
        form.add_error(None, str(error))
        return _show(request, comment, source, form, status=400)
    seen: dict[str, Any] = {"places": places, "preview": preview}
    if not form.is_valid():
        return _show(request, comment, source, form, status=422, **seen)
    if "look" in request.POST:
        return _show(request, comment, source, form, **seen)
    return _record(request, comment, source, form, seen)


def _record(
    request: HttpRequest,
    comment: Comment,
    source: Revision,
    form: RedactionForm,
    seen: dict[str, Any],
) -> HttpResponse:
    judgement = judgement_of(form, seen["places"])
    try:
        redact([(comment, judgement, form.seen)], by=acting(request.user))
    except AlreadyDecided as error:
        return show_conflict(request, comment, winner=error.winner, changed="")
    except CommentChanged as error:
        return show_conflict(request, comment, winner=None, changed=str(error))
    except LeaksHiddenWords as error:
        return _show(request, comment, source, form, status=422, leaks=error, **seen)
    except ConflictOfInterest as error:
        form.show_conflict(error)
    except Refused as error:
        form.add_error(None, str(error))
    else:
        leave_card(comment, by=acting(request.user))
        messages.success(request, "Blacked out in part. It is on record.")
        return redirect("moderation:desk-comment", comment.ref)
    return _show(request, comment, source, form, status=422, **seen)


def _source(comment: Comment) -> Revision | None:
    """Return the text in which places are chosen, None where there is none."""
    [subject] = read_subjects([comment])
    source = text_to_black_out(subject)
    return source if source is not None and hasattr(source, "text") else None


def _fresh(comment: Comment, source: Revision | None) -> RedactionForm:
    seen = what_is_seen(comment)
    of = source.commitment if source else ""
    return RedactionForm(initial={**seen, "places_of": of})


def _show(
    request: HttpRequest,
    comment: Comment,
    source: Revision | None,
    form: RedactionForm,
    *,
    status: int = 200,
    places: list[Blackened] | None = None,
    preview: str = "",
    leaks: LeaksHiddenWords | None = None,
) -> HttpResponse:
    rules = rules_of(comment.post.blog)
    context = {
        "comment": comment,
        "form": form,
        "source": source,
        "rules": rules,
        "choices": _choices(request, comment, source),
        "preview": preview,
        "leaks": leaks,
        "more": _beside_sentences(source, places or ()),
        "can_redact": source is not None
        and comment.visibility == Visibility.PUBLISHED
        and bool(rules),
    }
    return render(request, "moderation/desk_redact.html", context, status=status)


def _choices(
    request: HttpRequest, comment: Comment, source: Revision | None
) -> list[Choice]:
    """Return the sentences of a text: as sent, else as they are blacked out now."""
    if source is None:
        return []
    sent = request.POST
    standing = Redaction.objects.filter(
        revision=comment.current_revision_id, source=source
    )
    spans = [span for each in standing for span in each.places] if not sent else []
    found = []
    for sentence in sentences(source.text.html):
        place = f"{sentence.start}-{sentence.end}"
        rule = sent.get(f"rule-{place}", "")
        stands = [s for s in spans if s.start < sentence.end and sentence.start < s.end]
        number = int(rule) if rule.isascii() and rule.isdigit() else 0
        if stands:
            last = stands[0].label.rpartition(" ")[2]
            number = int(last) if last.isdigit() else 0
        is_chosen = place in sent.getlist("place") or bool(stands)
        found.append(Choice(sentence, number, is_chosen))
    return found


def _beside_sentences(
    source: Revision | None, places: list[Blackened] | tuple[()]
) -> list[tuple[str, int]]:
    """Return the places that are no whole sentences, each with its rule's number."""
    whole = {(s.start, s.end) for s in sentences(source.text.html)} if source else set()
    return [
        (f"{each.start}-{each.end}", each.clause.number)
        for each in places
        if (each.start, each.end) not in whole
    ]
