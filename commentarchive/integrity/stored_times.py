"""Check times and kinds of articles and comments against what the copies left."""

from collections.abc import Iterator, Mapping

from django.db.models import QuerySet

from commentarchive.captures.times import stored_times, times_of_copy
from commentarchive.integrity.corrections import last_corrections
from commentarchive.ledger.comparison import Difference, ReadEntry
from commentarchive.models import Aspect, Capture, CaptureState, Manifest, Post
from commentarchive.storage.prepared import Prepared


def has_its_times(said: ReadEntry, capture: Capture) -> bool:
    """Return whether a copy's entry commits to the digests that it left."""
    found = times_of_copy(capture)
    if "times" not in said.committed:
        return found == ""
    return found != "" and said.is_text("times", found)


def compare_times() -> Iterator[Difference]:
    """Report articles in whose threads times or kinds are other than a copy left them.

    Rows are written in the order of the imports, whichever was closed first. Threads
    that no copy has changed since an earlier version of this program are passed over,
    and so are those of a blog whose import was left unfinished, and those in which a
    time, or the article's date, was corrected since (`corrections.py` looks at it).
    """
    refs = dict(_at_rest())
    last: Mapping[int, tuple[bytes, int | None]] = {
        post: (bytes(times), index) for post, times, index in _left.stream()
    }
    corrected = last_corrections(Aspect.TIME)
    for pk, (times, index) in last.items():
        is_corrected = corrected.get(pk, -1) > (-1 if index is None else index)
        if pk in refs and not is_corrected and stored_times(pk) != times:
            reason = f"article {refs[pk]} or a comment on it: another time or kind"
            yield Difference(index, reason)


@Prepared
def _at_rest() -> QuerySet[Post, tuple[int, str]]:
    reading = Capture.objects.filter(state=CaptureState.READING).values("blog")
    return Post.objects.exclude(blog__in=reading).values_list("pk", "ref")


@Prepared
def _left() -> QuerySet[Manifest, tuple[int, bytes | memoryview, int | None]]:
    left = Manifest.objects.exclude(times=b"").order_by("pk")
    return left.values_list("post", "times", "capture__entry_index")
