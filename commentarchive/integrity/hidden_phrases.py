"""Check the index of hidden words against the words."""

from collections.abc import Iterator

from commentarchive.ledger.comparison import Difference
from commentarchive.storage.hidden_phrases import other_phrases


def compare_phrases() -> Iterator[Difference]:
    """Report comments whose phrases are missing, or are left after an erasure."""
    for comment in other_phrases():
        reason = (
            f"the index of hidden words is not that of comment {comment.ref}; "
            "`rebuild_phrases` makes it anew"
        )
        yield Difference(comment.decided_entry, reason)
