"""Corrections of what copies tell of an article: made, and taken back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from commentarchive.actions.staff import acting
from commentarchive.discussion.corrections import corrections_of
from commentarchive.discussion.cross_posts import cross_posts_of
from commentarchive.intake.article_corrections import (
    correct_article,
    undo_article_correction,
)
from commentarchive.intake.kept_corrections import CannotCorrect
from commentarchive.models import AccessKind, Aspect, Correction, Post
from commentarchive.storage.write_locks import ImportRunning
from commentarchive.views.login import take_kept_form
from moderation.actions.checks import HiddenTexts
from moderation.actions.refusals import Refused
from moderation.forms.corrections import (
    AuthorCorrection,
    DateCorrection,
    TitleCorrection,
)
from moderation.forms.decisions import ReasonForm
from moderation.views.asking_why import why_not
from moderation.views.correcting import CORRECTORS
from moderation.views.desk import WRITTEN_BEFORE
from moderation.views.gate import desk_form, desk_page

type _Form = DateCorrection | TitleCorrection | AuthorCorrection


@desk_page(CORRECTORS, sees=AccessKind.HIDDEN)
def page(request: HttpRequest, ref: str) -> HttpResponse:
    """Show an article as it reads, its corrections, and a form for each fact."""
    post = _the_article(ref)
    forms = _forms(post)
    if kept := take_kept_form(request, f"{request.path}enter/"):
        messages.warning(request, WRITTEN_BEFORE)
        if (aspect := kept.pop("aspect", "")) in forms:
            forms[Aspect(aspect)].initial.update(kept)
    return _show(request, post, forms)


@desk_form(CORRECTORS, page="moderation:correct-post")
def enter(request: HttpRequest, ref: str) -> HttpResponse:
    """Put one fact of an article right, on record."""
    post = _the_article(ref)
    forms = _forms(post)
    told = request.POST.get("aspect", "")
    if told not in forms:
        return _show(request, post, forms, status=422)
    aspect = Aspect(told)
    form = forms[aspect] = _form(post, aspect, request)
    if not form.is_valid():
        return _show(request, post, forms, status=422)
    value, reason = form.cleaned_data["value"], form.cleaned_data["reason"]
    try:
        HiddenTexts().check_article(post, reason)
    except Refused as error:
        form.add_error("reason", str(error))
        return _show(request, post, forms, status=422)
    try:
        HiddenTexts().check_title(post, value)
        correct_article(post, aspect, value, reason=reason, by=acting(request.user))
    except (Refused, CannotCorrect, ImportRunning) as error:
        form.add_error("value", str(error))
        return _show(request, post, forms, status=422)
    messages.success(request, "Corrected. It is on record.")
    return redirect("moderation:correct-post", ref=ref)


@desk_form(CORRECTORS, page="moderation:correct-post")
def take_back(request: HttpRequest, ref: str) -> HttpResponse:
    """Take a correction back, on record."""
    post = _the_article(ref)
    found = Correction.objects.filter(post=post, ref=request.POST.get("correction", ""))
    correction = get_object_or_404(found.select_related("post", "words"))

    def undo(reason: str) -> None:
        HiddenTexts().check_article(post, reason)
        undo_article_correction(correction, reason=reason, by=acting(request.user))

    if problem := why_not(ReasonForm(request.POST), undo):
        messages.error(request, problem)
        return _show(request, post, _forms(post), status=422)
    messages.success(request, "Taken back. It is on record.")
    return redirect("moderation:correct-post", ref=ref)


def _the_article(ref: str) -> Post:
    return get_object_or_404(Post.objects.titled(), ref=ref)


def _forms(post: Post) -> dict[Aspect, _Form]:
    """Return an empty form for each fact; their ids differ."""
    aspects = (Aspect.TIME, Aspect.TITLE, Aspect.AUTHOR)
    return {aspect: _form(post, aspect) for aspect in aspects}


def _form(post: Post, aspect: Aspect, request: HttpRequest | None = None) -> _Form:
    """Return the form for a fact: empty, or as it was sent."""
    data, auto_id = request.POST if request else None, f"{aspect}_%s"
    if aspect is Aspect.TIME:
        return DateCorrection(data, zone=post.blog.time_zone, auto_id=auto_id)
    if aspect is Aspect.TITLE:
        return TitleCorrection(data, auto_id=auto_id)
    return AuthorCorrection(data, auto_id=auto_id)


def _show(
    request: HttpRequest, post: Post, forms: dict[Aspect, _Form], *, status: int = 200
) -> HttpResponse:
    context = {
        "post": post,
        "corrections": corrections_of(post, for_staff=True),
        "cross_posts": cross_posts_of(post, for_staff=True),
        "forms": list(forms.items()),
        "take_back": "moderation:correct-post-take-back",
    }
    return render(request, "moderation/correct_article.html", context, status=status)
