"""Cross-posts put right: another address or attribution, or withdrawn."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from commentarchive.actions.crossposts import (
    CannotTie,
    correct_cross_post,
    withdraw_cross_post,
)
from commentarchive.actions.staff import acting
from commentarchive.discussion.cross_posts import CrossPostLine, cross_posts_of
from commentarchive.models import CrossPost
from commentarchive.views.login import take_kept_form
from moderation.actions.checks import HiddenTexts
from moderation.actions.refusals import Refused
from moderation.forms.corrections import CrossPostCorrection
from moderation.forms.decisions import ReasonForm
from moderation.views.correcting import CORRECTORS
from moderation.views.desk import WRITTEN_BEFORE
from moderation.views.gate import desk_form, desk_page


@desk_page(CORRECTORS, sees=None)
def page(request: HttpRequest, ref: str) -> HttpResponse:
    """Show a cross-post, what was found of it, and the forms to put it right."""
    tie = _the_tie(ref)
    if kept := take_kept_form(request, f"{request.path}enter/"):
        messages.warning(request, WRITTEN_BEFORE)
        return _show(request, tie, CrossPostCorrection(initial=kept))
    return _show(request, tie)


@desk_form(CORRECTORS, page="moderation:correct-cross-post")
def enter(request: HttpRequest, ref: str) -> HttpResponse:
    """Put the address or the attribution right, on record."""
    tie, form = _the_tie(ref), CrossPostCorrection(request.POST)
    if not form.is_valid():
        return _show(request, tie, form, status=422)
    told = form.cleaned_data
    for field in ("attribution", "reason"):
        try:
            HiddenTexts().check_article(tie.post, told[field])
        except Refused as error:
            form.add_error(field, str(error))
    if not form.errors:
        try:
            right = correct_cross_post(
                tie,
                told["address"],
                attribution=told["attribution"],
                reason=told["reason"],
                by=acting(request.user),
            )
        except CannotTie as error:
            form.add_error("address", str(error))
        else:
            messages.success(request, "Corrected. It is on record.")
            return redirect("moderation:correct-cross-post", ref=right.ref)
    return _show(request, tie, form, status=422)


@desk_form(CORRECTORS, page="moderation:correct-cross-post")
def withdraw(request: HttpRequest, ref: str) -> HttpResponse:
    """Record that it is no cross-post, whatever copies tell."""
    tie, form = _the_tie(ref), ReasonForm(request.POST, auto_id="withdraw_%s")
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            HiddenTexts().check_article(tie.post, reason)
            withdraw_cross_post(tie, reason=reason, by=acting(request.user))
        except (Refused, CannotTie) as error:
            form.add_error("reason", str(error))
        else:
            messages.success(request, "Withdrawn. It is on record.")
            return redirect("moderation:correct-cross-post", ref=ref)
    return _show(request, tie, withdrawal=form, status=422)


def _the_tie(ref: str) -> CrossPost:
    ties = CrossPost.objects.select_related(
        "post__blog", "post__current_revision__text", "post__put_right"
    )
    return get_object_or_404(ties, ref=ref)


def _line(tie: CrossPost) -> CrossPostLine:
    lines = cross_posts_of(tie.post, for_staff=True)
    return next(each for each in lines if each.ref == tie.ref)


def _show(
    request: HttpRequest,
    tie: CrossPost,
    form: forms.Form | None = None,
    *,
    withdrawal: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    line = _line(tie)
    stands = {"address": tie.other_address, "attribution": line.attribution}
    context = {
        "tie": tie,
        "each": line,
        "form": form or CrossPostCorrection(initial=stands),
        "withdrawal": withdrawal or ReasonForm(auto_id="withdraw_%s"),
    }
    return render(request, "moderation/correct_cross_post.html", context, status=status)
