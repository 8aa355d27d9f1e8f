"""What imports left for staff: looked over, published on record, or answered."""

from datetime import datetime, time
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from commentarchive.actions.release import (
    NothingToRelease,
    answer_move,
    release_article,
    release_comment,
    take_back_article,
)
from commentarchive.actions.staff import NO_ROLE, acting, roles_of
from commentarchive.captures.dating import CannotDate, date_copy
from commentarchive.ledger.models import Role
from commentarchive.models import Capture, CaptureState, Comment, PossibleMove, Post
from commentarchive.storage.write_locks import ImportRunning, import_lock
from commentarchive.views.login import log_in_first
from commentarchive.views.pagination import paginate
from moderation.forms import DateForm, ReasonForm
from moderation.queue import (
    REASONS,
    Left,
    left_articles,
    left_comments,
    left_for_staff,
)
from moderation.views.gate import View, not_stored

ROWS = 25
# Who may publish what an import left: whoever looks after copies or comments.
RELEASERS = frozenset({Role.OWNER, Role.MODERATOR, Role.ARCHIVIST})


def _check(request: HttpRequest) -> None:
    if not RELEASERS & set(roles_of(request.user)):
        raise PermissionDenied(NO_ROLE if not roles_of(request.user) else "")


def page_of_left(view: View) -> View:
    """Show a page to those who may publish what an import left."""

    @wraps(view)
    def page(request: HttpRequest, **names: Any) -> HttpResponse:
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        _check(request)
        return not_stored(view(request, **names))

    return page


def form_of_left(view: View) -> View:
    """Take a form from those who may publish; whoever is logged out logs in first."""

    @wraps(view)
    def form(request: HttpRequest, **names: Any) -> HttpResponse:
        back_to = reverse("moderation:left")
        if request.user.is_authenticated:
            _check(request)
        if request.method != "POST":
            return not_stored(redirect(back_to))
        if not request.user.is_authenticated:
            return log_in_first(request, back_to=back_to)
        return not_stored(view(request, **names))

    return form


@page_of_left
def index(request: HttpRequest) -> HttpResponse:
    """List what imports left for staff, by copy and reason, and open questions."""
    questions = PossibleMove.objects.filter(answered_entry=None).select_related(
        *("post__blog", "post__current_revision__text"),
        *("other__blog", "other__current_revision__text", "capture"),
    )
    undated = Capture.objects.filter(written_at=None).exclude(
        Q(state=CaptureState.READING) | Q(importer="warc")
    )
    released = Post.objects.filter(is_public=True).exclude(released_entry=None)
    context = {
        "left": left_for_staff(),
        "questions": questions.order_by("pk"),
        "undated": undated.select_related("blog", "file").order_by("-pk")[:ROWS],
        "released": released.titled().order_by("-released_entry")[:ROWS],
    }
    return render(request, "moderation/left.html", context)


@page_of_left
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


@form_of_left
def publish(request: HttpRequest, ref: str) -> HttpResponse:
    """Publish a comment or an article, or take an article back; on record."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _again(request, "Say why, in some words.", status=422)
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
        return _again(request, str(error), status=409)
    messages.success(request, "Done. It is on record.")
    return redirect(_back(request))


@form_of_left
def answer(request: HttpRequest, ref: str) -> HttpResponse:
    """Answer whether two articles are one; on record."""
    question = get_object_or_404(PossibleMove, ref=ref)
    form = ReasonForm(request.POST)
    said = request.POST.get("is_same", "")
    if not form.is_valid() or said not in {"yes", "no"}:
        return _again(request, "Choose an answer, and say why.", status=422)
    reason, by = form.cleaned_data["reason"], acting(request.user)
    try:
        answer_move(question, is_same=said == "yes", reason=reason, by=by)
    except NothingToRelease as error:
        return _again(request, str(error), status=409)
    messages.success(request, "Answered. It is on record.")
    return redirect("moderation:left")


@form_of_left
def date(request: HttpRequest, ref: str) -> HttpResponse:
    """Record when a copy was made, where nobody said so at its import."""
    capture = get_object_or_404(Capture, ref=ref)
    form = DateForm(request.POST)
    if not form.is_valid():
        return _again(request, "Give a day in the past, and say why.", status=422)
    zone = ZoneInfo(capture.blog.time_zone)
    made_at = datetime.combine(form.cleaned_data["made_on"], time.min, zone)
    reason, by = form.cleaned_data["reason"], acting(request.user)
    try:
        with import_lock():
            date_copy(capture, made_at, reason=reason, by=by)
    except (CannotDate, ImportRunning) as error:
        return _again(request, str(error), status=409)
    messages.success(request, "Dated. The copies were compared anew; it is on record.")
    return redirect("moderation:left")


def _back(request: HttpRequest) -> str:
    """Return the list that the form stood in, if it names one."""
    copy, reason = request.POST.get("copy", ""), request.POST.get("why", "")
    if reason in REASONS and Capture.objects.filter(ref=copy).exists():
        return reverse("moderation:left-detail", args=[copy, reason])
    return reverse("moderation:left")


def _again(request: HttpRequest, message: str, *, status: int) -> HttpResponse:
    """Return a page that says what was wrong and leads back; nothing was changed."""
    context = {"problem": message, "back": _back(request)}
    return render(request, "moderation/left_problem.html", context, status=status)
