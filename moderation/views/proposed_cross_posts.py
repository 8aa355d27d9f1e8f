"""Cross-posts that imports propose: looked over, confirmed or refused, on record."""

from typing import NamedTuple

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from commentarchive.actions.cross_post_proposals import answer_proposal
from commentarchive.actions.crossposts import CannotTie
from commentarchive.actions.staff import acting
from commentarchive.discussion.article_places import plain_of
from commentarchive.discussion.cross_posts import naming_line
from commentarchive.models import CrossPost, CrossPostFinding, CueKind
from commentarchive.text.alike import likeness
from commentarchive.text.word_differences import Piece, differences
from commentarchive.views.pagination import paginate
from moderation.actions.checks import HiddenTexts
from moderation.actions.refusals import Refused
from moderation.views.correcting import CORRECTORS
from moderation.views.gate import desk_form, desk_page

# So many texts are compared for one page, and so many answers can be turned round.
ROWS, LATEST = 10, 10


class Row(NamedTuple):
    """A proposal with its evidence, and both texts beside one another."""

    tie: CrossPost
    cues: list[str]
    # How the article says so; "" where it does not.
    line: str
    # How many of a hundred words are the same now; None where one text is not here.
    score: int | None
    pieces: list[Piece]
    answered_entry: int | None


@desk_page(CORRECTORS, sees=None)
def index(request: HttpRequest) -> HttpResponse:
    """List proposals, the oldest first, each with its evidence and its two answers."""
    page = paginate(request, _read(CrossPost.objects.proposed()).order_by("pk"), ROWS)
    found = CrossPostFinding.objects.filter(tie__cues__isnull=False)
    latest = found.order_by("-entry_index").values_list("tie", "entry_index").distinct()
    entries: dict[int, int] = {}
    for tie, entry in latest[: LATEST * 2]:
        entries.setdefault(tie, entry)
    answered = _read(CrossPost.objects.filter(pk__in=entries))
    context = {
        "page": page,
        "rows": [_row(tie) for tie in page],
        "answered": sorted(
            (_row(tie, entries[tie.pk]) for tie in answered),
            key=lambda row: -(row.answered_entry or 0),
        )[:LATEST],
    }
    return render(request, "moderation/proposed_cross_posts.html", context)


@desk_form(CORRECTORS, page="moderation:cross-posts", is_list=True)
def answer(request: HttpRequest, ref: str) -> HttpResponse:
    """Confirm or refuse a proposal, or turn an answer round; on record."""
    tie = get_object_or_404(
        _read(CrossPost.objects.filter(cues__isnull=False)), ref=ref
    )
    said = request.POST.get("answer", "")
    if said not in {"yes", "no"}:
        messages.error(request, "Choose an answer: nothing was recorded.")
        return redirect("moderation:cross-posts")
    try:
        answer_proposal(
            tie,
            is_one=said == "yes",
            attribution=_public_line(tie) if said == "yes" else "",
            by=acting(request.user),
        )
    except CannotTie as error:
        messages.error(request, f"{error} Nothing was recorded.")
    else:
        done = "Confirmed: readers see it now" if said == "yes" else "Refused"
        messages.success(request, f"{done}. It is on record, and can be undone below.")
    return redirect("moderation:cross-posts")


def _read(ties: QuerySet[CrossPost]) -> QuerySet[CrossPost]:
    found = ties.select_related(
        *("post__blog", "post__current_revision__text", "post__put_right"),
        *("other_post__blog", "other_post__current_revision__text"),
        *("other_post__put_right", "other_blog"),
    )
    return found.prefetch_related("cues").distinct()


def _row(tie: CrossPost, answered_entry: int | None = None) -> Row:
    one, other = plain_of(tie.other_post), plain_of(tie.post)
    has_both = bool(one and other)
    cues = [
        f"{cue.get_kind_display()} ({cue.score}%)"
        if cue.kind == CueKind.ALIKE and not has_both
        else cue.get_kind_display()
        for cue in tie.cues.all()
    ]
    is_waiting = answered_entry is None
    return Row(
        tie=tie,
        cues=cues,
        line=naming_line(tie),
        score=likeness(one, other) if has_both else None,
        pieces=differences(one, other) if has_both and is_waiting else [],
        answered_entry=answered_entry,
    )


def _public_line(tie: CrossPost) -> str:
    """Return that line where readers may read all of it."""
    line = naming_line(tie)
    try:
        HiddenTexts().check_article(tie.post, line)
    except Refused:
        return ""
    return line
