"""Check the index of hidden words against the words."""

from collections.abc import Iterator

from commentarchive.ledger.comparison import Difference
from commentarchive.models import Comment
from commentarchive.storage.hidden_phrases import other_phrases


def compare_phrases() -> Iterator[Difference]:
    """Report hidden texts whose phrases are missing, or are left after an erasure."""
    for each in other_phrases():
        what = "comment" if isinstance(each, Comment) else "article"
        reason = (
            f"the index of hidden words is not that of {what} {each.ref}; "
            "`rebuild_phrases` makes it anew"
        )
        entry = each.decided_entry if isinstance(each, Comment) else None
        yield Difference(entry, reason)
