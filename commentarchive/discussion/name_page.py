"""What a name's page tells of it: how much, where and when, and what is not shown.

Counts go through the name's own comments by their index, and so do not grow with the
archive.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Max, Min, QuerySet
from django.db.models.functions import ExtractYear

from commentarchive.discussion.query import RowValues, row_values, rows_of
from commentarchive.models import Comment, Commenter, Post, Visibility
from commentarchive.models.times import printed_time
from commentarchive.storage.prepared import Prepared
from commentarchive.threads.bars import Bar
from commentarchive.threads.notice_words import notice_words

# Of so many discussions and notices a page lists the first.
THREADS, NOTICES = 20, 50
# How many of its comments a page holds.
COMMENTS = 50


class InThread(NamedTuple):
    """A discussion, and how many comments under the name it shows."""

    post: Post
    number: int


class NamedNotice(NamedTuple):
    """A notice that shows the name, and its comment."""

    ref: str
    when: datetime | None
    html: str


class Said(NamedTuple):
    """How many comments are shown under a name, since when and until when, by year."""

    number: int
    first: datetime | None
    last: datetime | None
    years: list[Bar]


def said_under(name: Commenter) -> Said:
    """Count what is shown under a name, by years of its blog's clock; one query."""
    zone = name.blog.time_zone
    rows = _by_year(name.pk, ZoneInfo(zone))
    dated = {each: number for each, number, _first, _last in rows if each}
    years = [
        Bar(str(each), dated.get(each, 0))
        for each in (range(min(dated), max(dated) + 1) if dated else ())
    ]
    firsts = [first for _year, _number, first, _last in rows if first]
    lasts = [last for _year, _number, _first, last in rows if last]
    return Said(
        sum(number for _year, number, _first, _last in rows),
        printed_time(min(firsts, default=None), None, zone),
        printed_time(max(lasts, default=None), None, zone),
        years,
    )


@Prepared
def _by_year(name_pk: int, zone: ZoneInfo) -> QuerySet[Comment, tuple[Any, ...]]:
    shown = Comment.objects.filter(commenter=name_pk).shown().order_by()
    year = ExtractYear("posted_at", tzinfo=zone)
    return (
        shown.annotate(year=year)
        .values_list("year")
        .annotate(number=Count("pk"), first=Min("posted_at"), last=Max("posted_at"))
    )


def threads_of(name: Commenter) -> tuple[list[InThread], int]:
    """Return where most is shown under a name, and in how many threads; two queries."""
    numbers = _by_thread(name.pk)
    first = numbers[:THREADS]
    read = _titled(tuple(post for post, _number in first))
    posts = {post.pk: post for post in read}
    return [InThread(posts[pk], number) for pk, number in first], len(numbers)


@Prepared
def _by_thread(name_pk: int) -> QuerySet[Comment, tuple[int, int]]:
    shown = Comment.objects.filter(commenter=name_pk).shown().order_by()
    counted = shown.values_list("post").annotate(number=Count("pk"))
    return counted.order_by("-number", F("post").desc())


@Prepared
def _titled(pks: Sequence[int]) -> QuerySet[Post]:
    return Post.objects.titled().filter(pk__in=pks)


@Prepared
def newest_under(name_pk: int) -> QuerySet[Comment]:
    """Return the newest comments that are shown under a name; one query."""
    shown = Comment.objects.filter(commenter=name_pk).shown()
    return shown.newest_first().read()[:COMMENTS]


def notices_under(name: Commenter) -> list[NamedNotice]:
    """Return the notices that show a name, in the place of its comments; one query.

    None where a notice keeps the name, and no query where its blog shows none.
    """
    if not name.blog.show_hidden_names:
        return []
    rows = rows_of(_hidden_under(name.pk), name.blog.time_zone)
    return [
        NamedNotice(row.ref, row.when, notice_words(row.notice))
        for row in rows
        if row.name and row.notice
    ]


@Prepared
def _hidden_under(name_pk: int) -> RowValues:
    hidden = Comment.objects.public().filter(
        commenter=name_pk, tombstones__is_open=True, tombstones__shows_name=True
    )
    return row_values(hidden.exclude(visibility=Visibility.PUBLISHED))[:NOTICES]
