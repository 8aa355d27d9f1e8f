"""Corrections of what copies tell of a comment: made, and taken back."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from commentarchive.actions.staff import acting
from commentarchive.discussion.addressed import addressed
from commentarchive.discussion.corrections import corrections_of
from commentarchive.intake.corrections import correct_comment, undo_correction
from commentarchive.intake.kept_corrections import CannotCorrect
from commentarchive.intake.other_article import ChangedMeanwhile, move_comment
from commentarchive.ledger.append import By
from commentarchive.ledger.models import Role
from commentarchive.models import AccessKind, Aspect, Comment, Correction
from commentarchive.storage.write_locks import ImportRunning
from commentarchive.views.login import take_kept_form
from moderation.actions.checks import HiddenTexts
from moderation.actions.refusals import Refused
from moderation.forms.corrections import (
    ArticleCorrection,
    CorrectionForm,
    NameCorrection,
    ParentCorrection,
    TimeCorrection,
)
from moderation.forms.decisions import ReasonForm
from moderation.views.asking_why import why_not
from moderation.views.desk import WRITTEN_BEFORE
from moderation.views.gate import desk_form, desk_page

# Who may put right what copies tell.
CORRECTORS = frozenset({Role.OWNER, Role.ARCHIVIST})
type _Form = CorrectionForm | TimeCorrection
_FORMS: dict[Aspect, type[_Form]] = {
    Aspect.TIME: TimeCorrection,
    Aspect.NAME: NameCorrection,
    Aspect.PARENT: ParentCorrection,
    Aspect.ARTICLE: ArticleCorrection,
}


@desk_page(CORRECTORS, sees=AccessKind.HIDDEN)
def page(request: HttpRequest, ref: str) -> HttpResponse:
    """Show a comment as it reads, its corrections, and a form for each fact."""
    comment = _the_comment(ref)
    forms = _forms(comment)
    if kept := take_kept_form(request, f"{request.path}enter/"):
        messages.warning(request, WRITTEN_BEFORE)
        aspect = kept.pop("aspect", "")
        if aspect in forms:
            forms[Aspect(aspect)].initial.update(kept)
    return _show(request, comment, forms)


@desk_form(CORRECTORS, page="moderation:correct")
def enter(request: HttpRequest, ref: str) -> HttpResponse:
    """Put one fact of a comment right, on record."""
    comment = _the_comment(ref)
    forms = _forms(comment)
    told = request.POST.get("aspect", "")
    if told not in forms:
        return _show(request, comment, forms, status=422)
    aspect = Aspect(told)
    form = forms[aspect] = _FORMS[aspect](
        request.POST, comment=comment, auto_id=f"{aspect}_%s"
    )
    if not form.is_valid():
        return _show(request, comment, forms, status=422)
    status = 422
    try:
        _correct(comment, aspect, form.cleaned_data, acting(request.user))
    except ChangedMeanwhile as error:
        comment, status = _the_comment(ref), 409
        form.add_error("value", str(error))
        if isinstance(form, ArticleCorrection):
            form.look_again(comment)
    except Refused as error:
        form.add_error("reason", str(error))
    except (CannotCorrect, ImportRunning) as error:
        form.add_error("value", str(error))
    if form.errors:
        return _show(request, comment, forms, status=status)
    messages.success(request, "Corrected. It is on record.")
    if aspect is Aspect.ARTICLE and not form.cleaned_data["value"].is_public:
        messages.warning(request, "Readers do not see that article, nor the comment.")
    return redirect("moderation:correct", ref=ref)


def _correct(comment: Comment, aspect: Aspect, told: dict[str, Any], by: By) -> None:
    """Put a fact right by what a valid form tells. Raise what refuses it."""
    value, reason = told["value"], told["reason"]
    HiddenTexts().check_others(comment, reason)
    if aspect is not Aspect.ARTICLE:
        HiddenTexts().check_others(comment, value)
        correct_comment(comment, aspect, value, reason=reason, by=by)
        return
    HiddenTexts().check_article(value, reason)
    move_comment(
        *(comment, value, told["answers"]), seen=told["seen"], reason=reason, by=by
    )


@desk_form(CORRECTORS, page="moderation:correct")
def take_back(request: HttpRequest, ref: str) -> HttpResponse:
    """Take a correction back, on record."""
    comment = _the_comment(ref)
    found = Correction.objects.filter(
        comment=comment, ref=request.POST.get("correction", "")
    )
    correction = get_object_or_404(found.select_related("comment__post__blog", "words"))

    def undo(reason: str) -> None:
        HiddenTexts().check_others(comment, reason)
        undo_correction(correction, reason=reason, by=acting(request.user))

    if problem := why_not(ReasonForm(request.POST), undo):
        messages.error(request, problem)
        return _show(request, comment, _forms(comment), status=422)
    messages.success(request, "Taken back. It is on record.")
    return redirect("moderation:correct", ref=ref)


def _the_comment(ref: str) -> Comment:
    return get_object_or_404(read_whole(), ref=ref)


def read_whole() -> QuerySet[Comment]:
    """Return comments with all that is shown of one where it is put right."""
    return Comment.objects.select_related(
        *("post__blog", "post__current_revision__text", "commenter__name"),
        *("current_revision__text", "parent"),
    )


def _forms(comment: Comment) -> dict[Aspect, _Form]:
    """Return an empty form for each fact; their ids differ."""
    return {
        aspect: form(comment=comment, auto_id=f"{aspect}_%s")
        for aspect, form in _FORMS.items()
    }


def _show(
    request: HttpRequest,
    comment: Comment,
    forms: dict[Aspect, _Form],
    *,
    status: int = 200,
) -> HttpResponse:
    suggested = addressed(comment)
    above = suggested and read_whole().get(pk=suggested.of_name)
    context = {
        "comment": comment,
        "corrections": corrections_of(comment, for_staff=True),
        "forms": list(forms.items()),
        "take_back": "moderation:correct-take-back",
        "addressed": suggested,
        "above": above,
    }
    return render(request, "moderation/correct.html", context, status=status)
