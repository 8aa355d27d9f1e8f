"""A thread from plain text: pasted, decided paragraph by paragraph, confirmed."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override

from commentarchive.actions.drafts import (
    DraftClosed,
    DraftMoved,
    NothingToUndo,
    latest_step,
    save_step,
    undo_step,
)
from commentarchive.actions.staff import acting
from commentarchive.importers.parsed import Unreadable
from commentarchive.importers.plain_text import MOST_BYTES
from commentarchive.intake.drafts import (
    UNNAMED,
    CannotConfirm,
    NotReady,
    blogs_like,
    confirm_draft,
    discard_draft,
    start_draft,
    text_of,
)
from commentarchive.models import AccessKind, Blog, Capture, DraftStep, TranscriptDraft
from commentarchive.settings import SECURE_CSP
from commentarchive.storage.write_locks import ImportRunning
from commentarchive.transcripts.differences import differences
from commentarchive.transcripts.marks import CannotMark, Marks
from commentarchive.transcripts.marks_json import WrongMarks, from_json
from commentarchive.transcripts.suggestions.every import suggestions
from commentarchive.views.login import take_kept_form
from commentarchive.views.pagination import asked_page
from moderation.actions.origins import record_origin
from moderation.actions.pasted_claims import record_claims
from moderation.drafts.form import with_button, with_form
from moderation.drafts.page import DraftPage, blocks_of
from moderation.views.gate import RELEASE, desk_form, desk_page

ROWS = 25
POLICY = {**SECURE_CSP, "script-src": [CSP.SELF], "connect-src": [CSP.SELF]}
# Buttons that need the suggestions to be made.
_OF_SUGGESTIONS = frozenset({"accept", "refuse", "accept_kind"})
GONE = "The text of this draft is not kept any more; discard it."


@desk_page(RELEASE, sees=None)
def index(request: HttpRequest) -> HttpResponse:
    """List the drafts, with a form for another text."""
    kept = take_kept_form(request, reverse("moderation:paste-start"))
    return _list(request, typed=(kept or {}).get("text", ""))


@desk_form(RELEASE, page="moderation:paste", is_list=True)
def start(request: HttpRequest) -> HttpResponse:
    """Begin a draft of a text that was pasted or uploaded. 422 for no text."""
    upload, typed = request.FILES.get("file"), request.POST.get("text", "")
    data = upload.read(MOST_BYTES + 1) if upload else typed.encode("utf-8", "replace")
    name = (upload.name if upload else "") or UNNAMED
    try:
        draft = start_draft(data, name, by=acting(request.user))
    except Unreadable as error:
        place = f"{error.place}: " if error.place else ""
        problem = f"Nothing was kept: {place}{error.reason}."
        if name == UNNAMED and b"\0" not in data:
            # A long text comes as a file that the page makes of the field.
            typed = data.decode("utf-8", "replace")
        return _list(request, typed=typed, problem=problem, status=422)
    return redirect(draft)


@desk_page(RELEASE, sees=AccessKind.HIDDEN)
def draft(request: HttpRequest, ref: str) -> HttpResponse:
    """Show a draft in reading order, with what was decided and the thread so far."""
    found = _draft(ref)
    if found.closed_at is not None:
        return render(request, "moderation/paste_closed.html", {"draft": found})
    return _show(request, found, asked_page(request))


@desk_form(RELEASE, page="moderation:paste-draft")
def decide(request: HttpRequest, ref: str) -> HttpResponse:
    """Save a step. 409 if somebody else did meanwhile, 422 for what cannot be."""

    def step(found: TranscriptDraft, seen: int) -> None:
        by = acting(request.user)
        if "undo" in request.POST:
            undo_step(found, seen=seen, by=by)
            return
        marks = from_json(_seen_step(found, seen).marks)
        text = text_of(found)
        marks = with_form(marks, request.POST.dict())
        blocks = blocks_of(text, marks)
        is_asked = not _OF_SUGGESTIONS.isdisjoint(request.POST)
        made = suggestions(blocks, marks) if is_asked else []
        save_step(
            found,
            with_button(marks, blocks, made, request.POST.dict()),
            seen=seen,
            by=by,
        )

    return _after(request, ref, step)


@desk_form(RELEASE, page="moderation:paste-draft")
def discard(request: HttpRequest, ref: str) -> HttpResponse:
    """Delete a draft with its text."""
    try:
        discard_draft(_draft(ref))
    except DraftClosed as error:
        messages.error(request, str(error))
        return redirect("moderation:paste-draft", ref)
    messages.success(request, "The draft was discarded.")
    return redirect("moderation:paste")


@desk_form(RELEASE, page="moderation:paste-draft")
def confirm(request: HttpRequest, ref: str) -> HttpResponse:
    """Import a draft, once. 409 for the second time, 422 for what is not ready."""

    def step(found: TranscriptDraft, seen: int) -> None:
        slug = request.POST.get("into", "")
        blog = get_object_or_404(Blog, slug=slug) if slug else None
        report, marks = confirm_draft(found, blog, seen=seen)
        number = report.counts.comments.new
        plural = "" if number == 1 else "s"
        messages.success(
            request, f"Imported: {number} comment{plural}. It is on record."
        )
        capture = Capture.objects.get(ref=report.capture)
        by = acting(request.user)
        # A claim may be against the blog that the article is from.
        left = record_origin(capture, marks, by=by)
        for each in [*left, *record_claims(capture, marks, by=by)]:
            messages.warning(request, each)

    return _after(request, ref, step)


def _after(
    request: HttpRequest, ref: str, step: Callable[[TranscriptDraft, int], None]
) -> HttpResponse:
    """Do something with a draft, and show it; or why nothing was done."""
    found = _draft(ref)
    seen = _number(request, "version")
    problem, status = "", 422
    try:
        step(found, seen)
    except DraftClosed as error:
        messages.error(request, str(error))
        answer = render(request, "moderation/paste_closed.html", {"draft": _draft(ref)})
        answer.status_code = 409
        return answer
    except DraftMoved:
        return _show_conflict(request, _draft(ref), seen)
    except (NothingToUndo, ImportRunning) as error:
        problem, status = f"{error}", 409
    except FileNotFoundError:
        problem, status = GONE, 409
    except (CannotMark, WrongMarks, NotReady, CannotConfirm, Unreadable) as error:
        problem = f"{error}"
    if problem:
        problem = f"Nothing was changed: {problem.rstrip('.')}."
        page = max(1, _number(request, "page"))
        return _show(request, found, page, problem=problem, status=status)
    place = request.POST.get("at", "")
    page = _number(request, "page")
    asked = f"?page={page}" if page > 1 else ""
    return redirect(f"{found.get_absolute_url()}{asked}{'#l' + place if place else ''}")


def _show(
    request: HttpRequest,
    found: TranscriptDraft,
    page: int,
    *,
    problem: str = "",
    changes: tuple[list[str], list[str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show a draft. What was typed into a form that was refused is shown again."""
    try:
        step, text = latest_step(found), text_of(found)
    except DraftClosed:
        raise Http404 from None
    except FileNotFoundError:
        context: dict[str, Any] = {"draft": found, "problem": GONE}
        answer = render(request, "moderation/paste_closed.html", context)
        answer.status_code = 409
        return answer
    marks = from_json(step.marks)
    if problem:
        marks = _typed(request, marks)
    shown = DraftPage(text, marks, page)
    like = blogs_like(marks)
    context = {
        "draft": found,
        "step": step,
        "shown": shown,
        "page": shown.page,
        "problem": problem,
        "changes": changes,
        "blogs": Blog.objects.order_by("title", "pk"),
        "into": request.POST.get("into", like[0].slug if like else ""),
    }
    answer = csp_override(POLICY)(render)(
        request, "moderation/paste_draft.html", context
    )
    answer.status_code = status
    return answer


def _typed(request: HttpRequest, marks: Marks) -> Marks:
    try:
        return with_form(marks, request.POST.dict())
    except CannotMark:
        return marks


def _show_conflict(
    request: HttpRequest, found: TranscriptDraft, seen: int
) -> HttpResponse:
    """Show a draft that somebody saved meanwhile: what changed, and what was sent."""
    now = from_json(latest_step(found).marks)
    before = found.steps.filter(number=seen).first()
    changes: tuple[list[str], list[str]] = (["too much to be listed"], [])
    if before is not None:
        was = from_json(before.marks)
        changes = (differences(was, now), differences(was, _typed(request, was)))
    page = max(1, _number(request, "page"))
    return _show(request, found, page, changes=changes, status=409)


def _list(
    request: HttpRequest, *, typed: str, problem: str = "", status: int = 200
) -> HttpResponse:
    drafts = TranscriptDraft.objects.select_related("made_by", "file", "capture")
    context = {
        "open": drafts.open().order_by("-pk"),
        "done": drafts.exclude(capture=None).order_by("-pk")[:ROWS],
        "typed": typed,
        "problem": problem,
    }
    answer = csp_override(POLICY)(render)(request, "moderation/paste.html", context)
    answer.status_code = status
    return answer


def _draft(ref: str) -> TranscriptDraft:
    drafts = TranscriptDraft.objects.select_related("made_by", "file", "capture__blog")
    return get_object_or_404(drafts, ref=ref)


def _seen_step(found: TranscriptDraft, seen: int) -> DraftStep:
    """Return the step that a form was made for. Raise DraftMoved or DraftClosed."""
    step = latest_step(found)
    if step.number != seen:
        message = "Somebody saved this draft after you had opened it."
        raise DraftMoved(message)
    return step


def _number(request: HttpRequest, name: str) -> int:
    """Return a small number of a form; 0 for anything else."""
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0
