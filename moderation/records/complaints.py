"""Complaints, compared with the entries that put them on record."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, QuerySet

from commentarchive.ledger.comparison import Difference, ReadEntry
from commentarchive.ledger.merkle.canonical import Value
from commentarchive.ledger.models import Entry
from commentarchive.models import Comment, Commenter, Post
from commentarchive.storage.prepared import Prepared
from moderation.models import (
    Channel,
    Complaint,
    ComplaintAnswer,
    ComplaintEnd,
    ComplaintPlace,
    ComplaintWording,
    ComplaintWords,
    JournalAct,
    JournalNote,
)

type _Place = Comment | Post | Commenter


class _Coming(Protocol):
    """When something came, and on which clock."""

    @property
    def came_at(self) -> datetime | None: ...
    @property
    def day_only(self) -> bool: ...
    @property
    def time_zone(self) -> str: ...


def reporter_of(name: str, address: str) -> Value:
    """Return what an entry commits to of whoever complained."""
    return {"address": address, "name": name} if name or address else None


def text_of(
    coming: _Coming, places: Sequence[_Place], text: str
) -> Mapping[str, Value]:
    """Return what an entry commits to of the rest: when it came, of what, the words."""
    came = coming.came_at and coming.came_at.astimezone(ZoneInfo(coming.time_zone))
    form = "%Y-%m-%d" if coming.day_only else "%Y-%m-%dT%H:%M"
    return {
        "came": came.strftime(form) if came else None,
        "places": sorted(place.ref for place in places),
        "text": text,
    }


def compare_complaints(entries: Sequence[ReadEntry]) -> Iterator[Difference]:
    """Compare complaints with the entries of their wordings and of their ends."""
    yield from _compare_wordings([s for s in entries if s.event == "notice.in"])
    yield from _compare_ends([s for s in entries if s.event == "notice.done"])


def _compare_wordings(coming: Sequence[ReadEntry]) -> Iterator[Difference]:
    if not coming:
        return
    found = ComplaintWording.objects.filter(
        entry_index__in=[said.index for said in coming]
    )
    wordings = {each.entry_index: each for each in found.select_related("complaint")}
    for said in coming:
        wording = wordings.get(said.index)
        if wording is None or wording.complaint.ref != said.subject:
            yield Difference(said.index, "the complaint it speaks of is not there")
        else:
            yield from _compare_wording(said, wording)


def _compare_ends(done: Sequence[ReadEntry]) -> Iterator[Difference]:
    if not done:
        return
    ends = _ends([said.index for said in done])
    for said in done:
        end = ends.get(said.index)
        if end is None or end.complaint.ref != said.subject:
            yield Difference(said.index, "the complaint that it closes is not there")
        else:
            yield from _compare_end(said, end)


class _End(NamedTuple):
    """How a complaint ended, once."""

    complaint: Complaint
    outcome: str
    closed_at: datetime
    # When it was taken up again; None where it is closed.
    until: datetime | None


def _ends(indexes: Sequence[int]) -> dict[int, _End]:
    """Return the ends that some entries tell of, those of today and earlier ones."""
    found = {
        each.closed_entry: _End(each, each.outcome, each.closed_at, None)
        for each in Complaint.objects.filter(closed_entry__in=indexes)
        if each.closed_entry is not None and each.closed_at is not None
    }
    earlier = ComplaintEnd.objects.filter(entry_index__in=indexes)
    for end in earlier.select_related("complaint"):
        wording = end.complaint.wordings.filter(number=end.reopened_in).first()
        until = wording.written_at if wording else None
        found[end.entry_index] = _End(end.complaint, end.outcome, end.closed_at, until)
    return found


def _compare_wording(
    said: ReadEntry, wording: ComplaintWording
) -> Iterator[Difference]:
    """Compare one wording with its entry, its words as far as they are kept."""
    complaint, number = wording.complaint, wording.number
    is_again = complaint.ends.filter(reopened_in=number).exists()
    if is_again != said.public.get("again", False):
        reason = f"complaint {complaint.ref} was taken up again in another wording"
        yield Difference(said.index, reason)
    stored = {"channel": Channel(wording.channel).on_record, "ground": wording.ground}
    for name, value in stored.items():
        if value != said.public[name]:
            reason = f"the {name} of complaint {complaint.ref} is {value}"
            yield Difference(said.index, f"{reason}, not {said.public[name]}")
    words = ComplaintWords.objects.filter(complaint=complaint, number=number).first()
    yield from _unopened(said, complaint)
    if words is None:
        if said.opened:
            reason = f"the words of complaint {complaint.ref} are gone"
            yield Difference(said.index, reason)
        return
    for name, held in (
        ("reporter", reporter_of(words.from_name, words.from_address)),
        ("text", text_of(wording, _places(wording), words.text)),
    ):
        if name in said.opened and said.value(name) != held:
            reason = f"the {name} of complaint {complaint.ref} is another"
            yield Difference(said.index, reason)


def _unopened(said: ReadEntry, complaint: Complaint) -> Iterator[Difference]:
    """Find what cannot be opened any more though the journal tells of no erasure."""
    gone = said.committed.keys() - said.opened
    erased = JournalNote.objects.filter(complaint=complaint, act=JournalAct.ERASED)
    if gone and not erased.exists():
        for name in sorted(gone):
            reason = f"what opens its {name} is gone, and nobody noted why"
            yield Difference(said.index, reason)


def _places(wording: ComplaintWording) -> list[_Place]:
    """Return what a wording is about."""
    number = wording.number
    of_it = ComplaintPlace.objects.filter(complaint=wording.complaint_id)
    return [
        place.target
        for place in of_it.select_related("comment", "post", "commenter")
        if place.added_in <= number < (place.taken_out_in or number + 1)
    ]


def _compare_end(said: ReadEntry, end: _End) -> Iterator[Difference]:
    complaint = end.complaint
    if end.outcome != said.public["outcome"]:
        reason = f"the outcome of complaint {complaint.ref} is {end.outcome}"
        yield Difference(said.index, f"{reason}, not {said.public['outcome']}")
    yield from _unopened(said, complaint)
    replies = ComplaintAnswer.objects.filter(
        complaint=complaint, closes=True, written_at__gte=end.closed_at
    )
    if end.until is not None:
        replies = replies.filter(written_at__lt=end.until)
    reply = replies.values_list("words", flat=True).first()
    if not said.is_text("reply", reply or ""):
        reason = f"the reply to complaint {complaint.ref} is another"
        yield Difference(said.index, reason)


def misplaced_complaints() -> Iterator[Difference]:
    """Find complaints that no entry speaks of, or that are not as last written."""
    for index, ref in _unheard():
        yield Difference(index, f"it says nothing of complaint {ref}")
    for index, ref in _not_closed():
        yield Difference(index, f"it does not close complaint {ref}")
    for index, ref in _never_taken_up():
        yield Difference(index, f"it does not close complaint {ref} before another end")
    facts = ("channel", "ground", "came_at", "day_only", "time_zone", "due_at")
    for complaint in _written_down():
        wordings = {each.number: each for each in complaint.wordings.all()}
        last, begun = wordings.get(complaint.wording), wordings.get(1)
        is_same = last is not None and all(
            getattr(last, name) == getattr(complaint, name) for name in facts
        )
        if not is_same or begun is None or begun.entry_index != complaint.entry_index:
            reason = f"complaint {complaint.ref} is not as it was written down"
            yield Difference(complaint.entry_index, reason)


@Prepared
def _never_taken_up() -> QuerySet[ComplaintEnd, tuple[int, str]]:
    """Find earlier ends without an entry, or after which no wording took it up."""
    done = Entry.objects.filter(
        index=OuterRef("entry_index"),
        subject=OuterRef("complaint__ref"),
        event="notice.done",
    )
    again = ComplaintWording.objects.filter(
        complaint=OuterRef("complaint"),
        number=OuterRef("reopened_in"),
        entry_index__gt=OuterRef("entry_index"),
    )
    wrong = ComplaintEnd.objects.filter(~Exists(done) | ~Exists(again))
    return wrong.values_list("entry_index", "complaint__ref")


@Prepared
def _unheard() -> QuerySet[ComplaintWording, tuple[int | None, str]]:
    of_it = Entry.objects.filter(subject=OuterRef("complaint__ref"))
    coming = of_it.filter(index=OuterRef("entry_index"), event="notice.in")
    unheard = ComplaintWording.objects.filter(
        ~Exists(coming), entry_index__isnull=False
    )
    return unheard.values_list("entry_index", "complaint__ref")


@Prepared
def _not_closed() -> QuerySet[Complaint, tuple[int | None, str]]:
    done = Entry.objects.filter(
        index=OuterRef("closed_entry"), subject=OuterRef("ref"), event="notice.done"
    )
    closed = Complaint.objects.exclude(closed_at=None).filter(~Exists(done))
    return closed.values_list("closed_entry", "ref")


@Prepared
def _written_down() -> QuerySet[Complaint]:
    return Complaint.objects.prefetch_related("wordings")
