"""A comment's card and its forms, as they are shown and shown again."""

from collections.abc import Sequence

from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from commentarchive.discussion.look_alikes import look_alikes
from commentarchive.ledger.append import By
from commentarchive.ledger.models import Actor, Role
from commentarchive.models import AccessKind, Comment, Revision, Visibility
from commentarchive.threads.thread_rows import Alike
from moderation.actions.checks import Interests
from moderation.actions.flags import flags_of
from moderation.actions.judging import matched
from moderation.desk.card_facts import branch_around, record_of_name, similar_to
from moderation.forms.claims import SaidForm
from moderation.forms.decisions import (
    DecisionForm,
    NoteForm,
    RecordForm,
    RewordForm,
    SeenForm,
    what_is_seen,
)
from moderation.forms.quick_decisions import quick_buttons
from moderation.left_public import left_public
from moderation.models import Conflict, Decision
from moderation.views.gate import DECIDE, lacks_role, look
from moderation.views.queue_places import place_in_queue, with_script

# What a moderator types and finds again when nothing could be recorded.
TYPED = (
    *("clause", "ready", "facts", "until", "note", "known_from", "decided_at"),
    *("decided_by_role", "override", "override_reason"),
)


def the_comment(ref: str) -> Comment:
    """Find a comment for the desk, hidden ones too. Raise Http404."""
    return get_object_or_404(
        Comment.objects.select_related(
            *("post__blog", "post__current_revision__text"),
            *("commenter__name", "capture", "private_address"),
        ),
        ref=ref,
    )


def fresh_form[Form: DecisionForm | RecordForm](
    comment: Comment, form: type[Form]
) -> Form:
    """Return an empty form that knows what is seen now."""
    return form(initial=what_is_seen(comment), comment=comment)


def change_since(request: HttpRequest, comment: Comment) -> str:
    """Return what has changed since a form's card was opened; "" if nothing has."""
    now = what_is_seen(comment)
    sent = request.POST
    if "seen_revision" in sent and sent["seen_revision"] != str(now["seen_revision"]):
        return "The text has changed since you looked."
    if sent.get("seen_state", now["seen_state"]) != now["seen_state"]:
        return "Its state has changed since you looked, here or at its blog."
    return ""


def show_conflict(
    request: HttpRequest, comment: Comment, *, winner: Decision | None, changed: str
) -> HttpResponse:
    """Show the card as it is now, and who was first or what has changed.

    What the moderator had typed is in the form again.
    """
    comment = the_comment(comment.ref)
    is_told = "known_from" in request.POST
    form = fresh_form(comment, RecordForm if is_told else DecisionForm)
    for name in TYPED:
        form.initial[name] = request.POST.get(name, "")
    if isinstance(form, RecordForm):
        form.initial["action"] = request.POST.get("action", "")
        return show_record_form(
            request, comment, form, status=409, winner=winner, changed=changed
        )
    return show_card(request, comment, form, status=409, winner=winner, changed=changed)


def show_record_form(
    request: HttpRequest,
    comment: Comment,
    form: RecordForm,
    *,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    """Show the form for what a blog's own records tell."""
    look(request, AccessKind.HIDDEN, comment.ref)
    context = {"comment": comment, "form": form, **more}
    return render(request, "moderation/desk_record.html", context, status=status)


def _alike(comment: Comment) -> Alike | None:
    """Return the name that a comment's poses as, among all of its blog's."""
    name = getattr(comment.commenter, "name", None)
    if name is None or not name.is_odd:
        return None
    ref = name.commenter.ref
    return look_alikes([ref], for_staff=True).get(ref)


def show_card(
    request: HttpRequest,
    comment: Comment,
    form: DecisionForm,
    *,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    """Show a card; its queries do not grow with rules, decisions or wordings."""
    look(request, AccessKind.HIDDEN, comment.ref)
    texts = list(
        comment.revisions.select_related("text", "capture").order_by("-number")
    )
    may_decide = request.user.has_perm(DECIDE)
    interest = _interest(request, comment, texts) if may_decide else None
    if interest:
        form.initial.setdefault("override", interest.value)
    # Whoever has to do with it says why, which no tap does.
    deck = None if interest else quick_buttons(form)
    newest = getattr(texts[0], "text", None) if texts else None
    context = {
        "comment": comment,
        "form": form,
        "deck": deck,
        "seen": SeenForm(initial=what_is_seen(comment)),
        "texts": texts,
        "shows": Visibility(comment.visibility).label,
        "same": _same(comment),
        "alike": _alike(comment),
        "context": branch_around(comment),
        "record": record_of_name(comment),
        "left": left_public([comment.pk]) if may_decide else None,
        "similar": similar_to(comment, newest.plain) if newest else [],
        "notes": comment.desk_notes.select_related("actor"),
        "note_form": NoteForm(),
        "gap_form": SaidForm(),
        "decisions": _decisions(comment),
        "may_decide": may_decide,
        "interest": interest,
        "flags": flags_of(comment),
        "matched": matched([comment])[comment.pk],
        "lacks_role": lacks_role(request),
        **place_in_queue(request, comment, may_decide=may_decide),
        **more,
    }
    answer = render(request, "moderation/desk_comment.html", context, status=status)
    return with_script(request, answer)


def _interest(
    request: HttpRequest, comment: Comment, texts: Sequence[Revision]
) -> Conflict | None:
    """Return what whoever is looking has to do with a comment."""
    actor = Actor.objects.filter(link__user=request.user.pk).first()
    by = By(actor=actor, role=Role.MODERATOR)
    return Interests(by, [(comment, next(iter(texts), None))]).conflict(comment)


def _same(comment: Comment) -> list[Comment]:
    """Return the same comment as other sources of its thread tell it."""
    if comment.leader_id is None:
        return []
    others = Comment.objects.filter(leader=comment.leader_id).exclude(pk=comment.pk)
    return list(others.order_by("pk"))


def _decisions(comment: Comment) -> list[tuple[Decision, RewordForm, bool]]:
    """List each decision with a form for other words, and whether it can be undone."""
    read = comment.decisions.select_related("clause", "clause_since", "undoes")
    found = list(read.newest_first())
    prefetch_related_objects(found, "words")
    last = found[0] if found else None
    undone = {decision.undoes_id for decision in found}
    return [
        (
            decision,
            RewordForm(initial={"seen_number": len(decision.wordings)}),
            comment.visibility != Visibility.ERASED
            and decision.pk not in undone
            and (decision == last or decision.entry_index == comment.decided_entry),
        )
        for decision in found
    ]
