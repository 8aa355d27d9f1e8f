"""The copies of one article as days in its life (RFC 7089)."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from commentarchive.captures.history import ENTERED
from commentarchive.models import CaptureState, Manifest, Post
from commentarchive.storage.prepared import Prepared


class Memento(NamedTuple):
    """When the last copy of a day was made, or else read; and that day at the blog."""

    at: datetime
    day: date


def mementos_of(post: Post) -> list[Memento]:
    """List the last copies of an article of each day, by time; one query.

    What was entered by hand is no copy of it, and what has not come yet is no day.
    """
    zone = ZoneInfo(post.blog.time_zone)
    today = datetime.now(zone).date()
    found: dict[date, Memento] = {}
    for each in _held(post.pk):
        at = (each.seen_at or each.capture.moment).replace(microsecond=0)
        day = at.astimezone(zone).date()
        if day <= today and (day not in found or found[day].at < at):
            found[day] = Memento(at, day)
    return [found[day] for day in sorted(found)]


@Prepared
def _held(post_pk: int) -> QuerySet[Manifest]:
    return (
        Manifest.objects.filter(post=post_pk, part=0)
        .exclude(capture__state=CaptureState.READING)
        .exclude(capture__importer__in=ENTERED)
        .select_related("capture")
        .defer("packed")
        .order_by("pk")
    )


def nearest(mementos: Sequence[Memento], at: datetime) -> Memento:
    """Return the last copy that is not after a moment, or else the first one."""
    return mementos[max(0, bisect_right([each.at for each in mementos], at) - 1)]
