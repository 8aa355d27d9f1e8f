"""How much was said on a blog, and when."""

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Count, Max
from django.db.models.functions import TruncMonth

from commentarchive.models import Blog, Comment
from commentarchive.models.times import printed_time
from commentarchive.threads.bars import Bar
from commentarchive.threads.notice_words import MONTHS

# With more months than this, a bar is a year.
MOST_MONTHS = 120
_YEAR = 12


class Activity(NamedTuple):
    """A blog's comments: how many are shown and not, the last one's time, the bars."""

    shown: int
    not_shown: int
    last: datetime | None
    months: list[Bar]


def activity_of(blog: Blog) -> Activity:
    """Count a blog's comments in public threads; three queries of the whole blog.

    To be kept while the record stands.
    """
    public = Comment.objects.public().filter(post__blog=blog).count()
    shown = Comment.objects.shown().filter(post__blog=blog)
    found = shown.aggregate(number=Count("pk"), last=Max("posted_at"))
    number = found["number"]
    last = printed_time(found["last"], None, blog.time_zone)
    return Activity(number, public - number, last, bars_of_months(blog))


def bars_of_months(blog: Blog) -> list[Bar]:
    """Count a blog's shown comments by month on its own clock; one query.

    Months without any are there too, from the first to the last; by year where there
    would be too many.
    """
    dated = Comment.objects.shown().filter(post__blog=blog, posted_at__isnull=False)
    month = TruncMonth("posted_at", tzinfo=ZoneInfo(blog.time_zone))
    counted = dated.order_by().annotate(month=month).values_list("month")
    found = {
        moment.year * _YEAR + moment.month - 1: number
        for moment, number in counted.annotate(number=Count("pk"))
    }
    if not found:
        return []
    first, last = min(found), max(found)
    if last - first < MOST_MONTHS:
        return [Bar(_name(at), found.get(at, 0)) for at in range(first, last + 1)]
    years = dict.fromkeys(range(first // _YEAR, last // _YEAR + 1), 0)
    for at, number in found.items():
        years[at // _YEAR] += number
    return [Bar(str(year), number) for year, number in years.items()]


def _name(at: int) -> str:
    return f"{MONTHS[at % _YEAR]} {at // _YEAR}"
