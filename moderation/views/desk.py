"""The desk: what waits, and one comment's card."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from commentarchive.actions.staff import acting, roles_of
from commentarchive.ledger.merkle.refs import last_ref
from commentarchive.models import Comment, CrossPost
from commentarchive.views.login import take_kept_form
from commentarchive.views.pagination import paginate_by_key
from moderation.actions.claims import place_said, record_said
from moderation.claim_forms import SaidForm
from moderation.forms import AddressForm, DecisionForm, RecordForm
from moderation.models import Claim, Decision
from moderation.named_places import NoSuchPlace
from moderation.queue import queues
from moderation.views.cards import (
    change_since,
    fresh_form,
    show_card,
    show_conflict,
    show_record_form,
    the_comment,
)
from moderation.views.gate import (
    DECIDE,
    IMPORT,
    LOOK,
    RELEASE,
    desk_form,
    desk_page,
    lacks_role,
    may,
    not_stored,
)

WAITING = 25
WRITTEN_BEFORE = (
    "Nothing was recorded yet: here is what you had written before you logged in."
)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show the desk; whoever may do nothing there but look over imports goes there."""
    if not may(request, LOOK) and may(request, RELEASE):
        return not_stored(redirect("moderation:left"))
    return _lists(request)


@desk_page(LOOK)
def _lists(request: HttpRequest) -> HttpResponse:
    """List what waits, due first; or go to the comment that was asked for."""
    form = AddressForm(request.GET if "address" in request.GET else None)
    if form.is_bound and form.is_valid():
        comment = find_comment(form.cleaned_data["address"])
        if comment is not None:
            return redirect("moderation:desk-comment", comment.ref)
        form.add_error("address", "No comment here has that address.")
    lists, roles = queues(), roles_of(request.user)
    context = {
        "form": form,
        "due": lists.due[:WAITING],
        "waiting": paginate_by_key(request, lists.waiting, WAITING),
        "on_hold": lists.on_hold[:WAITING],
        "changed": lists.changed[:WAITING],
        "lacks_role": lacks_role(request),
        "claims": Claim.objects.waiting().count(),
        "may_release": not RELEASE.isdisjoint(roles),
        "may_import": not IMPORT.isdisjoint(roles),
        "cross_posts": CrossPost.objects.proposed().count(),
        "recent": Decision.objects.newest_first().select_related("comment", "post")[
            :10
        ],
    }
    return render(request, "moderation/desk.html", context)


def find_comment(address: str) -> Comment | None:
    """Find a comment by its page's address, its place in a thread, or its reference."""
    return Comment.objects.filter(ref=last_ref(address, "c")).first()


@desk_page(LOOK)
def card(request: HttpRequest, ref: str) -> HttpResponse:
    """Show one comment with its thread's context and the form to decide on it."""
    comment = the_comment(ref)
    form = fresh_form(comment, DecisionForm)
    forms = f"{request.path}decide/", f"{request.path}gap/"
    gap_form = SaidForm()
    if kept := take_kept_form(request, *forms):
        messages.warning(request, WRITTEN_BEFORE)
        # What was seen then still counts: a change since is noticed.
        form.initial.update(kept)
        gap_form = SaidForm(initial=kept)
    return show_card(request, comment, form, gap_form=gap_form)


@desk_page(DECIDE)
def record(request: HttpRequest, ref: str) -> HttpResponse:
    """Show the form for what a blog's own records tell of a comment."""
    comment = the_comment(ref)
    form = fresh_form(comment, RecordForm)
    if kept := take_kept_form(request, f"{request.path}enter/"):
        messages.warning(request, WRITTEN_BEFORE)
        form.initial.update(kept)
    return show_record_form(request, comment, form)


@desk_form(DECIDE, page="moderation:desk-comment")
def gap(request: HttpRequest, ref: str) -> HttpResponse:
    """Record that a comment says other comments were blocked somewhere."""
    comment = the_comment(ref)
    if changed := change_since(request, comment):
        return show_conflict(request, comment, winner=None, changed=changed)
    form = SaidForm(request.POST)
    if form.is_valid():
        by = acting(request.user)
        try:
            about = place_said(form.cleaned_data, by)
            record_said(
                comment,
                about,
                number=form.cleaned_data["number"],
                claimant=form.cleaned_data["claimant"],
                by=by,
            )
        except NoSuchPlace as error:
            at = "article" if form.cleaned_data["article"] else "blog"
            form.add_error(at, str(error))
        except ValueError as error:
            form.add_error("number", str(error))
    if form.errors:
        fresh = fresh_form(comment, DecisionForm)
        return show_card(request, comment, fresh, status=422, gap_form=form)
    messages.success(request, "Recorded, as what somebody says.")
    return redirect(about)
