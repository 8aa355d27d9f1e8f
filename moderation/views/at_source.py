"""The desk's list of what is to be done at the blogs themselves."""

from collections.abc import Iterable
from typing import NamedTuple

from django.contrib import messages
from django.db.models import OuterRef, Q, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from commentarchive.actions.staff import acting
from commentarchive.views.pagination import paginate
from moderation.actions.refusals import Refused
from moderation.actions.source_notes import note_done
from moderation.models import Decision, SourceAct, SourceNote
from moderation.models.decision import DecisionQuerySet
from moderation.views.gate import DECIDE, LOOK, desk_form, desk_page
from moderation.waiting.at_source import (
    STILL_PUBLIC,
    AtSource,
    admin_link,
    open_there,
    standing_of,
)

ROWS = 50


class Task(NamedTuple):
    """A decision that is to be done at its blog, and the way there."""

    decision: Decision
    there: AtSource
    link: str


@desk_page(LOOK, sees=None)
def index(request: HttpRequest) -> HttpResponse:
    """List what is still public at its blog, and what nobody said to be done there."""
    notes = SourceNote.objects.filter(decision=OuterRef("pk"))
    shown = notes.filter(act=SourceAct.STILL_PUBLIC).order_by("-capture__taken_at")
    done = notes.filter(act=SourceAct.DONE).order_by("-pk").values("noted_at")
    known = _ready(open_there()).annotate(
        done_at=Subquery(done[:1]), seen_in=Subquery(shown.values("capture")[:1])
    )
    seen = known.filter(seen_in__isnull=False).order_by("entry_index")
    still = [each for each in _tasks(seen) if each.there.state == STILL_PUBLIC]
    to_do = known.filter(Q(done_at=None, seen_in=None)).order_by("entry_index")
    page = paginate(request, to_do, ROWS)
    context = {
        "still_public": still,
        "to_do": _tasks(page.object_list),
        "page": page,
        "may_decide": request.user.has_perm(DECIDE),
    }
    return render(request, "moderation/at_source.html", context)


def _ready(decisions: DecisionQuerySet) -> DecisionQuerySet:
    found = decisions.with_context().select_related("comment__commenter__name")
    return found.prefetch_related("source_notes__capture", "words")


def _tasks(decisions: Iterable[Decision]) -> list[Task]:
    return [
        Task(each, standing_of(list(each.source_notes.all())), admin_link(each.comment))
        for each in decisions
        if each.comment is not None
    ]


@desk_form(DECIDE, page="moderation:at-source", is_list=True)
def done(request: HttpRequest, ref: str) -> HttpResponse:
    """Note that a decision was done at its blog, on record."""
    decision = get_object_or_404(Decision, ref=ref)
    try:
        note_done(decision, by=acting(request.user))
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Done there. It is on record.")
    return redirect("moderation:at-source")
