"""Check what entries say of comments: the rows are so, and their notices are there."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from commentarchive.actions.notices import grade_and_actor
from commentarchive.ledger.comparison import Difference, ReadEntry
from commentarchive.models import (
    Comment,
    Grade,
    Tombstone,
    TombstoneKind,
    Visibility,
)
from commentarchive.storage.prepared import Prepared

# Times in entries are cut to the minute, and it may turn while one is written.
CLOCK_TOLERANCE = timedelta(minutes=2)


def _visibility_after(said: ReadEntry) -> str | None:
    """Return the visibility that an entry gives its comment; None for other entries."""
    if said.event == "erase.done" and said.subject.startswith("c"):
        return Visibility.ERASED.value
    if said.event == "comment.release":
        shown = Visibility.PUBLISHED if said.public["released"] else Visibility.INTERNAL
        return shown.value
    if said.event.startswith("comment.") and "to" in said.public:
        return str(said.public["to"])
    return None


@Prepared
def _states_of(refs: tuple[str, ...]) -> QuerySet[Comment, Any]:
    columns = "ref", "visibility", "decided_entry", "current_revision__commitment"
    return Comment.objects.filter(ref__in=refs).values_list(*columns)


@Prepared
def _opened_in(first: int, last: int) -> QuerySet[Tombstone]:
    opened = Tombstone.objects.filter(opened_entry__range=(first, last))
    return opened.select_related("comment")


def check_comments(entries: Sequence[ReadEntry]) -> Iterator[Difference]:
    """Hold what entries say of comments against these and the notices they opened."""
    entries = [said for said in entries if _visibility_after(said) is not None]
    if not entries:
        return
    rows = {
        ref: rest
        for ref, *rest in _states_of(tuple({said.subject for said in entries}))
    }
    span = (entries[0].index, entries[-1].index)
    opened = {notice.opened_entry: notice for notice in _opened_in(*span)}
    for said in entries:
        if said.subject not in rows:
            yield Difference(said.index, "the comment it speaks of is not there")
            continue
        yield from _comment(said, *rows[said.subject])
        target = _visibility_after(said)
        turns = said.event == "erase.done" or said.public.get("from") != target
        if not turns or target not in TombstoneKind:
            continue
        notice = opened.get(said.index)
        if notice is None or (notice.comment.ref, notice.kind) != (
            said.subject,
            target,
        ):
            reason = f"the notice of comment {said.subject} that it opened is not there"
            yield Difference(said.index, reason)
        elif said.event == "erase.done" and not _says_erased(notice, said.time):
            reason = f"the notice of comment {said.subject} says more than it did"
            yield Difference(said.index, reason)


def _says_erased(notice: Tombstone, time: str) -> bool:
    """Return whether a notice says no more than an erasure does."""
    said = (notice.grade, notice.actor_label, notice.clause_label)
    grade, actor = grade_and_actor(Visibility.ERASED)
    return (
        said == (grade, actor, "")
        and notice.statement_path == ""
        and not notice.shows_name
        and notice.since_not_before is not None
        and abs(notice.since_not_before - datetime.fromisoformat(time))
        < CLOCK_TOLERANCE
    )


def _is_history(said: ReadEntry) -> bool:
    """Return whether an entry tells of a blog's past and changed nothing here."""
    states = said.public.get("from"), said.public.get("grade")
    return states == (_visibility_after(said), Grade.IMPORTED)


def _comment(
    said: ReadEntry, visibility: str, decided: int | None, commitment: str | None
) -> Iterator[Difference]:
    where = f"comment {said.subject}"
    if _is_history(said):
        return
    # What a blog's own records tell gives way to later copies, which are compared with
    # the comment then; whoever keeps decisions knows when that is right.
    gave_way = decided is None and said.public.get("grade") == Grade.IMPORTED
    if not gave_way and (decided is None or decided < said.index):
        yield Difference(said.index, f"{where} does not know of it")
    if decided != said.index:
        return
    target = _visibility_after(said)
    if visibility != target:
        yield Difference(said.index, f"{where} is {visibility}, not {target}")
    moves = said.public.get("from") != target or target == Visibility.PUBLISHED
    if said.event in {"comment.no_action", "erase.done"} or not moves:
        return
    # What is blacked out is judged in one version, and another one is shown.
    name = "shown" if said.event == "comment.redact" else "text"
    if (commitment or None) != said.public[name]:
        yield Difference(said.index, f"{where} shows another text than was decided on")


def compare_notices() -> Iterator[Difference]:
    """Find notices that do not match their comment, or that nothing opened."""
    for ref, visibility, index in _unlike_their_notices.stream():
        reason = f"comment {ref} is {visibility}, and its notice says something else"
        yield Difference(index, reason)
    for ref in _opened_by_nothing():
        yield Difference(None, f"nothing opened a notice of comment {ref}")
    for ref, index in _open_again():
        yield Difference(index, f"a closed notice of comment {ref} is open again")


@Prepared
def _unlike_their_notices() -> QuerySet[Comment, tuple[str, str, int | None]]:
    of_it = Tombstone.objects.filter(comment=OuterRef("pk"), is_open=True)
    fitting = Exists(of_it.filter(kind=OuterRef("visibility")))
    hidden = Q(visibility__in=TombstoneKind.values)
    # A blog may go on showing what was seen to vanish there.
    observed = of_it.filter(grade=Grade.OBSERVED)
    is_left = Q(post__blog__show_gone_text=True) & Exists(observed)
    unlike = ~hidden & Exists(of_it) & ~is_left
    wrong = Comment.objects.filter((hidden & ~fitting) | unlike)
    return wrong.values_list("ref", "visibility", "decided_entry")


@Prepared
def _opened_by_nothing() -> QuerySet[Tombstone, str]:
    sourceless = Tombstone.objects.filter(opened_entry=None, opened_capture=None)
    return sourceless.values_list("comment__ref", flat=True)


@Prepared
def _open_again() -> QuerySet[Tombstone, tuple[str, int | None]]:
    backwards = Tombstone.objects.filter(is_open=True).exclude(
        closed_entry=None, closed_capture=None
    )
    return backwards.values_list("comment__ref", F("closed_entry"))
