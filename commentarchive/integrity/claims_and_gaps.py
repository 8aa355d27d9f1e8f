"""Check what may be missing, and what became of claims, against the record."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from commentarchive.ledger.append import minute
from commentarchive.ledger.comparison import Difference, ReadEntry
from commentarchive.models import Gap, GapAnswer, GapKind


def compare_gaps(entries: Sequence[ReadEntry]) -> Iterator[Difference]:
    """Compare gaps with the entries that found, claimed, proved or ended them."""
    said_of = [said for said in entries if said.event.startswith("gap.")]
    if not said_of:
        return
    found = Gap.objects.filter(ref__in={said.subject for said in said_of})
    rows = {gap.ref: gap for gap in found.select_related("blog", "proof", "said_in")}
    for said in said_of:
        gap = rows.get(said.subject)
        if gap is None:
            yield Difference(said.index, "the gap it speaks of is not there")
        elif said.event != "gap.answered":
            for column, (value, expected) in _compared(said, gap).items():
                if value != expected:
                    reason = f"the {column} of {gap.ref} is another"
                    yield Difference(said.index, reason)
    yield from _answers([said for said in said_of if said.event == "gap.answered"])


def _compared(said: ReadEntry, gap: Gap) -> Mapping[str, tuple[Any, Any]]:
    """Return what a row has and what its entry says, by column."""
    if said.event in {"gap.withdrawn", "gap.refused"}:
        return {"withdrawn_entry": (gap.withdrawn_entry, said.index)}
    if said.event == "gap.proven":
        proof = gap.proof.ref if gap.proof else None
        return {
            "proof": (proof, said.public["capture"]),
            "proven_entry": (gap.proven_entry, said.index),
            "grade": (gap.grade, said.public["grade"]),
        }
    pairs = {
        column: (getattr(gap, column), said.public[column])
        for column in ("at_least", "at_most", "kind")
    }
    pairs["entry_index"] = (gap.entry_index, said.index)
    below = gap.said_in.post_id if gap.kind == GapKind.SAID and gap.said_in else None
    pairs["article of the comment that claims it"] = (gap.said_below_id, below)
    pairs["blog"] = (gap.blog.ref if gap.blog else None, said.public.get("blog"))
    if gap.proven_entry is None:
        pairs["grade"] = (gap.grade, said.public["grade"])
    return pairs


def _answers(entries: Sequence[ReadEntry]) -> Iterator[Difference]:
    """Compare what blogs answered with the entries about it."""
    if not entries:
        return
    found = GapAnswer.objects.filter(entry_index__in=[said.index for said in entries])
    rows = {answer.entry_index: answer for answer in found.select_related("gap")}
    for said in entries:
        row = rows.get(said.index)
        if row is None or row.gap.ref != said.subject:
            yield Difference(said.index, "the answer it speaks of is not there")
            continue
        at = minute(row.answered_at) if row.answered_at else None
        if (row.answer, at) != (said.public["answer"], said.public["decided"]):
            yield Difference(said.index, f"the answer to {row.gap.ref} is another")
