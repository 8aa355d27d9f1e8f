"""Decisions and erasures that an import must respect, also those made meanwhile."""

from django.db.models import QuerySet

from commentarchive.intake.plan import DecisionSnapshot
from commentarchive.ledger.models import Head
from commentarchive.models import Blog, Comment, Revision, Visibility
from commentarchive.storage.prepared import Prepared


class DecisionWatch:
    """Knows what was decided on in a blog, and notices decisions made meanwhile."""

    def __init__(self, blog: Blog) -> None:
        self._blog = blog
        self._record_size = _record_size.first()
        self.snapshot = _snapshot_of(blog)

    def refresh(self) -> bool:
        """Read the decisions again if the record has grown; return whether it had.

        Called inside a batch, so that nothing can be decided between this look and
        the rows that rely on it.
        """
        size = _record_size.first()
        if size == self._record_size:
            return False
        self._record_size, self.snapshot = size, _snapshot_of(self._blog)
        return True


@Prepared
def _record_size() -> QuerySet[Head, int]:
    """Ask for the size of the record, which has none before its first entry."""
    return Head.objects.order_by("pk").values_list("size", flat=True)[:1]


def _snapshot_of(blog: Blog) -> DecisionSnapshot:
    """Read which of a blog's comments were decided on, and what was erased."""
    erased: dict[str, set[bytes]] = {}
    for source_id, digest in _erased(blog.pk):
        erased.setdefault(source_id, set()).add(bytes(digest))
    return DecisionSnapshot(
        decided=frozenset(_decided(blog.pk)),
        erased={key: frozenset(digests) for key, digests in erased.items()},
    )


@Prepared
def _decided(blog_pk: int) -> QuerySet[Comment, str]:
    decided = Comment.objects.filter(post__blog=blog_pk, decided_entry__isnull=False)
    return decided.values_list("source_id", flat=True)


@Prepared
def _erased(blog_pk: int) -> QuerySet[Revision, tuple[str, bytes | memoryview]]:
    erased = Comment.objects.filter(post__blog=blog_pk, visibility=Visibility.ERASED)
    versions = Revision.objects.filter(comment__in=erased)
    return versions.values_list("comment__source_id", "fingerprint")
