"""Check notices of vanished comments against the two copies that they name."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from commentarchive.models import Capture, Tombstone, Visibility
from commentarchive.threads.capture_diff import Copy, is_surely_before


def saw_it_vanish(notice: Tombstone, lines: Mapping[str, Sequence[Copy]]) -> bool:
    """Return whether two copies bear out a notice that a comment vanished.

    The interval of the notice has to be that between the two. A closed notice may have
    been opened before one of them was dated, which put them in another order.
    """
    for line in lines.values():
        for place, seen in enumerate(line):
            if (
                seen.key != notice.seen_capture_id
                or notice.comment_id not in seen.shown
            ):
                continue
            others = _may_be_later(notice, line, place)
            if any(_is_between(notice, seen, later) for later in others):
                return notice.kind == Visibility.GONE_AT_SOURCE and notice.was_public
    return False


def moments_of(capture: Capture) -> set[datetime]:
    """Return the times by which a copy may have been made, as notices give them.

    Notices that were opened before it was dated go by the time when it was read.
    """
    dated = capture.dated_entry is not None
    return {capture.moment, capture.taken_at} if dated else {capture.moment}


def _is_of_before(notice: Tombstone) -> bool:
    pair = (notice.seen_capture, notice.opened_capture)
    return not notice.is_open and any(each and each.dated_entry for each in pair)


def _may_be_later(notice: Tombstone, line: Sequence[Copy], place: int) -> list[Copy]:
    """Return the copies that count as later than one of a line for a notice."""
    if _is_of_before(notice):
        return list(line)
    seen = line[place]
    later = [each for each in line[place:] if is_surely_before(seen.time, each.time)]
    if not notice.is_open and seen.time.seen_at:
        # Of two copies of one time, that which was read later counted as the later.
        later += [each for each in line if each.time.seen_at == seen.time.seen_at]
    return later


def _is_between(notice: Tombstone, seen: Copy, missed: Copy) -> bool:
    capture = notice.opened_capture
    return (
        capture is not None
        and missed.key == capture.pk
        and missed.is_whole
        and notice.comment_id not in missed.held
        and notice.since_not_before
        in {seen.time.not_before, *_before_dating(notice, seen)}
        and notice.since_not_after in {missed.time.not_after, *moments_of(capture)}
    )


def _before_dating(notice: Tombstone, seen: Copy) -> set[datetime | None]:
    """Return when a notice began while the copy with the comment had no date."""
    capture = notice.seen_capture
    return {seen.time.newest_at} if capture and capture.dated_entry else set()
