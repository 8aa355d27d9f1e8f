"""Check that comments stand under other articles than in their copies by hand alone."""

from collections.abc import Iterator

from django.db.models import QuerySet

from commentarchive.ledger.comparison import Difference
from commentarchive.models import Aspect, Comment, Correction
from commentarchive.storage.prepared import Prepared


def compare_articles() -> Iterator[Difference]:
    """Report comments that nobody has put where they stand."""
    chosen = {
        # What was chosen is erased with the comment; its place stays.
        pk: after.split()[0] if after else ""
        for pk, after in _choices()
    }
    rows = {pk: (parent, article, ref) for pk, parent, article, ref in _moved()}
    for pk, (_parent, article, ref) in rows.items():
        # Its own choice, or that of the nearest comment above it.
        first: int | None = pk
        while first in rows and first not in chosen:
            first = rows[first][0]
        if chosen.get(first or 0) not in {article, ""}:
            reason = f"comment {ref} stands under an article that nobody chose"
            yield Difference(None, reason)


@Prepared
def _choices() -> QuerySet[Correction, tuple[int | None, str]]:
    made = Correction.objects.standing().filter(aspect=Aspect.ARTICLE)
    return made.values_list("comment", "words__after")


@Prepared
def _moved() -> QuerySet[Comment, tuple[int, int | None, str, str]]:
    moved = Comment.objects.exclude(told_below=None)
    return moved.values_list("pk", "parent", "post__ref", "ref")
