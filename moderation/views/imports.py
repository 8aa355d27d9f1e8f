"""Imports at the desk: asked for, started, cancelled, and their blogs published."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from commentarchive.actions.blogs import BlogChanged, publish_blog
from commentarchive.actions.staff import acting
from commentarchive.intake import uploads
from commentarchive.intake.jobs import JobMoved, ask, cancel, start
from commentarchive.models import Blog, BlogVisibility, ImportJob
from commentarchive.views.login import take_kept_form
from commentarchive.views.pagination import paginate
from moderation.forms.imports import BOTH, CUT_OFF, NOTHING, ImportForm
from moderation.views.gate import IMPORT, desk_form, desk_page, may
from moderation.views.import_results import blogs_of

ROWS = 25
# How many files of the inbox are named.
LISTED = 50
_PUBLIC = (BlogVisibility.UNLISTED, BlogVisibility.PUBLIC)


@desk_page(IMPORT, sees=None)
def index(request: HttpRequest) -> HttpResponse:
    """Show the form of an import above the list of all that were asked for."""
    kept = take_kept_form(request, reverse("moderation:import-new"))
    return _show(request, ImportForm(initial=kept))


def _show(request: HttpRequest, form: ImportForm, status: int = 200) -> HttpResponse:
    jobs = ImportJob.objects.select_related("asked_by").order_by("-pk")
    context = {
        "form": form,
        "page": paginate(request, jobs, ROWS),
        "most": uploads.MOST >> 20,
        "most_files": settings.DATA_UPLOAD_MAX_NUMBER_FILES,
        "inbox": uploads.in_inbox(LISTED),
    }
    return render(request, "moderation/imports.html", context, status=status)


@csrf_exempt
def create(request: HttpRequest) -> HttpResponse:
    """Take an import's form; nobody's files but those of who may import are stored.

    What stores them has to be chosen before anything is read, the token included; it
    is checked by `_create`.
    """
    if request.method == "POST" and may(request, IMPORT):
        request.upload_handlers = [uploads.Upload(request)]
    try:
        _ = request.POST
    except TooManyFilesSent as error:
        most = settings.DATA_UPLOAD_MAX_NUMBER_FILES
        message = f"At most {most} files can be uploaded together; a ZIP is one file."
        raise BadRequest(message) from error
    return _create(request)


@csrf_protect
@desk_form(IMPORT, page="moderation:imports", is_list=True)
def _create(request: HttpRequest) -> HttpResponse:
    form = ImportForm(request.POST)
    files = request.FILES.getlist("files")
    if _is_too_large(request):
        form.add_error(None, uploads.too_large())
        return _show(request, form, status=413)
    if "end" not in request.POST:
        form.add_error(None, CUT_OFF)
        return _show(request, form, status=400)
    path = request.POST.get("inbox", "").strip()
    if bool(path) == bool(files):
        form.add_error("inbox", BOTH if path else NOTHING)
    if not form.is_valid():
        return _show(request, form, status=422)
    actor = acting(request.user).actor
    assert actor is not None  # noqa: S101  # somebody is logged in
    options: dict[str, Any] = {
        "blog_slug": form.slug,
        "saved_on": form.cleaned_data["saved_on"],
        "actor": actor,
    }
    try:
        job = ask(files, inbox_path=path, **options)
    except uploads.RefusedFile as error:
        form.add_error("inbox", str(error))
        return _show(request, form, status=422)
    return redirect("moderation:import", ref=job.ref)


def _is_too_large(request: HttpRequest) -> bool:
    return any(getattr(each, "is_too_large", False) for each in request.upload_handlers)


@desk_form(IMPORT, page="moderation:import")
def start_it(request: HttpRequest, ref: str) -> HttpResponse:
    """Let an import begin that was looked over."""
    job = get_object_or_404(ImportJob, ref=ref)
    try:
        start(job)
    except JobMoved as error:
        messages.error(request, str(error))
    return redirect("moderation:import", ref=ref)


@desk_form(IMPORT, page="moderation:import")
def cancel_it(request: HttpRequest, ref: str) -> HttpResponse:
    """Cancel an import; what is whole by then stays."""
    job = get_object_or_404(ImportJob, ref=ref)
    try:
        cancel(job)
    except JobMoved as error:
        messages.error(request, str(error))
    return redirect("moderation:import", ref=ref)


@desk_form(IMPORT, page="moderation:import")
def publish(request: HttpRequest, ref: str) -> HttpResponse:
    """Let readers see a blog that an import made; on record."""
    job = get_object_or_404(ImportJob, ref=ref)
    blogs: list[Blog] = blogs_of(job)
    blog = next((each for each in blogs if each.slug == request.POST.get("blog")), None)
    chosen = request.POST.get("to", "")
    if blog is None or chosen not in _PUBLIC or not job.has_ended:
        messages.error(request, "Choose who may see it. Nothing was changed.")
        return redirect("moderation:import", ref=ref)
    try:
        publish_blog(blog, BlogVisibility(chosen), by=acting(request.user))
        messages.success(request, f"{blog.title} is published. It is on record.")
    except BlogChanged as error:
        messages.error(request, f"{error} Nothing was changed.")
    return redirect("moderation:import", ref=ref)
