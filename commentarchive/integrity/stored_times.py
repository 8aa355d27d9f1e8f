"""Check times and kinds of articles and comments against what the copies left."""

from collections.abc import Iterator, Mapping

from commentarchive.captures.times import stored_times, times_of_copy
from commentarchive.integrity.corrections import last_corrections
from commentarchive.ledger.comparison import Difference, ReadEntry
from commentarchive.models import Aspect, Capture, CaptureState, Manifest, Post


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
    reading = Capture.objects.filter(state=CaptureState.READING).values("blog")
    refs = dict(Post.objects.exclude(blog__in=reading).values_list("pk", "ref"))
    left = Manifest.objects.exclude(times=b"").order_by("pk")
    last: Mapping[int, tuple[bytes, int | None]] = {
        post: (bytes(times), index)
        for post, times, index in left.values_list(
            "post", "times", "capture__entry_index"
        ).iterator(chunk_size=5000)
    }
    corrected = last_corrections(Aspect.TIME)
    for pk, (times, index) in last.items():
        is_corrected = corrected.get(pk, -1) > (-1 if index is None else index)
        if pk in refs and not is_corrected and stored_times(pk) != times:
            reason = f"article {refs[pk]} or a comment on it: another time or kind"
            yield Difference(index, reason)
