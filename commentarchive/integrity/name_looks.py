"""Check by what look-alikes of names are found against the names."""

from collections.abc import Iterator

from commentarchive.actions.commenters import other_looks
from commentarchive.ledger.comparison import Difference


def compare_looks() -> Iterator[Difference]:
    """Report names whose look-alikes are looked for by another look than theirs."""
    for name in other_looks():
        ref = name.commenter.ref
        reason = f"look-alikes of the name of {ref} are not found by how it looks"
        yield Difference(None, f"{reason}; `rebuild_segments` draws it anew")
