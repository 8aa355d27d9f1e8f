"""What is decided on beside comments and stands: articles, names, discussions."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from commentarchive.models import AccessKind, Part, PartNotice, Post
from commentarchive.threads.part_words import placeholder
from commentarchive.views.pagination import paginate
from moderation.actions.parts import Target
from moderation.models import Decision
from moderation.views.gate import LOOK, desk_page
from moderation.views.part_cards import address_of

LISTED, NEWS = 50, 25


class Standing(NamedTuple):
    """A notice that stands, as the list has it."""

    address: str
    what: str
    post: Post | None
    name: str
    decision: Decision
    due_at: datetime | None


@desk_page(LOOK, sees=AccessKind.HIDDEN)
def index(request: HttpRequest) -> HttpResponse:
    """List what stands, the newest first, above it what a blog has changed since."""
    stands = PartNotice.objects.filter(is_open=True).select_related(
        *("post__blog", "post__current_revision__text", "post__put_right"),
        *("commenter__name", "commenter__blog"),
    )
    page = paginate(request, stands.order_by("-opened_entry"), LISTED)
    kept = Post.objects.filter(decided_entry__isnull=False, news_revision__isnull=False)
    # That of which readers see all but some words is no news.
    is_cut = Q(current_revision__redaction__source=F("news_revision"))
    news = kept.exclude(is_cut).titled()
    context = {
        "page": page,
        "rows": _rows(list(page)),
        "news": news.order_by("-decided_entry")[:NEWS],
    }
    return render(request, "moderation/desk_parts.html", context)


def _rows(notices: Sequence[PartNotice]) -> list[Standing]:
    opened = [notice.opened_entry for notice in notices]
    found = Decision.objects.filter(entry_index__in=opened).select_related("post")
    decisions = {decision.entry_index: decision for decision in found}
    return [
        _row(notice, decisions[notice.opened_entry])
        for notice in notices
        if notice.opened_entry in decisions
    ]


def _row(notice: PartNotice, decision: Decision) -> Standing:
    part = Part(notice.part)
    target = Target(post=decision.post, part=part, commenter=notice.commenter)
    name = getattr(notice.commenter, "name", None)
    return Standing(
        address=address_of(target),
        what=placeholder(part, notice.kind),
        post=notice.post,
        name=name.name if name else "",
        decision=decision,
        due_at=decision.due_at,
    )
