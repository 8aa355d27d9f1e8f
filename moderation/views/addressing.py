"""Whom comments speak to at their start: a list to confirm or refuse, one by one."""

from typing import NamedTuple

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from commentarchive.actions.staff import acting
from commentarchive.discussion.addressed import (
    Addressed,
    addressed,
    open_suggestions,
)
from commentarchive.intake.corrections import correct_comment, keep_parent
from commentarchive.intake.kept_corrections import CannotCorrect
from commentarchive.ledger.append import By
from commentarchive.models import AccessKind, Aspect, Comment
from commentarchive.storage.write_locks import ImportRunning
from commentarchive.text.shown_names import shown_name
from moderation.actions.checks import HiddenTexts
from moderation.actions.refusals import Refused
from moderation.views.correcting import CORRECTORS, read_whole
from moderation.views.gate import desk_form, desk_page

KEPT = "What it answers was looked at, and is kept as it reads."


class Row(NamedTuple):
    """A suggestion with both comments."""

    words: str
    name: str
    comment: Comment
    of_name: Comment


@desk_page(CORRECTORS, sees=AccessKind.HIDDEN)
def index(request: HttpRequest) -> HttpResponse:
    """List suggestions in reading order, each with its two answers."""
    after = None
    if (ref := request.GET.get("after")) is not None:
        after = Comment.objects.filter(ref=ref).first()
        if after is None:
            raise Http404
    listed = open_suggestions(after)
    context = {
        "rows": _read(listed.found),
        "last": listed.last,
        "looked_at": listed.looked_at,
        "after": after.ref if after else "",
    }
    return render(request, "moderation/addressed.html", context)


@desk_form(CORRECTORS, page="moderation:addressed", is_list=True)
def answer(request: HttpRequest, ref: str) -> HttpResponse:
    """Confirm or refuse what a comment is suggested to answer; on record."""
    comment = get_object_or_404(read_whole(), ref=ref)
    said = request.POST.get("answer", "")
    suggested = addressed(comment)
    above = suggested and Comment.objects.get(pk=suggested.of_name)
    if said not in {"yes", "no"}:
        messages.error(request, "Choose an answer: nothing was recorded.")
    elif (
        suggested is None or above is None or above.ref != request.POST.get("above", "")
    ):
        messages.error(
            request,
            "That comment, its thread or its answer has changed meanwhile: nothing "
            "was recorded.",
        )
    elif problem := _answer(
        *(comment, above, suggested.words),
        is_right=said == "yes",
        by=acting(request.user),
    ):
        messages.error(request, f"{problem} Nothing was recorded.")
    else:
        done = "Confirmed: readers see it now" if said == "yes" else "Refused"
        messages.success(
            request, f"{done}. It is on record, and can be taken back there."
        )
    return redirect(_back(request))


def _answer(
    comment: Comment, above: Comment, words: str, *, is_right: bool, by: By
) -> str:
    """Record an answer; return what is against it, "" if it was recorded."""
    reason = (
        f"It begins with the name “{words}”, and this is the nearest earlier "
        "comment of that name."
    )
    try:
        if is_right:
            HiddenTexts().check_others(comment, reason)
            parent = above.source_id
            correct_comment(comment, Aspect.PARENT, parent, reason=reason, by=by)
        else:
            keep_parent(comment, reason=KEPT, by=by)
    except (CannotCorrect, ImportRunning, Refused) as error:
        return str(error)
    return ""


def _back(request: HttpRequest) -> str:
    """Return the part of the list that the form stood in."""
    page, after = reverse("moderation:addressed"), request.POST.get("after", "")
    if Comment.objects.filter(ref=after).exists():
        return f"{page}?after={after}"
    return page


def _read(found: list[Addressed]) -> list[Row]:
    keys = {pk for each in found for pk in (each.comment, each.of_name)}
    read = read_whole().in_bulk(keys)
    return [
        Row(each.words, shown_name(each.name), read[each.comment], read[each.of_name])
        for each in found
        if each.comment in read and each.of_name in read
    ]
