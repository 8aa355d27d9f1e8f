"""The charts of a report: which figures are drawn, and how; alike on pages and in PDFs.

A period of several months has columns and lines by month, a short one columns by day,
and a year the calendar of its days.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, DateField, When
from django.db.models.functions import TruncDate

from commentarchive.charts.columns import columns
from commentarchive.charts.drawing import Chart, Label, Series
from commentarchive.charts.lines import lines
from commentarchive.charts.sideways import sideways
from commentarchive.charts.year import year
from moderation.models import Action
from moderation.reports.figures.decision_cells import made
from moderation.reports.figures.declared import Figure, Unit
from moderation.reports.report import Line, Report
from moderation.reports.scope import Scope

# Longer spans that are no whole months are drawn by month.
MOST_DAYS = 62
MONTHS_OF_A_YEAR = 12
BY_ACTION, BY_HAND = "decisions-by-action", "decisions-by-hand"
BY_RULE, BY_GRADE = "hidden-by-rule", "decisions-by-grade"
# How the keys of bars end.
IN_ALL = "-all"
SHARE, MEDIAN = "share-reversed", "median"
# Drawn as bars, and what each is counted by.
_IN_ALL = {BY_RULE: "Rule"}
_IN_A_MONTH = {**_IN_ALL, BY_GRADE: "How it is known", BY_HAND: "Decided"}
# By month these say no more than the first chart where all is of one kind.
_APART, _SEVERAL = frozenset({BY_RULE, BY_GRADE}), 2
_DAY = timedelta(days=1)

type Days = Mapping[tuple[date, str], int]
type Found = Mapping[str, tuple[Figure, tuple[Line, ...]]]


def charts_of(report: Report) -> tuple[Chart, ...]:
    """Draw what there is to draw of a report; one query of its own."""
    days, found = _by_day(report.scope), _figures(report)
    drawn = (
        *_over_time(report, found, days),
        *_in_all(report, found),
        _calendar(report, days),
    )
    return tuple(chart for chart in drawn if chart is not None)


def _figures(report: Report) -> Found:
    return {
        figure.key: (figure, of_figure)
        for section in report.sections
        for figure, of_figure in section.figures
    }


def _by_day(scope: Scope) -> Days:
    """Count decisions by the day on their own blog's clock, and by action."""
    clocks: dict[str, list[int]] = {}
    for blog in scope.blogs:
        clocks.setdefault(blog.time_zone, []).append(blog.pk)
    if not clocks:
        return {}
    day = Case(
        *(
            When(
                post__blog__in=blogs,
                then=TruncDate("decided_at", tzinfo=ZoneInfo(zone)),
            )
            for zone, blogs in clocks.items()
        ),
        output_field=DateField(),
    )
    rows = made(scope).order_by().values_list(day, "act").annotate(n=Count("pk"))
    return {(when, act): n for when, act, n in rows}


def _over_time(report: Report, found: Found, days: Days) -> Iterator[Chart | None]:
    if len(report.months) > 1:
        yield from _by_month(report, found)
        return
    period = report.scope.period
    if (period.after - period.first).days <= MOST_DAYS and BY_ACTION in found:
        yield _by_single_day(report, found, days)


def _by_month(report: Report, found: Found) -> Iterator[Chart | None]:
    firsts = [month.period.first for month in report.months]
    labels = [month_label(first, firsts) for first in firsts]
    for key in (BY_ACTION, BY_HAND, BY_RULE, BY_GRADE):
        if key in found:
            figure, of_figure = found[key]
            if key in _APART and sum(1 for line in of_figure if line.now) < _SEVERAL:
                continue
            series = [_series(report, line, line.label) for line in of_figure]
            title = f"{figure.title}, by month"
            yield columns(key, title, labels, series, per="Month")
    waits = [
        _series(report, line, figure.title)
        for figure, of_figure in found.values()
        for line in of_figure
        if figure.unit is Unit.HOURS and line.key == MEDIAN
    ]
    yield lines(
        *("waits", "Median wait for a decision, by month", labels, waits),
        per="Month",
        unit="hours",
    )
    if SHARE in found:
        figure, of_figure = found[SHARE]
        shares = [_series(report, line, line.label) for line in of_figure]
        title = f"{figure.title}, by month"
        yield lines(SHARE, title, labels, shares, per="Month", unit="per cent")


def _series(report: Report, line: Line, label: str) -> Series:
    nothing = 0 if line.figure.unit is Unit.COUNT else None
    return Series(
        label,
        tuple(
            month.numbers.get(line.figure.key, {}).get(line.key, nothing)
            for month in report.months
        ),
    )


def month_label(first: date, firsts: Sequence[date]) -> Label:
    """Return what a month is called below a chart of some months."""
    is_one_year = firsts[0].year == firsts[-1].year
    short = f"{first:%b}" if is_one_year else f"{first:%b} ’{first:%y}"
    return Label(f"{first:%B} {first.year}", short)


def _by_single_day(report: Report, found: Found, days: Days) -> Chart | None:
    period = report.scope.period
    all_days = [
        period.first + n * _DAY for n in range((period.after - period.first).days)
    ]
    labels = [
        Label(f"{day.day} {day:%B} {day.year}", f"{day.day} {day:%b}")
        for day in all_days
    ]
    series = [
        Series(
            str(Action(act).label),
            tuple(days.get((day, act), 0) for day in all_days),
        )
        for act in dict.fromkeys(line.key for line in found[BY_ACTION][1])
    ]
    return columns("days", "Decisions by action, by day", labels, series, per="Day")


def _in_all(report: Report, found: Found) -> Iterator[Chart | None]:
    keys = _IN_ALL if len(report.months) > 1 else _IN_A_MONTH
    for key, of in keys.items():
        if key in found:
            figure, of_figure = found[key]
            counts = [(line.label, line.now or 0) for line in of_figure if line.now]
            by_size = sorted(counts, key=lambda one: -one[1])
            # A bar alone is compared with nothing.
            if len(by_size) > 1:
                yield sideways(f"{key}{IN_ALL}", figure.title, by_size, of=of)


def _calendar(report: Report, days: Days) -> Chart | None:
    period = report.scope.period
    if period.months_long != MONTHS_OF_A_YEAR:
        return None
    counts: Counter[date] = Counter()
    for (day, _act), n in days.items():
        counts[day] += n
    number = period.first.year
    return year(
        "year", f"Decisions a day in {number}", number, counts, what="decisions"
    )
