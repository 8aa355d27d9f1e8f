"""Days on each blog's own clock, as conditions on rows of several blogs."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Q

from commentarchive.models import Blog

# No blog is older: an earlier year is a slip of the pen.
FIRST_YEAR = 1990


class Days(NamedTuple):
    """The days from the first to the one before `after`; None for no bound."""

    first: date | None
    after: date | None


def public_zones() -> list[str]:
    """Return the time zones of the blogs that anybody may see."""
    found = Blog.objects.public().order_by("time_zone")
    return list(found.values_list("time_zone", flat=True).distinct())


def on_days(
    moment: str, days: Days, zones: Iterable[str], *, blog: str = "post__blog"
) -> Q:
    """Return the condition that a time lies in these days by its own blog's clock.

    `moment` and `blog` name the time and the blog of a row. Rows of blogs with
    another time zone than `zones` are left out. The outermost bounds stand apart, so
    that an index on the time can serve all blogs at once.
    """
    spans = {zone: _span(moment, days, ZoneInfo(zone)) for zone in zones}
    if not spans:
        return Q(pk__in=[])
    by_clock = Q()
    for zone, span in spans.items():
        by_clock |= Q((f"{blog}__time_zone", zone), **span)
    outermost = {
        name: pick(span[name] for span in spans.values())
        for name, pick in ((f"{moment}__gte", min), (f"{moment}__lt", max))
        if name in next(iter(spans.values()))
    }
    return Q(**outermost) & by_clock


def _span(moment: str, days: Days, zone: ZoneInfo) -> dict[str, datetime]:
    bounds = {f"{moment}__gte": days.first, f"{moment}__lt": days.after}
    return {
        name: datetime.combine(day, time.min, zone)
        for name, day in bounds.items()
        if day is not None
    }
