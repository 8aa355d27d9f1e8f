"""The copies of one article as moments in its life (RFC 7089)."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from commentarchive.captures.history import ENTERED
from commentarchive.models import Capture, CaptureState, Manifest, Post


class Memento(NamedTuple):
    """A copy of an article, and when it was made, or else read."""

    at: datetime
    capture: Capture


def mementos_of(post: Post) -> list[Memento]:
    """List the copies of an article by time, one a second; one query.

    What was entered by hand is no copy of it.
    """
    held = (
        Manifest.objects.filter(post=post, part=0)
        .exclude(capture__state=CaptureState.READING)
        .exclude(capture__importer__in=ENTERED)
        .select_related("capture")
        .defer("packed")
        .order_by("pk")
    )
    found: dict[datetime, Memento] = {}
    for each in held:
        at = (each.seen_at or each.capture.moment).replace(microsecond=0)
        found.setdefault(at, Memento(at, each.capture))
    return [found[at] for at in sorted(found)]


def nearest(mementos: Sequence[Memento], at: datetime) -> Memento:
    """Return the last copy that is not after a moment, or else the first one."""
    return mementos[max(0, bisect_right([each.at for each in mementos], at) - 1)]
