"""A digest over every signed state that was published, and what it tells of lost ones.

The signer keeps it in its memory, outside the database: whoever deletes a signed state
there cannot delete it here.
"""

import hashlib
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from django.db.models import QuerySet

from commentarchive.ledger.comparison import Difference
from commentarchive.ledger.merkle.notes import (
    BadNote,
    VerifyingKey,
    open_note,
    parse_checkpoint,
)
from commentarchive.ledger.models import Checkpoint, LogKey

# Marks that are kept, evenly spread, so that the memory stays small for ever.
MOST_MARKS = 64


class Mark(NamedTuple):
    """All signed states up to one: their number, its size, all sizes added, a digest.

    The digest is over the one before and the note. The sum tells which one is missing
    where that is a single one.
    """

    number: int = 0
    size: int = 0
    total: int = 0
    digest: str = ""

    def then(self, size: int, note: str) -> "Mark":
        """Return the mark with one more signed state."""
        data = bytes.fromhex(self.digest) + note.encode()
        digest = hashlib.sha256(data).hexdigest()
        return Mark(self.number + 1, size, self.total + size, digest)


def begun() -> tuple[Mark, ...]:
    """Return the marks of the signed states that are stored now."""
    marks: tuple[Mark, ...] = (Mark(),)
    for size, note in _stored().iterator():
        marks = extended(marks, size, note)
    return marks


def extended(marks: Sequence[Mark], size: int, note: str) -> tuple[Mark, ...]:
    """Return the marks with one more signed state, the newest one last.

    Twice as far apart as before, once they would be too many.
    """
    newest = marks[-1].then(size, note)
    distance = 1
    while newest.number // distance >= MOST_MARKS:
        distance *= 2
    return *(mark for mark in marks if mark.number % distance == 0), newest


def compare_signed_states(marks: Sequence[Mark]) -> Iterator[Difference]:
    """Report signed states that are gone or changed since the signer published them.

    Later ones than the last mark were signed after the memory was read.
    """
    for before, after in pairwise(marks):
        rows = list(_stored().filter(size__gt=before.size, size__lte=after.size))
        reached = before
        for size, note in rows:
            reached = reached.then(size, note)
        if reached != after:
            yield from _unlike(before, after, reached, rows)


def _unlike(
    before: Mark, after: Mark, reached: Mark, rows: Sequence[tuple[int, str]]
) -> Iterator[Difference]:
    """Name what is wrong between two marks, as exactly as they tell."""
    altered = [size for size, note in rows if not _is_signed(size, note)]
    for size in altered:
        reason = f"the signed state of {size} entries is not as it was signed"
        yield Difference(size - 1, reason)
    gone, size = after.number - reached.number, after.total - reached.total
    if gone == 1 and before.size < size <= after.size:
        yield Difference(size - 1, f"the signed state of {size} entries is gone")
    elif gone > 0:
        span = f"beyond {before.size} and up to {after.size} entries"
        yield Difference(after.size - 1, f"{gone} signed states {span} are gone")
    elif not altered:
        span = f"beyond {before.size} and up to {after.size} entries"
        reason = f"the signed states {span} are not those that were published"
        yield Difference(after.size - 1, reason)


def _is_signed(size: int, note: str) -> bool:
    keys = [
        VerifyingKey.parse(key) for key in LogKey.objects.values_list("vkey", flat=True)
    ]
    try:
        return parse_checkpoint(open_note(note, keys)).size == size
    except BadNote:
        return False


def _stored() -> QuerySet[Checkpoint, tuple[int, str]]:
    return Checkpoint.objects.order_by("size").values_list("size", "note")
