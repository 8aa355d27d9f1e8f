"""A new blog that reads like one which is here under another address."""

from collections import Counter
from collections.abc import Collection

from commentarchive.importers.parsed import Remark
from commentarchive.intake.likeness import FEWEST_WORDS
from commentarchive.models import Blog, Revision, RevisionText


def articles_of(blog: Blog) -> set[bytes]:
    """Return how the longer articles of a new blog read, as digests."""
    texts = RevisionText.objects.filter(revision__post__blog=blog, revision__number=1)
    return {
        bytes(digest)
        for digest, plain in texts.values_list("revision__fingerprint", "plain")
        if len(plain.split()) >= FEWEST_WORDS
    }


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
