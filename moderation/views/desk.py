"""The desk: what waits, and one comment's card."""

from collections.abc import Mapping

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from commentarchive.actions.staff import acting, roles_of
from commentarchive.ledger.merkle.refs import last_ref
from commentarchive.models import AccessKind, Comment, CrossPost, Post
from commentarchive.views.login import take_kept_form
from commentarchive.views.pagination import paginate_by_key
from moderation.actions.claims import place_said, record_said
from moderation.actions.flags import number_reported
from moderation.desk.queue import (
    TABS,
    QueueFilter,
    Selection,
    chosen_tab,
    numbers,
    pressing_tab,
    with_card,
)
from moderation.forms.claims import SaidForm
from moderation.forms.decisions import (
    AddressForm,
    DecisionForm,
    NoteForm,
    RecordForm,
)
from moderation.forms.quick_decisions import as_pressed
from moderation.models import Claim, Decision, QueueItem
from moderation.named_places import NoSuchPlace
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
from moderation.views.queue_places import just_decided
from moderation.waiting.changes import what_changed

WAITING = 25
# Of the list of what was decided last.
DONE, DECISIONS = "done", 25
WRITTEN_BEFORE = (
    "Nothing was recorded yet: here is what you had written before you logged in."
)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show the desk; whoever may do nothing there but look over imports goes there."""
    if not may(request, LOOK) and may(request, RELEASE):
        return not_stored(redirect("moderation:left"))
    return _lists(request)


@desk_page(LOOK, sees=AccessKind.HIDDEN)
def _lists(request: HttpRequest) -> HttpResponse:
    """Show one of the desk's lists; or go to the comment that was asked for."""
    form = AddressForm(request.GET if "address" in request.GET else None)
    if form.is_bound and form.is_valid():
        comment = find_comment(form.cleaned_data["address"])
        if comment is not None:
            return redirect("moderation:desk-comment", comment.ref)
        form.add_error("address", "No comment here has that address.")
    if request.GET.get("tab") == DONE:
        return _done(request, form)
    asked = QueueFilter(request.GET)
    counted = numbers()
    tab = chosen_tab(asked) or pressing_tab(counted)
    if not asked.is_valid():
        rows, status = QueueItem.objects.none(), 400
    else:
        selection = Selection(tab, asked.cleaned_data)
        rows, status = selection.rows().in_order(selection.order), 200
    # Of ten thousand rows the database sorts keys, not texts.
    is_whole = asked.is_valid() and not asked.is_narrowed
    page = paginate_by_key(
        *(request, rows, WAITING, with_card),
        number=counted[tab.key] if is_whole else None,
    )
    if tab.key == "changed":
        changed = what_changed(item.comment_id for item in page)
        for item in page:
            item.change = changed.get(item.comment_id, "")
    context = {
        "form": form,
        "filter": asked,
        "tab": tab,
        "page": page,
        "query": asked.query(tab),
        "just": just_decided(request),
        # A question that is asked of an empty list only.
        "is_archive_empty": lambda: not Post.objects.exists(),
    }
    return _show(request, "moderation/desk.html", context, counted, status=status)


def _done(request: HttpRequest, form: AddressForm) -> HttpResponse:
    """List the latest decisions."""
    decisions = Decision.objects.newest_first().select_related("comment", "post")
    context = {"form": form, "is_done": True, "recent": decisions[:DECISIONS]}
    return _show(request, "moderation/desk.html", context, numbers())


def _show(
    request: HttpRequest,
    template: str,
    context: dict[str, object],
    counted: Mapping[str, int],
    *,
    status: int = 200,
) -> HttpResponse:
    roles = roles_of(request.user)
    context |= {
        "tabs": [(tab, counted[tab.key]) for tab in TABS],
        "lacks_role": lacks_role(request),
        "claims": Claim.objects.waiting().count(),
        "reported": number_reported(),
        "may_release": not RELEASE.isdisjoint(roles),
        "may_import": not IMPORT.isdisjoint(roles),
        "cross_posts": CrossPost.objects.proposed().count(),
        "now": timezone.now(),
    }
    return render(request, template, context, status=status)


def find_comment(address: str) -> Comment | None:
    """Find a comment by its page's address, its place in a thread, or its reference."""
    return Comment.objects.filter(ref=last_ref(address, "c")).first()


@desk_page(LOOK, sees=None)
def card(request: HttpRequest, ref: str) -> HttpResponse:
    """Show one comment with its thread's context and the form to decide on it."""
    comment = the_comment(ref)
    form = fresh_form(comment, DecisionForm)
    if not QueueFilter(request.GET).is_valid():
        message = "That list of the desk cannot be read."
        raise BadRequest(message)
    forms = f"{request.path}decide/", f"{request.path}gap/", f"{request.path}note/"
    gap_form, note_form = SaidForm(), NoteForm()
    if kept := take_kept_form(request, *forms):
        messages.warning(request, WRITTEN_BEFORE)
        # What was seen then still counts: a change since is noticed.
        sent = QueryDict(mutable=True)
        sent.update(kept)
        form.initial.update(as_pressed(sent).dict())
        gap_form = SaidForm(initial=kept)
        note_form = NoteForm(initial=kept)
        # As it was opened, from its list.
        request.GET = QueryDict(kept.get("queue", ""))
    return show_card(request, comment, form, gap_form=gap_form, note_form=note_form)


@desk_page(DECIDE, sees=None)
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
