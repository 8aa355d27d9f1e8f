"""A new blog that reads like one which is here under another address."""

from collections import Counter
from collections.abc import Collection

from django.db.models import QuerySet

from commentarchive.importers.parsed import Remark
from commentarchive.intake.likeness import FEWEST_WORDS
from commentarchive.models import Blog, Revision, RevisionText
from commentarchive.storage.prepared import Prepared


def articles_of(blog: Blog) -> set[bytes]:
    """Return how the longer articles of a new blog read, as digests."""
    return {
        bytes(digest)
        for digest, plain in _first_texts(blog.pk)
        if len(plain.split()) >= FEWEST_WORDS
    }


@Prepared
def _first_texts(
    blog_pk: int,
) -> QuerySet[RevisionText, tuple[bytes | memoryview, str]]:
    first = RevisionText.objects.filter(revision__number=1)
    of_articles = first.filter(revision__post__blog=blog_pk)
    return of_articles.values_list("revision__fingerprint", "plain")


def moved_here(own: Collection[bytes], blog: Blog | None) -> list[Remark]:
    """Remark on a new blog most of whose articles stand here as another one's.

    It may be that one at a new address, or a mirror of it: nobody but its owner can
    tell. `blog` is None where a dry run foresees it.
    """
    if not own:
        return []
    others = Revision.objects.exclude(post=None).exclude(post__blog=blog)
    told = others.values_list("fingerprint", "post__blog__slug")
    alike: Counter[str] = Counter()
    for digest, slug in told.iterator():
        if slug and bytes(digest) in own:
            alike[slug] += 1
    for slug, number in alike.most_common(1):
        if number * 2 > len(own):
            reason = (
                f"{number} of its articles read word for word as those of {slug}: if "
                f"that blog has moved, import its new copies with --blog {slug}"
            )
            return [Remark("byte 0", reason)]
    return []
