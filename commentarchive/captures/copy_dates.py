"""When a copy was made and when it was read, in words that do not contradict."""

from collections.abc import Sequence
from datetime import datetime

from commentarchive.models import Capture
from commentarchive.models.times import on_source_clock
from commentarchive.threads.notice_words import day

UNKNOWN = "date unknown"


def in_words(
    capture: Capture,
    zone: str,
    *,
    seen_at: Sequence[datetime | None] = (),
    newest_at: datetime | None = None,
) -> str:
    """Return when a copy was made and read, on a blog's clock.

    `seen_at` are the times at which it read an article, where they are not those of the
    file; `newest_at` is that of its newest comment.
    """
    read = f"read on {_day(capture.taken_at, zone)}"
    made = made_in_words(capture, zone, seen_at=seen_at, newest_at=newest_at)
    if made.endswith(UNKNOWN):
        return f"{read}; {made}"
    return f"{made}; {read}"


def made_in_words(
    capture: Capture,
    zone: str,
    *,
    seen_at: Sequence[datetime | None] = (),
    newest_at: datetime | None = None,
) -> str:
    """Return when a copy was made, as exactly as it is known."""
    times = sorted({each for each in seen_at if each}) or [
        each for each in (capture.written_at,) if each
    ]
    read = _day(capture.taken_at, zone)
    if times and times[-1].date() > capture.taken_at.date():
        late = _day(times[-1], zone)
        return f"dated {late} by its source, which cannot be: {UNKNOWN}"
    if times:
        first, last = _day(times[0], zone), _day(times[-1], zone)
        if times == [capture.written_at] and (made_at := capture.made_at(zone)):
            first = last = day(made_at)
        return f"made on {last}" if first == last else f"made {first} to {last}"
    if newest_at is None or newest_at > capture.taken_at:
        return UNKNOWN
    newest = _day(newest_at, zone)
    # Between its newest comment and its reading there is no other day.
    return f"made on {read}" if newest == read else f"made after {newest}, {UNKNOWN}"


def _day(moment: datetime, zone: str) -> str:
    return day(on_source_clock(moment, None, zone) or moment)
