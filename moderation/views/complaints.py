"""The complaint book at the desk: its lists, and one complaint."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from commentarchive.actions.staff import acting
from commentarchive.ledger.merkle.refs import last_ref, new_ref
from commentarchive.models import AccessKind, Commenter, Visibility
from commentarchive.views.login import take_kept_form
from commentarchive.views.pagination import paginate
from moderation.actions.complaint_holds import hold_places
from moderation.actions.complaints import (
    ComplaintMoved,
    ComplaintRefused,
    add_complaint_note,
    answer_complaint,
    close_complaint,
    correct_complaint,
    read_complaint,
    record_complaint,
    reopen_complaint,
)
from moderation.actions.refusals import Refused
from moderation.forms.complaints import (
    AnswerForm,
    CloseForm,
    CorrectComplaintForm,
    NewComplaintForm,
    ReopenForm,
    as_written,
)
from moderation.forms.decisions import NoteForm
from moderation.models import (
    Channel,
    Complaint,
    ComplaintPlace,
    Decision,
    Flag,
    Outcome,
)
from moderation.views.gate import DECIDE, LOOK, desk_form, desk_page

ROWS = 25
WRITTEN_BEFORE = "Nothing was written down yet: here is what you had typed."


@desk_page(LOOK, sees=None)
def index(request: HttpRequest) -> HttpResponse:
    """List open complaints, overdue ones first, then closed ones; or find one."""
    asked = request.GET.get("q", "").strip()
    status, problem = 200, ""
    if asked:
        found = Complaint.objects.filter(ref=last_ref(asked, "e")).first()
        if found is not None:
            return redirect("moderation:complaint", found.ref)
        status, problem = 404, "No complaint here has that reference."
    listed = Complaint.objects.prefetch_related("places")
    context = {
        "asked": asked,
        "problem": problem,
        "open": listed.is_open().by_due_time(),
        "page": paginate(
            request, listed.exclude(closed_at=None).order_by("-closed_at", "-pk"), ROWS
        ),
        "now": timezone.now(),
        "may_decide": request.user.has_perm(DECIDE),
    }
    return render(request, "moderation/complaints.html", context, status=status)


@desk_page(DECIDE, sees=None)
def new(request: HttpRequest) -> HttpResponse:
    """Show the form for a complaint, empty or with a reader's report in it."""
    initial: dict[str, Any] = {"ref": new_ref("e")}
    if kept := take_kept_form(request, f"{request.path.removesuffix('new/')}record/"):
        messages.warning(request, WRITTEN_BEFORE)
        initial |= kept
    elif ref := request.GET.get("flag", ""):
        initial |= _of_flag(get_object_or_404(Flag, ref=ref))
    elif place := request.GET.get("place", ""):
        initial["places"] = place
    return _show_new(request, NewComplaintForm(initial=initial))


def _of_flag(flag: Flag) -> dict[str, Any]:
    """Return what a form takes over of a reader's report."""
    words, blog = flag.sealed, flag.comment.post.blog
    came = flag.received_at.astimezone(ZoneInfo(blog.time_zone))
    return {
        "flag": flag.ref,
        "channel": Channel.FORM,
        "came_on": came.date(),
        "came_time": came.time(),
        "places": flag.comment.ref,
        "from_address": words.email if words else "",
        "text": words.text if words else "",
    }


@desk_form(DECIDE, page="moderation:complaint-new", is_list=True)
def record(request: HttpRequest) -> HttpResponse:
    """Write a complaint into the book."""
    form = NewComplaintForm(request.POST)
    if not form.is_valid():
        return _show_new(request, form, status=422)
    ref, flag = form.cleaned_data["ref"], form.cleaned_data["flag"]
    try:
        complaint = record_complaint(
            form.told,
            ref=ref,
            flag=get_object_or_404(Flag, ref=flag) if flag else None,
            by=acting(request.user),
        )
    except ComplaintRefused as error:
        form.add_error(None, str(error))
        return _show_new(request, form, status=422)
    messages.success(
        request, f"Written down; record no. {complaint.entry_index} tells of it."
    )
    return redirect("moderation:complaint", complaint.ref)


def _show_new(
    request: HttpRequest, form: NewComplaintForm, *, status: int = 200
) -> HttpResponse:
    context = {"form": form}
    return render(request, "moderation/complaint_new.html", context, status=status)


@desk_page(LOOK, sees=AccessKind.PRIVATE)
def complaint(request: HttpRequest, ref: str) -> HttpResponse:
    """Show one complaint; its words stay sealed."""
    found, here = _complaint(ref), request.path
    more: dict[str, Any] = {}
    for name, form in (
        ("answer", AnswerForm),
        ("close", CloseForm),
        ("reopen", ReopenForm),
        ("note", NoteForm),
    ):
        if kept := take_kept_form(request, f"{here}{name}/"):
            messages.warning(request, WRITTEN_BEFORE)
            more[f"{name}_form"] = form(initial=kept)
    return _show(request, found, **more)


@desk_form(DECIDE, page="moderation:complaint")
def read(request: HttpRequest, ref: str) -> HttpResponse:
    """Show what is sealed, and the form to put it right; the journal notes that."""
    found = _complaint(ref)
    words = read_complaint(found, by=acting(request.user))
    form = CorrectComplaintForm(initial=as_written(found, words))
    return _show(request, found, is_read=True, correct_form=form)


@desk_form(DECIDE, page="moderation:complaint")
def correct(request: HttpRequest, ref: str) -> HttpResponse:
    """Put a complaint right; 409 where somebody else did meanwhile."""
    found, form = _complaint(ref), CorrectComplaintForm(request.POST)
    if not form.is_valid():
        return _show(request, found, status=422, is_read=True, correct_form=form)
    values = form.cleaned_data

    def act() -> None:
        correct_complaint(
            found,
            form.told,
            reason=values["reason"],
            seen=values["seen"],
            by=acting(request.user),
        )

    return _do(request, ref, act, is_read=True, correct_form=form)


@desk_form(DECIDE, page="moderation:complaint")
def hold(request: HttpRequest, ref: str) -> HttpResponse:
    """Put all its places on hold; or leave many of them to a second person."""
    try:
        held = hold_places(_complaint(ref), by=acting(request.user))
    except Refused as error:
        return _show(request, _complaint(ref), status=422, problem=str(error))
    if held.decisions:
        number = len(held.decisions)
        done = "One decision is" if number == 1 else f"{number} decisions are"
        messages.success(request, f"On hold: {done} on record.")
    for each in held.left:
        messages.warning(request, f"Left as it is: {_called(each.place)}. {each.why}")
    if held.waiting is not None:
        messages.warning(request, "So many comments wait for a second person.")
        return redirect("moderation:batch-waiting", held.waiting.ref)
    return redirect("moderation:complaint", ref)


def _called(place: object) -> str:
    if isinstance(place, Commenter):
        return "a name"
    return f"{place}"


@desk_form(DECIDE, page="moderation:complaint")
def answer(request: HttpRequest, ref: str) -> HttpResponse:
    """Keep what was answered."""
    found, form = _complaint(ref), AnswerForm(request.POST)
    if not form.is_valid():
        return _show(request, found, status=422, answer_form=form)
    answer_complaint(found, form.answered(found))
    messages.success(request, "Kept.")
    return redirect("moderation:complaint", ref)


@desk_form(DECIDE, page="moderation:complaint")
def note(request: HttpRequest, ref: str) -> HttpResponse:
    """Add a note for staff."""
    found, form = _complaint(ref), NoteForm(request.POST)
    if not form.is_valid():
        return _show(request, found, status=422, note_form=form)
    add_complaint_note(found, form.cleaned_data["words"], by=acting(request.user))
    messages.success(request, "Added.")
    return redirect("moderation:complaint", ref)


@desk_form(DECIDE, page="moderation:complaint")
def close(request: HttpRequest, ref: str) -> HttpResponse:
    """Close a complaint; 409 where somebody else did, or put it right meanwhile."""
    found, form = _complaint(ref), CloseForm(request.POST)
    if not form.is_valid():
        return _show(request, found, status=422, close_form=form)
    values = form.cleaned_data

    def act() -> None:
        close_complaint(
            found,
            Outcome(values["outcome"]),
            form.answered(found) if values["words"] else None,
            seen=values["seen"],
            by=acting(request.user),
        )

    return _do(request, ref, act, close_form=form)


@desk_form(DECIDE, page="moderation:complaint")
def reopen(request: HttpRequest, ref: str) -> HttpResponse:
    """Take a complaint up again; 409 where somebody else did, or put it right."""
    found, form = _complaint(ref), ReopenForm(request.POST)
    if not form.is_valid():
        return _show(request, found, status=422, reopen_form=form)
    values = form.cleaned_data

    def act() -> None:
        reopen_complaint(
            found,
            values["news"],
            due_at=form.due_at(found),
            seen=values["seen"],
            by=acting(request.user),
        )

    return _do(request, ref, act, reopen_form=form)


def _do(
    request: HttpRequest, ref: str, act: Callable[[], None], **more: Any
) -> HttpResponse:
    """Do something that somebody else may have forestalled."""
    try:
        act()
    except ComplaintMoved as error:
        return _show(request, _complaint(ref), status=409, problem=str(error))
    except ComplaintRefused as error:
        found = _complaint(ref)
        return _show(request, found, status=422, problem=str(error), **more)
    messages.success(request, "Done; the record tells of it.")
    return redirect("moderation:complaint", ref)


def _complaint(ref: str) -> Complaint:
    places = ComplaintPlace.objects.select_related(
        *("comment__post__blog", "comment__post__current_revision__text"),
        *("post__blog", "post__current_revision__text"),
        *("commenter__blog", "commenter__name"),
    )
    found = Complaint.objects.prefetch_related(Prefetch("places", places))
    return get_object_or_404(found, ref=ref)


def _show(
    request: HttpRequest,
    complaint: Complaint,
    *,
    status: int = 200,
    is_read: bool = False,
    **more: Any,
) -> HttpResponse:
    may_decide = request.user.has_perm(DECIDE)
    comments = [each.comment_id for each in complaint.places_now if each.comment_id]
    since = Decision.objects.filter(recorded_at__gte=complaint.recorded_at)
    context = {
        "complaint": complaint,
        "comments": [
            each.comment
            for each in complaint.places_now
            if each.comment and each.comment.visibility != Visibility.ERASED
        ],
        "decisions": since.filter(comment__in=comments).order_by("entry_index"),
        "is_read": is_read,
        "wordings": complaint.wordings.select_related("actor"),
        "sealed": complaint.words.all() if is_read else (),
        "has_words": complaint.words.exists(),
        "answers": complaint.answers.all() if may_decide else (),
        "notes": complaint.notes.select_related("actor") if may_decide else (),
        "journal": complaint.journal.select_related("actor"),
        "answer_form": AnswerForm(),
        "close_form": CloseForm(initial={"seen": complaint.wording}),
        "note_form": NoteForm(),
        "reopen_form": ReopenForm(initial={"seen": complaint.wording}),
        "ends": complaint.ends.all(),
        "may_decide": may_decide,
        "now": timezone.now(),
        **more,
    }
    return render(request, "moderation/complaint.html", context, status=status)


# What is done with one complaint, by the last part of its form's address.
FORMS = {
    "read": read,
    "correct": correct,
    "hold": hold,
    "answer": answer,
    "note": note,
    "close": close,
    "reopen": reopen,
}
