"""How much was said on blogs, and when."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, QuerySet
from django.db.models.functions import TruncMonth

from commentarchive.models import Blog, Comment, Post
from commentarchive.models.times import printed_time
from commentarchive.storage.prepared import Prepared
from commentarchive.storage.remembered import while_record_stands
from commentarchive.threads.bars import Bar
from commentarchive.threads.notice_words import MONTHS

# With more months than this, a bar is a year.
MOST_MONTHS = 120
# How many discussions home leads to.
DISCUSSIONS = 10
_YEAR = 12


class Activity(NamedTuple):
    """A blog's articles and comments: how many, shown and not, the last one's time.

    And the bars of those shown; `unit` is what a bar stands for.
    """

    articles: int = 0
    shown: int = 0
    not_shown: int = 0
    last: datetime | None = None
    unit: str = "month"
    bars: tuple[Bar, ...] = ()


def activity_of(blog: Blog) -> Activity:
    """Count a blog's comments in public threads; kept until the record grows.

    Its articles are not counted.
    """
    subject = f"activity of blog {blog.pk} on {blog.time_zone}"
    return while_record_stands(subject, lambda: _count([blog], {}))[blog.pk]


def activity_of_all(blogs: Collection[Blog]) -> dict[int, Activity]:
    """Count the comments of several blogs, by primary key; as `activity_of`."""
    clocks = sorted((blog.pk, blog.time_zone) for blog in blogs)

    def count() -> dict[int, Activity]:
        return _count(blogs, Post.objects.filter(blog__in=blogs).count_by_blog())

    return while_record_stands(f"activity of {clocks}", count)


def newest_discussions() -> list[Comment]:
    """Return the newest shown comment of each article commented on last; two queries.

    Only looks at the newest comments: one busy article may leave fewer articles.
    """
    found: dict[int, int] = {}
    for pk, post in _newest():
        found.setdefault(post, pk)
    first = list(found.values())[:DISCUSSIONS]
    read = {comment.pk: comment for comment in _read(tuple(first))}
    return [read[pk] for pk in first if pk in read]


@Prepared
def _newest() -> QuerySet[Comment, tuple[int, int]]:
    # Without `nulls_last`, which no index of PostgreSQL's serves.
    dated = Comment.objects.shown().exclude(posted_at=None)
    newest = dated.order_by("-posted_at", "-pk")
    return newest.values_list("pk", "post_id")[: DISCUSSIONS * 20]


@Prepared
def _read(pks: Sequence[int]) -> QuerySet[Comment]:
    return Comment.objects.shown().filter(pk__in=pks).read()


def _count(blogs: Collection[Blog], articles: Mapping[int, int]) -> dict[int, Activity]:
    """Count comments; two queries, and one for each clock."""
    keys = tuple(blog.pk for blog in blogs)
    places = dict(_places_on(keys))
    found = {pk: (number, last) for pk, number, last in _shown_on(keys)}
    months: dict[int, dict[int, int]] = {}
    for zone in {blog.time_zone for blog in blogs}:
        of_zone = tuple(each.pk for each in blogs if each.time_zone == zone)
        months |= _by_month(of_zone, zone)
    made = {}
    for blog in blogs:
        number, last = found.get(blog.pk, (0, None))
        made[blog.pk] = Activity(
            articles.get(blog.pk, 0),
            number,
            places.get(blog.pk, 0) - number,
            printed_time(last, None, blog.time_zone),
            *_bars(months.get(blog.pk, {})),
        )
    return made


@Prepared
def _places_on(blogs: tuple[int, ...]) -> QuerySet[Comment, tuple[int, int]]:
    public = Comment.objects.public().filter(post__blog__in=blogs).order_by()
    return public.values_list("post__blog").annotate(number=Count("pk"))


@Prepared
def _shown_on(
    blogs: tuple[int, ...],
) -> QuerySet[Comment, tuple[int, int, datetime | None]]:
    shown = Comment.objects.shown().filter(post__blog__in=blogs).order_by()
    counted = shown.values_list("post__blog")
    return counted.annotate(number=Count("pk"), last=Max("posted_at"))


@Prepared
def _shown_by_month(
    blogs: tuple[int, ...], zone: ZoneInfo
) -> QuerySet[Comment, tuple[int, datetime, int]]:
    dated = Comment.objects.shown().filter(post__blog__in=blogs).order_by()
    by_month = dated.exclude(posted_at=None).annotate(
        month=TruncMonth("posted_at", tzinfo=zone)
    )
    return by_month.values_list("post__blog", "month").annotate(number=Count("pk"))


def _by_month(blogs: tuple[int, ...], zone: str) -> dict[int, dict[int, int]]:
    """Count the shown comments of blogs with one clock by blog and month."""
    found: dict[int, dict[int, int]] = {}
    for pk, moment, number in _shown_by_month(blogs, ZoneInfo(zone)):
        at = moment.year * _YEAR + moment.month - 1
        found.setdefault(pk, {})[at] = number
    return found


def _bars(found: dict[int, int]) -> tuple[str, tuple[Bar, ...]]:
    """Make bars from the first month to the last, also of months without comments.

    By year where there would be too many.
    """
    if not found:
        return "month", ()
    first, last = min(found), max(found)
    if last - first < MOST_MONTHS:
        months = range(first, last + 1)
        return "month", tuple(Bar(_name(at), found.get(at, 0)) for at in months)
    years = dict.fromkeys(range(first // _YEAR, last // _YEAR + 1), 0)
    for at, number in found.items():
        years[at // _YEAR] += number
    return "year", tuple(Bar(str(year), number) for year, number in years.items())


def _name(at: int) -> str:
    return f"{MONTHS[at % _YEAR]} {at // _YEAR}"
