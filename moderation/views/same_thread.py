"""One thread from two sources: two articles tied, comment by comment, and untied."""

from collections.abc import Mapping
from typing import NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from commentarchive.actions.staff import acting
from commentarchive.discussion.thread_sides import (
    Side,
    candidates,
    has_two_sources,
    in_order_of_evidence,
    sides_of,
    ties_of,
)
from commentarchive.intake.same_thread import (
    CannotTie,
    ChangedSince,
    Chosen,
    check_tie,
    marks_of,
    tie_threads,
    untie_threads,
)
from commentarchive.models import AccessKind, Post, SameThread
from commentarchive.storage.write_locks import ImportRunning
from commentarchive.text.addresses import normalise
from commentarchive.text.pairing import propose
from commentarchive.views.login import take_kept_form
from moderation.forms.names import EvidenceForm
from moderation.views.correcting import CORRECTORS
from moderation.views.desk import WRITTEN_BEFORE
from moderation.views.gate import desk_form, desk_page

# Articles that a search lists, and fields that one form may have.
LISTED, MOST_FIELDS = 30, 900


class Line(NamedTuple):
    """A comment that gives way, and the number of the one that it is said to be."""

    side: Side
    # The one that was proposed, if any, and how alike they are.
    proposed: Side | None
    score: int | None
    number: str
    is_ticked: bool


@desk_page(CORRECTORS, sees=None)
def page(request: HttpRequest, ref: str) -> HttpResponse:
    """List an article's ties, and articles that may be the same thread."""
    return _list(request, _the_article(ref))


def _list(request: HttpRequest, post: Post, *, status: int = 200) -> HttpResponse:
    words = request.GET.get("q", "").strip()
    is_address = "/" in words and " " not in words
    address = normalise(words) or words if is_address else ""
    context = {
        "post": post,
        "ties": ties_of(post),
        "words": words,
        "found": candidates(post, words, address, LISTED),
        "has_two_sources": has_two_sources(post),
    }
    return render(request, "moderation/same_thread.html", context, status=status)


@desk_page(CORRECTORS, sees=AccessKind.HIDDEN)
def pairs(request: HttpRequest, ref: str, other: str) -> HttpResponse:
    """Show which comments of two articles may be the same, to be changed and tied."""
    one, two = _the_article(ref), _the_article(other)
    try:
        check_tie(one, two)
    except CannotTie as error:
        messages.error(request, str(error))
        return _list(request, one, status=422)
    kept = take_kept_form(request, f"{request.path}tie/")
    if kept:
        messages.warning(request, WRITTEN_BEFORE)
    return _show(request, one, two, kept or None)


@desk_form(CORRECTORS, page="moderation:same-thread-pairs")
def tie(request: HttpRequest, ref: str, other: str) -> HttpResponse:
    """Tie two articles as one thread, on record."""
    one, two = _the_article(ref), _the_article(other)
    form = EvidenceForm(request.POST)
    problem, status = "", 422
    if not form.is_valid():
        problem = "Say by what evidence they are one thread."
    else:
        try:
            check_tie(one, two)
            tie_threads(
                one,
                two,
                _chosen(request.POST, *in_order_of_evidence(one, two)),
                evidence=form.cleaned_data["evidence"],
                seen=request.POST.get("seen", ""),
                by=acting(request.user),
            )
        except ChangedSince as error:
            problem, status = f"{error} Nothing was recorded.", 409
        except (CannotTie, ImportRunning) as error:
            problem = str(error)
    if problem:
        messages.error(request, problem)
        try:
            check_tie(one, two)
        except CannotTie:
            return _list(request, one, status=status)
        return _show(request, one, two, _fields(request.POST), status=status)
    messages.success(request, "Tied. Readers see one thread; it is on record.")
    return redirect("moderation:same-thread", ref=ref)


@desk_form(CORRECTORS, page="moderation:same-thread")
def untie(request: HttpRequest, ref: str) -> HttpResponse:
    """End a tie, on record; all is as it was before."""
    post = _the_article(ref)
    found = SameThread.objects.filter(ref=request.POST.get("tie", ""))
    ending = get_object_or_404(
        found.select_related("post__blog", "other__blog").filter(
            pk__in=SameThread.objects.of(post)
        )
    )
    form = EvidenceForm(request.POST)
    problem = "" if form.is_valid() else "Say why they are not the same thread."
    if not problem:
        try:
            evidence = form.cleaned_data["evidence"]
            untie_threads(ending, evidence=evidence, by=acting(request.user))
        except (CannotTie, ImportRunning) as error:
            problem = str(error)
    if problem:
        messages.error(request, problem)
        return _list(request, post, status=422)
    messages.success(request, "Untied. All is as it was before; it is on record.")
    return redirect("moderation:same-thread", ref=ref)


def _the_article(ref: str) -> Post:
    return get_object_or_404(Post.objects.titled(), ref=ref)


def _fields(sent: QueryDict) -> dict[str, str]:
    return {name: str(sent.get(name, "")) for name in sent}


def _chosen(sent: QueryDict, post: Post, leader: Post) -> list[Chosen]:
    """Read the pairs that a form holds: a number beside each comment that gives way.

    Raise CannotTie for a number that no comment has.
    """
    lines, rest = _lines(post, leader, _fields(sent))
    by_number = {
        str(side.number): side
        for side in (*(line.proposed for line in lines if line.proposed), *rest)
    }
    found = []
    for line in lines:
        if not (line.number and line.is_ticked):
            continue
        other = by_number.get(line.number)
        if other is None:
            message = f"No comment on the right has the number “{line.number}”."
            raise CannotTie(message)
        is_as_proposed = line.proposed is other
        score = line.score if is_as_proposed else None
        found.append(Chosen(line.side.comment.ref, other.comment.ref, score))
    return found


def _lines(
    post: Post, leader: Post, sent: Mapping[str, str] | None
) -> tuple[list[Line], list[Side]]:
    """Return a line for each comment that gives way, and the rest of the other side."""
    ones, others = sides_of(post, leader)
    pairs = propose([each.remark for each in ones], [each.remark for each in others])
    by_one = {pair.one: pair for pair in pairs}
    lines = []
    for place, side in enumerate(ones):
        pair = by_one.get(place)
        proposed = others[pair.other] if pair else None
        number, is_ticked = str(proposed.number) if proposed else "", True
        if sent is not None:
            number = sent.get(f"with-{side.comment.ref}", "").strip()[:8]
            is_ticked = not proposed or f"same-{side.comment.ref}" in sent
        score = pair.score if pair else None
        lines.append(Line(side, proposed, score, number, is_ticked))
    taken = {pair.other for pair in pairs}
    return lines, [each for n, each in enumerate(others) if n not in taken]


def _show(
    request: HttpRequest,
    one: Post,
    two: Post,
    sent: Mapping[str, str] | None,
    *,
    status: int = 200,
) -> HttpResponse:
    post, leader = in_order_of_evidence(one, two)
    lines, rest = _lines(post, leader, sent)
    number = sum(1 for line in lines if line.proposed)
    if len(lines) + number > MOST_FIELDS:
        message = (
            f"The thread that gives way has {len(lines)} comments, which are too many "
            "to tie here."
        )
        messages.error(request, message)
        return _list(request, one, status=422)
    said = f"{number} of {len(lines)} comments have the same, or nearly the same words."
    context = {
        "one": one,
        "post": post,
        "leader": leader,
        "pairs": [line for line in lines if line.proposed],
        "alone": [line for line in lines if not line.proposed],
        "rest": rest,
        "seen": marks_of(*sides_of(post, leader)),
        "evidence": said if sent is None else sent.get("evidence", ""),
        "action": reverse("moderation:same-thread-tie", args=[one.ref, two.ref]),
    }
    return render(request, "moderation/same_thread_pairs.html", context, status=status)
