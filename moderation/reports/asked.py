"""What report is asked for, and the months that there are."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from commentarchive.models import Blog, Comment
from commentarchive.search.index import is_behind
from commentarchive.storage.remembered import while_record_stands
from moderation.clocks import public_zones
from moderation.models import Decision, Flag
from moderation.reports.periods import Period, parse_period
from moderation.reports.report import Report, build
from moderation.reports.scope import Scope


class NoReport(ValueError):
    """There is no such report; the message says why in one sentence."""


def read_asked(word: str, slug: str = "") -> tuple[Period, Blog | None]:
    """Read the words that a report is asked for by.

    Raise NoPeriod for what is no period, and NoReport for one that has not begun, that
    lies before the archive, or of a blog that is not here.
    """
    period = parse_period(word)
    # Somewhere the day has begun already.
    if period.first > (datetime.now(UTC) + timedelta(hours=14)).date():
        message = f"{_capital(period.title)} has not begun yet."
        raise NoReport(message)
    months = months_there_are()
    if months and period.after <= months[-1].first:
        message = (
            f"{_capital(period.title)} is before anything here: the archive begins in "
            f"{months[-1].title}."
        )
        raise NoReport(message)
    if not slug:
        return period, None
    blog = Blog.objects.public().filter(slug=slug).first()
    if blog is None:
        message = f"There is no public blog called {slug[:60]!r}."
        raise NoReport(message)
    return period, blog


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def report_of(period: Period, blog: Blog | None) -> Report:
    """Return the report of a period as the record stands, worked out once for it."""
    whose = blog.ref if blog else "all"
    name = f"report of {period.name}, {whose}, {beside_record()}"
    return while_record_stands(name, lambda: build(Scope.now(period, blog)))


def beside_record() -> str:
    """Return what changes with what reports count and no entry tells of; two queries.

    How far the search has come, and which report of a reader was the last.
    """
    last = Flag.objects.order_by("-pk").values_list("pk", flat=True).first()
    return f"{is_behind()} {last}"


def months_there_are() -> list[Period]:
    """List the months that have something to report, newest first."""
    return while_record_stands("months", _find_months)


def _find_months() -> list[Period]:
    names = {
        f"{day.year:04}-{day.month:02}"
        for zone in public_zones()
        for rows, column in (
            (Comment.objects.public(), "posted_at"),
            (Decision.objects.public(), "decided_at"),
        )
        for day in _months_of(rows.filter(post__blog__time_zone=zone), column, zone)
    }
    return [parse_period(name) for name in sorted(names, reverse=True)]


def _months_of(rows: QuerySet[Any], column: str, zone: str) -> Iterator[date]:
    """Find a day of each month that has rows, one step in the index a month."""
    clock = ZoneInfo(zone)
    times = rows.order_by(column).values_list(column, flat=True)
    found = times.exclude(**{column: None}).first()
    while found is not None:
        day = found.astimezone(clock).date()
        yield day
        after = parse_period(f"{day.year:04}-{day.month:02}").after
        start = datetime.combine(after, time.min, clock)
        found = times.filter(**{f"{column}__gte": start}).first()
