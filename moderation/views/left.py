"""What imports left for staff: looked over, published on record, or answered."""

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from commentarchive.actions.release import (
    NothingToRelease,
    answer_move,
    release_article,
    release_comment,
    take_back_article,
)
from commentarchive.actions.staff import acting
from commentarchive.captures.dating import CannotDate, date_copy
from commentarchive.captures.history import ENTERED
from commentarchive.models import (
    AccessKind,
    Capture,
    CaptureState,
    Comment,
    PossibleMove,
    Post,
)
from commentarchive.storage.write_locks import ImportRunning, import_lock
from commentarchive.views.pagination import paginate
from moderation.desk.left_by_imports import (
    REASONS,
    Left,
    left_articles,
    left_comments,
    left_for_staff,
)
from moderation.forms.decisions import DateForm, ReasonForm
from moderation.views.gate import RELEASE, desk_form, desk_page

ROWS = 25


@desk_page(RELEASE, sees=None)
def index(request: HttpRequest) -> HttpResponse:
    """List what imports left for staff, by copy and reason, and open questions."""
    questions = PossibleMove.objects.filter(answered_entry=None).select_related(
        *("post__blog", "post__current_revision__text"),
        *("other__blog", "other__current_revision__text", "capture"),
    )
    undated = Capture.objects.filter(written_at=None).exclude(
        Q(state=CaptureState.READING) | Q(importer__in=("warc", *ENTERED))
    )
    released = Post.objects.filter(is_public=True).exclude(released_entry=None)
    context = {
        "left": left_for_staff(),
        "questions": questions.order_by("pk"),
        "undated": undated.select_related("blog", "file").order_by("-pk")[:ROWS],
        "released": released.titled().order_by("-released_entry")[:ROWS],
    }
    return render(request, "moderation/left.html", context)


@desk_page(RELEASE, sees=AccessKind.HIDDEN)
def detail(request: HttpRequest, ref: str, reason: str) -> HttpResponse:
    """Show what one copy left for one reason, each with its text and a form."""
    capture = get_object_or_404(Capture.objects.select_related("blog"), ref=ref)
    if reason not in REASONS:
        raise Http404
    is_article = reason == "article"
    rows = left_articles(capture) if is_article else left_comments(capture, reason)
    page = paginate(request, rows, ROWS)
    context = {
        "group": Left(capture, reason, page.paginator.count),
        "page": page,
        "is_article": is_article,
    }
    return render(request, "moderation/left_detail.html", context)


@desk_form(RELEASE, page="moderation:left", is_list=True)
def publish(request: HttpRequest, ref: str) -> HttpResponse:
    """Publish a comment or an article, or take an article back; on record."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _again(request, "Say why, in some words.", asks="reason")
    reason, by = form.cleaned_data["reason"], acting(request.user)
    try:
        if ref.startswith("c"):
            comment = get_object_or_404(Comment, ref=ref)
            release_comment(comment, reason=reason, by=by)
        elif "take_back" in request.POST:
            take_back_article(get_object_or_404(Post, ref=ref), reason=reason, by=by)
        else:
            release_article(get_object_or_404(Post, ref=ref), reason=reason, by=by)
    except NothingToRelease as error:
        return _again(request, str(error))
    messages.success(request, "Done. It is on record.")
    return redirect(_back(request))


@desk_form(RELEASE, page="moderation:left", is_list=True)
def answer(request: HttpRequest, ref: str) -> HttpResponse:
    """Answer whether two articles are one; on record."""
    question = get_object_or_404(PossibleMove, ref=ref)
    form = ReasonForm(request.POST)
    said = request.POST.get("is_same", "")
    if not form.is_valid() or said not in {"yes", "no"}:
        return _again(request, "Choose an answer, and say why.", asks="answer")
    reason, by = form.cleaned_data["reason"], acting(request.user)
    try:
        answer_move(question, is_same=said == "yes", reason=reason, by=by)
    except NothingToRelease as error:
        return _again(request, str(error))
    messages.success(request, "Answered. It is on record.")
    return redirect("moderation:left")


@desk_form(RELEASE, page="moderation:left", is_list=True)
def date(request: HttpRequest, ref: str) -> HttpResponse:
    """Record when a copy was made, where nobody said so at its import."""
    capture = get_object_or_404(Capture, ref=ref)
    form = DateForm(request.POST)
    if not form.is_valid():
        return _again(request, "Give a day in the past, and say why.", asks="day")
    made_on = form.cleaned_data["made_on"]
    reason, by = form.cleaned_data["reason"], acting(request.user)
    try:
        with import_lock():
            date_copy(capture, made_on, reason=reason, by=by)
    except (CannotDate, ImportRunning) as error:
        return _again(request, str(error))
    messages.success(request, "Dated. The copies were compared anew; it is on record.")
    return redirect("moderation:left")


def _back(request: HttpRequest) -> str:
    """Return the list that the form stood in, if it names one."""
    copy, reason = request.POST.get("copy", ""), request.POST.get("why", "")
    if reason in REASONS and Capture.objects.filter(ref=copy).exists():
        return reverse("moderation:left-detail", args=[copy, reason])
    return reverse("moderation:left")


def _again(request: HttpRequest, message: str, *, asks: str = "") -> HttpResponse:
    """Return a page that says what was wrong, with what was typed; nothing was changed.

    It asks for a reason, and an answer or a day, where the form can be sent again.
    """
    context = {
        "problem": message,
        "back": _back(request),
        "asks": asks,
        "typed": request.POST,
    }
    status = 422 if asks else 409
    return render(request, "moderation/left_problem.html", context, status=status)
