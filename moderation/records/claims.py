"""Claims, compared with the entries that put them on record."""

from collections.abc import Iterator, Sequence

from django.db.models import F, Q, QuerySet

from commentarchive.ledger.comparison import Difference, ReadEntry
from commentarchive.models import GapKind
from commentarchive.storage.prepared import Prepared
from moderation.models import Claim


def compare_claims(entries: Sequence[ReadEntry]) -> Iterator[Difference]:
    """Compare claims with the entries by which they were accepted."""
    claimed = [said for said in entries if said.event == "gap.claimed"]
    if not claimed:
        return
    refs = [said.subject for said in claimed]
    found = Claim.objects.filter(gap__ref__in=refs).select_related("gap", "comment")
    rows = {claim.gap.ref: claim for claim in found if claim.gap}
    for said in claimed:
        claim = rows.get(said.subject)
        if claim is None:
            # An entry of before there were such rows names a comment.
            evidence = said.value("evidence") if "evidence" in said.opened else ""
            if str(evidence).startswith("e"):
                yield Difference(said.index, "the claim it speaks of is not there")
            continue
        made_by = claim.comment.ref if claim.comment else claim.ref
        if not said.is_text("evidence", made_by):
            yield Difference(said.index, f"claim {claim.ref} is another than it says")


def misplaced_claims() -> Iterator[Difference]:
    """Find claims that are on record as something else than they say."""
    for ref, index in _misplaced():
        yield Difference(index, f"claim {ref} is not as it is on record")


@Prepared
def _misplaced() -> QuerySet[Claim, tuple[str, int]]:
    on_record = Claim.objects.exclude(gap=None)
    same_place = Q(post=F("gap__post")) | Q(post=None, blog=F("gap__blog"))
    fitting = on_record.filter(
        same_place, number=F("gap__at_least"), gap__kind=GapKind.SAID
    )
    wrong = on_record.exclude(pk__in=fitting.values("pk"))
    return wrong.values_list("ref", "gap__entry_index")
