"""What decisions and erasures keep an import from showing or taking in."""

from collections.abc import Iterable

from commentarchive.intake.plan import Guarded, PostPlan, guard
from commentarchive.ledger.models import Head
from commentarchive.models import Blog, Comment, Revision, Visibility


class Guard:
    """Knows what decisions stand on in a blog, and notices new ones."""

    def __init__(self, blog: Blog) -> None:
        self._blog = blog
        self._size = _record_size()
        self.ids = _guarded_ids(blog)

    def heed(self, plans: Iterable[PostPlan]) -> None:
        """Go by what was decided since the plans were made; inside a batch."""
        if self._size == (size := _record_size()):
            return
        self._size, self.ids = size, _guarded_ids(self._blog)
        for plan in plans:
            guard(plan, self.ids)


def _record_size() -> int:
    return Head.objects.values_list("size", flat=True).first() or 0


def _guarded_ids(blog: Blog) -> Guarded:
    """Say which of a blog's comments decisions stand on, and what was erased of it."""
    here = Comment.objects.filter(post__blog=blog)
    decided = here.filter(decided_entry__isnull=False)
    erased: dict[str, set[bytes]] = {}
    texts = Revision.objects.filter(
        comment__in=here.filter(visibility=Visibility.ERASED)
    )
    for source_id, digest in texts.values_list("comment__source_id", "fingerprint"):
        erased.setdefault(source_id, set()).add(bytes(digest))
    return Guarded(
        decided=frozenset(decided.values_list("source_id", flat=True)),
        erased={key: frozenset(digests) for key, digests in erased.items()},
    )
