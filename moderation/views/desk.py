"""The desk: what waits, one comment's card, and the decision on it."""

import re

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from commentarchive.actions.claimed_gaps import claim_gap
from commentarchive.actions.staff import acting
from commentarchive.discussion.windows import staff_context
from commentarchive.models import Comment, Post, Visibility
from commentarchive.views.pagination import paginate
from moderation.actions.decisions import decide, undo
from moderation.actions.refusals import (
    AlreadyDecided,
    LeaksHiddenWords,
    Refused,
    TextChanged,
)
from moderation.actions.subjects import latest_decision
from moderation.forms import AddressForm, DecisionForm, GapForm
from moderation.models import Decision
from moderation.queue import queues

WAITING = 25
_post_ref = re.compile(r"(?<![a-z0-9])p[a-z2-7]{26}(?![a-z0-9])")
_comment_ref = re.compile(r"(?<![a-z0-9])c[a-z2-7]{26}(?![a-z0-9])")


sees_desk = permission_required("moderation.view_decision", raise_exception=True)
decides = permission_required("moderation.add_decision", raise_exception=True)


@require_safe
@login_required
@sees_desk
def index(request: HttpRequest) -> HttpResponse:
    """List what waits, due first; or go to the comment that was asked for."""
    form = AddressForm(request.GET if "address" in request.GET else None)
    if form.is_bound and form.is_valid():
        comment = find_comment(form.cleaned_data["address"])
        if comment is not None:
            return redirect("moderation:desk-comment", comment.ref)
        form.add_error("address", "No comment here has that address.")
    lists = queues()
    context = {
        "form": form,
        "due": lists.due[:WAITING],
        "waiting": paginate(request, lists.waiting, WAITING),
        "changed": lists.changed[:WAITING],
        "recent": Decision.objects.newest_first().select_related("comment", "post")[
            :10
        ],
    }
    return render(request, "moderation/desk.html", context)


def find_comment(address: str) -> Comment | None:
    """Find a comment by its page's address, its place in a thread, or its reference."""
    found = _comment_ref.findall(address)
    return Comment.objects.filter(ref=found[-1]).first() if found else None


@require_safe
@login_required
@sees_desk
def card(request: HttpRequest, ref: str) -> HttpResponse:
    """Show one comment with its thread's context and the form to decide on it."""
    comment = _comment(ref)
    return _card(request, comment, _fresh_form(comment))


@require_POST
@login_required
@decides
def decision(request: HttpRequest, ref: str) -> HttpResponse:
    """Decide. 422 for a form that cannot be recorded, 409 when somebody was first."""
    comment = _comment(ref)
    form = DecisionForm(request.POST, comment=comment)
    if not form.is_valid():
        latest = latest_decision(comment)
        if latest is not None and latest.ref != request.POST.get("seen_decision"):
            # What was chosen may be out of question because somebody was first.
            return _conflict(request, comment, winner=latest)
        return _card(request, comment, form, status=422)
    try:
        made = decide(comment, form.judgement, by=acting(request.user), seen=form.seen)
    except LeaksHiddenWords as error:
        return _card(request, comment, form, status=422, leaks=error)
    except Refused as error:
        form.add_error(None, str(error))
        return _card(request, comment, form, status=422)
    except AlreadyDecided as error:
        return _conflict(request, comment, winner=error.winner)
    except TextChanged:
        return _conflict(request, comment, winner=None)
    messages.success(request, f"{made.get_action_display()}. It is on record.")
    return redirect("moderation:desk-comment", comment.ref)


@require_POST
@login_required
@decides
def undo_decision(request: HttpRequest, ref: str) -> HttpResponse:
    """Undo a decision by a new one; 409 when another decision stands by now."""
    made = get_object_or_404(Decision.objects.select_related("comment"), ref=ref)
    comment = made.comment
    if comment is None:
        raise Http404
    try:
        undo(made, by=acting(request.user))
    except AlreadyDecided as error:
        return _conflict(request, comment, winner=error.winner)
    messages.success(request, "Undone, by a decision of its own.")
    return redirect("moderation:desk-comment", comment.ref)


@require_POST
@login_required
@decides
def gap(request: HttpRequest, ref: str) -> HttpResponse:
    """Record that a comment says other comments were blocked somewhere."""
    comment = _comment(ref)
    form = GapForm(request.POST)
    post = None
    if form.is_valid():
        found = _post_ref.findall(form.cleaned_data["article"])
        post = Post.objects.filter(ref=found[-1]).first() if found else None
    if post is None:
        form.add_error("article", "No article here has that address.")
        return _card(request, comment, _fresh_form(comment), status=422, gap_form=form)
    try:
        claim_gap(
            post,
            number=form.cleaned_data["number"],
            said_in=comment,
            by=acting(request.user),
        )
    except ValueError as error:
        form.add_error("number", str(error))
        return _card(request, comment, _fresh_form(comment), status=422, gap_form=form)
    messages.success(request, "Recorded, as what somebody says.")
    return redirect(post)


def _comment(ref: str) -> Comment:
    return get_object_or_404(
        Comment.objects.select_related(
            *("post__blog", "post__current_revision__text"),
            *("commenter__name", "capture"),
        ),
        ref=ref,
    )


def _fresh_form(comment: Comment) -> DecisionForm:
    revision = comment.revisions.order_by("-number").first()
    latest = latest_decision(comment)
    initial = {
        "seen_revision": revision.number if revision else 0,
        "seen_decision": latest.ref if latest else "",
    }
    return DecisionForm(initial=initial, comment=comment)


def _conflict(
    request: HttpRequest, comment: Comment, *, winner: Decision | None
) -> HttpResponse:
    """Show the card as it is now, and who was first or that the text has changed.

    What the moderator had typed is in the form again.
    """
    comment = _comment(comment.ref)
    form = _fresh_form(comment)
    for name in ("clause", "ready", "facts", "note"):
        form.initial[name] = request.POST.get(name, "")
    return _card(request, comment, form, status=409, conflict=True, winner=winner)


def _card(
    request: HttpRequest,
    comment: Comment,
    form: DecisionForm,
    *,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    texts = comment.revisions.select_related("text", "capture").order_by("-number")
    context = {
        "comment": comment,
        "form": form,
        "texts": texts,
        "shows": Visibility(comment.visibility).label,
        "context": staff_context(comment),
        "gap_form": GapForm(),
        "decisions": comment.decisions.newest_first().select_related("clause"),
        "may_decide": request.user.has_perm("moderation.add_decision"),
        **more,
    }
    return render(request, "moderation/desk_comment.html", context, status=status)
