"""Reports as they are issued: made of a signed state, and corrected by a later one.

What a period's figures are may change after its report was issued: decisions are
recorded later, an import brings comments. `correct_late` finds out by making the report
anew; the one that was issued stays as it is.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.conf import settings

from commentarchive.ledger.append import SYSTEM, By, read_leaf
from commentarchive.ledger.models import Entry
from commentarchive.ledger.tiles import last_signed
from commentarchive.models import Blog
from moderation.actions.issuing import (
    AlreadyIssued,
    CorrectedMeanwhile,
    Made,
    correct,
    issue,
    note_looked,
)
from moderation.models import IssuedReport
from moderation.reports.document import report_bytes
from moderation.reports.figures.declared import PRESENT
from moderation.reports.figures.table import FIGURES
from moderation.reports.periods import Period, parse_period
from moderation.reports.report import build
from moderation.reports.scope import Scope

# Months that are made up for where nothing ran on their first day.
MISSED = 12
# A report is corrected at most once in this time, however often facts come in.
BETWEEN_CORRECTIONS = timedelta(days=1)
# What no figure of a period depends on.
_IDLE = ("log.", "report.", "staff.", "policy.", "automation.")
# Figures that say how something stood when they were made: that it stands otherwise
# later is no late fact of the period, and corrects nothing by itself.
AS_IT_STOOD = frozenset(
    {
        *("comments-by-state", "comments-hidden", "comments-withheld"),
        *("decisions-reversed", "share-reversed"),
        *(each.key for each in FIGURES if each.unsettled_by == PRESENT),
    }
)


class NotIssued(ValueError):
    """The report cannot be issued; the message says why."""


def make(
    period: Period, blog: Blog | None, size: int, *, begins: date | None = None
) -> Made:
    """Make the report of a period as of a state: the same state, the same bytes.

    `begins` is the first day that it compares with, where a report has said it.
    """
    return Made(
        period=period.name,
        first=period.first,
        after=period.after,
        blog=blog,
        size=size,
        document=report_bytes(build(Scope(period, blog, size, begins=begins))),
    )


def issue_report(
    period: Period, blog: Blog | None, *, now: datetime, by: By
) -> IssuedReport:
    """Issue the report of a period that is over. Raise NotIssued."""
    if not _is_over(period, blog, now):
        message = f"{period.title} is not over yet on every clock."
        raise NotIssued(message)
    size = last_signed()
    if not size:
        message = "Nothing is signed yet: a report is pinned to a signed state."
        raise NotIssued(message)
    try:
        return issue(make(period, blog, size), by=by)
    except AlreadyIssued as error:
        raise NotIssued(str(error)) from error


def _is_over(period: Period, blog: Blog | None, now: datetime) -> bool:
    """Return whether a period is over here and on the clocks that it is counted by."""
    blogs = [blog] if blog else Blog.objects.public()
    zones = {settings.TIME_ZONE, *(each.time_zone for each in blogs)}
    return all(now.astimezone(ZoneInfo(zone)).date() >= period.after for zone in zones)


def issue_due(now: datetime) -> Iterator[IssuedReport]:
    """Issue every month's report that is due, of all blogs and of each public one.

    That is the month before, once it is over on every clock, and those that were
    missed since the last one.
    """
    if not last_signed():
        return
    blogs = Blog.objects.public().filter(posts__isnull=False).distinct()
    for blog in (None, *blogs.order_by("pk")):
        for month in _due(blog, now):
            try:
                yield issue_report(month, blog, now=now, by=SYSTEM)
            except NotIssued:
                # Somebody issued it by hand meanwhile.
                continue


def _due(blog: Blog | None, now: datetime) -> list[Period]:
    """Return the months without a report since the last one that has one."""
    issued = set(
        IssuedReport.objects.first_issued()
        .filter(blog=blog)
        .values_list("period", flat=True)
    )
    months = list(_months_before(now))
    # Where there never was one, or long ago, it begins with the last month.
    missed = months[:1]
    for number, month in enumerate(months):
        if month.name in issued:
            missed = months[:number][::-1]
            break
    return [month for month in missed if _is_over(month, blog, now)]


def _months_before(now: datetime) -> Iterator[Period]:
    """Yield the months before this one, the last first."""
    first = now.astimezone(ZoneInfo(settings.TIME_ZONE)).date().replace(day=1)
    for _number in range(MISSED):
        first = (first - timedelta(days=1)).replace(day=1)
        yield parse_period(f"{first:%Y-%m}")


@dataclass(frozen=True, slots=True)
class News:
    """An entry of which a report may know nothing yet."""

    index: int
    # The day of which it tells, in UTC; None for what may touch any period.
    day: date | None

    def touches(self, report: IssuedReport) -> bool:
        """Return whether figures of a report may be others by it."""
        if self.index < report.looked_size:
            return False
        # No clock is further from UTC than a day.
        first, after = (
            report.first - timedelta(days=1),
            report.after + timedelta(days=1),
        )
        return self.day is None or first <= self.day < after


def correct_late(now: datetime) -> Iterator[IssuedReport]:
    """Correct every report of which late facts have changed a figure."""
    size = last_signed()
    reports = IssuedReport.objects.public().first_issued()
    open_reports = list(
        reports.filter(looked_size__lt=size).select_related("blog").order_by("pk")
    )
    if not open_reports:
        return
    news = list(_news(min(each.looked_size for each in open_reports), size))
    for report in open_reports:
        if any(each.touches(report) for each in news):
            last = IssuedReport.objects.of(report.period, report.blog).last() or report
            if last != report and now - last.issued_at < BETWEEN_CORRECTIONS:
                continue
            if (correction := _corrected(report, last, size)) is not None:
                yield correction
        note_looked(report, size)


def _news(first: int, after: int) -> Iterator[News]:
    """Read the entries that may change figures."""
    entries = Entry.objects.filter(index__gte=first, index__lt=after)
    rows = entries.order_by("index").values_list("index", "event", "leaf")
    for index, event, leaf in rows.iterator(chunk_size=2000):
        if event.startswith(_IDLE):
            continue
        said = cast("Mapping[str, Any]", read_leaf(bytes(leaf))["d"])
        decided = said.get("decided") if "decision" in said else None
        day = (
            datetime.fromisoformat(decided).astimezone(UTC).date() if decided else None
        )
        yield News(index, day)


def _corrected(
    report: IssuedReport, last: IssuedReport, size: int
) -> IssuedReport | None:
    made = make(parse_period(report.period), report.blog, size)
    changed = differences(bytes(last.document), made.document)
    if not any(each["figure"] not in AS_IT_STOOD for each in changed):
        return None
    try:
        return correct(report, made, changed, last=last, by=SYSTEM)
    except CorrectedMeanwhile:
        return None


def differences(before: bytes, after: bytes) -> Sequence[dict[str, Any]]:
    """Return the lines whose number of the period itself differs, in order."""
    old, new = _lines(before), _lines(after)
    return [
        {
            "figure": figure,
            "key": key,
            "title": title,
            "was": old.get((figure, key), (None, ""))[0],
            "is": new.get((figure, key), (None, ""))[0],
        }
        for (figure, key), (_number, title) in {**old, **new}.items()
        if old.get((figure, key), (None,))[0] != new.get((figure, key), (None,))[0]
    ]


def _lines(document: bytes) -> dict[tuple[str, str], tuple[float | None, str]]:
    """Return each line's number and its words, by figure and key.

    A line that counts nothing is as one that is not there.
    """
    return {
        (figure["key"], line["key"]): (
            line["now"],
            ", ".join(word for word in (figure["title"], line["label"]) if word),
        )
        for figure in json.loads(document)["figures"]
        for line in figure["lines"]
        if line["now"]
    }
