"""Corrections of what copies tell of an article: made, and taken back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from commentarchive.actions.staff import acting
from commentarchive.discussion.corrections import corrections_of
from commentarchive.intake.article_corrections import (
    correct_article,
    undo_article_correction,
)
from commentarchive.intake.kept_corrections import CannotCorrect
from commentarchive.models import Correction, Post
from commentarchive.storage.write_locks import ImportRunning
from commentarchive.views.login import take_kept_form
from moderation.actions.checks import HiddenTexts
from moderation.actions.refusals import Refused
from moderation.forms import DateCorrection, ReasonForm
from moderation.views.correcting import CORRECTORS
from moderation.views.desk import WRITTEN_BEFORE
from moderation.views.gate import desk_form, desk_page


@desk_page(CORRECTORS)
def page(request: HttpRequest, ref: str) -> HttpResponse:
    """Show an article's date, its corrections, and a form for another one."""
    post = _the_article(ref)
    form = DateCorrection(zone=post.blog.time_zone)
    if kept := take_kept_form(request, f"{request.path}enter/"):
        messages.warning(request, WRITTEN_BEFORE)
        form.initial.update(kept)
    return _show(request, post, form)


@desk_form(CORRECTORS, page="moderation:correct-post")
def enter(request: HttpRequest, ref: str) -> HttpResponse:
    """Put an article's date right, on record."""
    post = _the_article(ref)
    form = DateCorrection(request.POST, zone=post.blog.time_zone)
    if not form.is_valid():
        return _show(request, post, form, status=422)
    value, reason = form.cleaned_data["value"], form.cleaned_data["reason"]
    try:
        HiddenTexts().check_article(post, reason)
        correct_article(post, value, reason=reason, by=acting(request.user))
    except Refused as error:
        form.add_error("reason", str(error))
    except (CannotCorrect, ImportRunning) as error:
        form.add_error("value", str(error))
    if form.errors:
        return _show(request, post, form, status=422)
    messages.success(request, "Corrected. It is on record.")
    return redirect("moderation:correct-post", ref=ref)


@desk_form(CORRECTORS, page="moderation:correct-post")
def take_back(request: HttpRequest, ref: str) -> HttpResponse:
    """Take a correction back, on record."""
    post = _the_article(ref)
    found = Correction.objects.filter(post=post, ref=request.POST.get("correction", ""))
    correction = get_object_or_404(found.select_related("post", "words"))
    form = ReasonForm(request.POST)
    problem = "" if form.is_valid() else "Say why, in some words."
    if not problem:
        reason = form.cleaned_data["reason"]
        try:
            HiddenTexts().check_article(post, reason)
            undo_article_correction(correction, reason=reason, by=acting(request.user))
        except (Refused, CannotCorrect, ImportRunning) as error:
            problem = str(error)
    if problem:
        messages.error(request, problem)
        form = DateCorrection(zone=post.blog.time_zone)
        return _show(request, post, form, status=422)
    messages.success(request, "Taken back. It is on record.")
    return redirect("moderation:correct-post", ref=ref)


def _the_article(ref: str) -> Post:
    return get_object_or_404(Post.objects.titled(), ref=ref)


def _show(
    request: HttpRequest, post: Post, form: DateCorrection, *, status: int = 200
) -> HttpResponse:
    context = {
        "post": post,
        "corrections": corrections_of(post, for_staff=True),
        "form": form,
        "take_back": "moderation:correct-post-take-back",
    }
    return render(request, "moderation/correct_article.html", context, status=status)
