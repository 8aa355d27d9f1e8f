"""Check notices of vanished comments against the two copies that they name."""

from collections.abc import Mapping, Sequence

from commentarchive.models import Tombstone, Visibility
from commentarchive.threads.capture_diff import Copy


def saw_it_vanish(notice: Tombstone, lines: Mapping[str, Sequence[Copy]]) -> bool:
    """Return whether two copies bear out a notice that a comment vanished.

    The interval of the notice has to be that between the two.
    """
    for line in lines.values():
        for place, seen in enumerate(line):
            if (
                seen.key != notice.seen_capture_id
                or notice.comment_id not in seen.shown
            ):
                continue
            if any(_is_between(notice, seen, later) for later in line[place + 1 :]):
                return notice.kind == Visibility.GONE_AT_SOURCE and notice.was_public
    return False


def _is_between(notice: Tombstone, seen: Copy, missed: Copy) -> bool:
    capture = notice.opened_capture
    return (
        capture is not None
        and missed.key == capture.pk
        and missed.is_whole
        and notice.comment_id not in missed.held
        and notice.since_not_before == seen.time.not_before
        and notice.since_not_after == (missed.time.seen_at or capture.moment)
    )
