"""The desk's list of what was decided otherwise though it says the same."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.core.paginator import InvalidPage, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from commentarchive.models import AccessKind, Comment
from commentarchive.views.pagination import asked_page
from moderation.models import Decision
from moderation.reports.asked import months_there_are
from moderation.reports.consistency import decided_otherwise
from moderation.reports.periods import NoPeriod, Period, parse_period
from moderation.views.gate import LOOK, desk_page

GROUPS = 10
# Of one group; the list says that there are more.
MEMBERS = 20


class Member(NamedTuple):
    """A comment of a group, and the decision that stands on it."""

    comment: Comment
    decision: Decision


class Group(NamedTuple):
    """Comments that say the same, and how many more of them there are."""

    members: Sequence[Member]
    more: int


@desk_page(LOOK, sees=AccessKind.HIDDEN)
def newest(request: HttpRequest) -> HttpResponse:
    """Show the newest month that has something to report."""
    months = months_there_are()
    return _show(request, months[0] if months else None, months)


@desk_page(LOOK, sees=AccessKind.HIDDEN)
def of_period(request: HttpRequest, period: str) -> HttpResponse:
    """Show what was decided otherwise in a period. Raise Http404 for none."""
    try:
        asked = parse_period(period)
    except NoPeriod as error:
        raise Http404(str(error)) from error
    return _show(request, asked, months_there_are())


def _show(
    request: HttpRequest, period: Period | None, months: Sequence[Period]
) -> HttpResponse:
    context: dict[str, object] = {"period": period, "months": months}
    if period is not None:
        found = decided_otherwise(period)
        try:
            page = Paginator(found.groups, GROUPS).page(asked_page(request))
        except InvalidPage as error:
            raise Http404(str(error)) from error
        context |= {"page": page, "groups": _groups(page), "is_all": found.is_all}
    return render(request, "moderation/consistency.html", context)


def _groups(keys: Iterable[Sequence[int]]) -> list[Group]:
    """Read the comments of some groups, with their texts and decisions."""
    shown = [(group[:MEMBERS], len(group[MEMBERS:])) for group in keys]
    wanted = [pk for group, _more in shown for pk in group]
    comments = Comment.objects.read().in_bulk(wanted)
    # The last of each in the order of the record.
    decisions = Decision.objects.filter(comment__in=wanted).select_related(
        *("clause", "clause_since", "judged__text")
    )
    last = {made.comment_id: made for made in decisions.order_by("entry_index")}
    return [
        Group(
            [
                Member(comments[pk], last[pk])
                for pk in group
                if pk in comments and pk in last
            ],
            more,
        )
        for group, more in shown
    ]
