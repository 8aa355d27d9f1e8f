"""Check other numbers of articles and comments against the copies that told them."""

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from commentarchive.ledger.comparison import Difference
from commentarchive.models import CaptureState, Manifest, OtherNumber
from commentarchive.storage.prepared import Prepared


def compare_numbers() -> Iterator[Difference]:
    """Report numbers that no copy can have told."""
    for ref, index in _told_by_none():
        yield Difference(index, f"it told no other number of article {ref}")


@Prepared
def _told_by_none() -> QuerySet[OtherNumber, tuple[str, int | None]]:
    held = Manifest.objects.filter(capture=OuterRef("capture"), post=OuterRef("post"))
    elsewhere = ~Q(comment=None) & ~Q(comment__post=F("post"), comment__told_below=None)
    elsewhere &= ~Q(comment__told_below=F("post"))
    unread = ~Q(capture__state=CaptureState.READING) & ~Exists(held)
    wrong = OtherNumber.objects.filter(
        elsewhere | unread | ~Q(capture__blog=F("blog")) | ~Q(post__blog=F("blog"))
    )
    return wrong.values_list("post__ref", "capture__entry_index")
