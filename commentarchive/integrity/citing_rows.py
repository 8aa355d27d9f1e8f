"""Check rows that cite an entry: it is there, and about them."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from commentarchive.ledger.comparison import Difference
from commentarchive.ledger.models import Entry
from commentarchive.models import (
    Capture,
    CaptureState,
    Comment,
    Gap,
    GapAnswer,
    Tombstone,
)
from commentarchive.storage.prepared import Prepared


def _citing_others(
    rows: type[Model], index: str, subject: str, *events: str
) -> QuerySet[Any, tuple[str, int]]:
    """Select rows at whose index no entry of some events is about their subject."""
    wanted = Q()
    for event in events:
        wanted |= Q(event__startswith=event)
    found = Entry.objects.filter(wanted, index=OuterRef(index))
    fitting = Exists(found.filter(subject=OuterRef(subject)))
    cited: QuerySet[Any] = QuerySet(rows).filter(
        ~fitting, **{f"{index}__isnull": False}
    )
    return cited.values_list(subject, index)


_DECIDING = ("comment.", "erase.done")
_CITING = [
    (name, Prepared(partial(_citing_others, *columns, *events)))
    for name, columns, events in (
        ("comment", (Comment, "decided_entry", "ref"), _DECIDING),
        ("copy", (Capture, "entry_index", "ref"), ("archive.import",)),
        ("gap", (Gap, "entry_index", "ref"), ("gap.found", "gap.claimed")),
        ("gap", (Gap, "proven_entry", "ref"), ("gap.proven",)),
        ("gap", (Gap, "withdrawn_entry", "ref"), ("gap.withdrawn", "gap.refused")),
        ("answer", (GapAnswer, "entry_index", "gap__ref"), ("gap.answered",)),
        ("notice", (Tombstone, "opened_entry", "comment__ref"), _DECIDING),
        ("notice", (Tombstone, "closed_entry", "comment__ref"), _DECIDING),
    )
]


def compare_citing_rows() -> Iterator[Difference]:
    """Find rows that cite an entry about something else, and unfinished imports."""
    for name, citing_others in _CITING:
        for ref, number in citing_others():
            reason = f"it says nothing of the {name} of {ref}, which refers to it"
            yield Difference(number, reason)
    for ref in _reading():
        yield Difference(None, f"the import of copy {ref} was left unfinished")


@Prepared
def _reading() -> QuerySet[Capture, str]:
    reading = Capture.objects.filter(state=CaptureState.READING)
    return reading.values_list("ref", flat=True)
