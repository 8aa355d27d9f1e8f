"""Notes on what was done at blogs, held against the entries that tell of them."""

import struct
from collections.abc import Iterator, Sequence

from django.db.models import Exists, OuterRef, QuerySet

from commentarchive.captures.history import all_copies, find_vanished
from commentarchive.ledger.comparison import Difference, ReadEntry
from commentarchive.ledger.models import Entry
from commentarchive.storage.prepared import Prepared
from moderation.models import GoneThere, SourceAct, SourceNote

EVENTS = {
    "source.done": SourceAct.DONE,
    "source.still_public": SourceAct.STILL_PUBLIC,
}


def compare_source_notes(entries: Sequence[ReadEntry]) -> Iterator[Difference]:
    """Compare the notes that entries speak of with what these say."""
    told = [said for said in entries if said.event in EVENTS]
    if not told:
        return
    found = SourceNote.objects.filter(entry_index__in=[said.index for said in told])
    read = found.select_related("decision__comment", "capture")
    notes = {note.entry_index: note for note in read}
    for said in told:
        note = notes.get(said.index)
        if note is None:
            yield Difference(said.index, "the note that it speaks of is not there")
            continue
        decision, capture = note.decision, note.capture
        stored = {
            "act": note.act,
            "capture": capture.ref if capture else None,
            "decision": None if capture else decision.ref,
            "subject": decision.comment.ref if decision.comment else None,
        }
        expected = {
            "act": EVENTS[said.event].value,
            "capture": said.public.get("capture"),
            "decision": said.public.get("decision"),
            "subject": said.subject,
        }
        for name, value in stored.items():
            if value != expected[name]:
                reason = f"the {name} of its note is {value}, not {expected[name]}"
                yield Difference(said.index, reason)


def wrongly_gone() -> Iterator[Difference]:
    """Find comments that are said to be gone at their blog, and no copy shows that."""
    found: dict[int, dict[int, int]] = {}
    for row in _gone_there():
        post = row.comment.copied_below_id
        if post not in found:
            try:
                vanished = find_vanished(post, all_copies(post))
            except (struct.error, LookupError):
                # What is stored of a copy is damaged; its root tells.
                continue
            found[post] = {pk: gone.missed.key for pk, gone in vanished.items()}
        if found[post].get(row.comment_id) != row.capture_id:
            reason = (
                f"comment {row.comment.ref} is not gone at its blog as is said here"
            )
            yield Difference(row.comment.decided_entry, reason)


@Prepared
def _gone_there() -> QuerySet[GoneThere]:
    return GoneThere.objects.select_related("comment").order_by("pk")


def unheard_source_notes() -> Iterator[Difference]:
    """Find notes that no entry tells of."""
    for index in _unheard():
        reason = "it tells of nothing that was done at a blog, and a note refers to it"
        yield Difference(index, reason)


@Prepared
def _unheard() -> QuerySet[SourceNote, int]:
    told = Entry.objects.filter(index=OuterRef("entry_index"), event__in=list(EVENTS))
    unheard = SourceNote.objects.filter(~Exists(told))
    return unheard.values_list("entry_index", flat=True)
