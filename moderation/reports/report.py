"""A report: every figure of a period, beside those of the periods before it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from commentarchive.text.unseen import marked
from moderation.reports.beginnings import first_day
from moderation.reports.figures.declared import Count, Figure, Number, Unit, rounded
from moderation.reports.figures.table import FIGURES, SECTIONS
from moderation.reports.periods import Period
from moderation.reports.scope import Scope

# Longer spans have no line or chart a month.
MOST_MONTHS = 36


@dataclass(frozen=True, kw_only=True)
class Line:
    """One number of a figure, and what it was before.

    `before` is that of the period before, `average` that of the three before,
    `year_to_date` that of the year up to the period's last day. None where a figure is
    not compared, or where there is nothing to say, as of a period before there was
    anything.
    """

    figure: Figure
    key: str
    label: str
    now: Number
    before: Number = None
    average: Number = None
    year_to_date: Number = None
    at_least: bool = False

    @property
    def difference(self) -> Number:
        """Return how much more there is than in the period before."""
        if self.now is None or self.before is None:
            return None
        return rounded(self.now - self.before)

    @property
    def is_empty(self) -> bool:
        """Return whether it counts nothing, now or in the periods beside it.

        A count that is not given, as it is small, is not nothing.
        """
        if self.now is None and self.figure.unit is Unit.COUNT:
            return False
        return not (self.now or self.before or self.average or self.year_to_date)


@dataclass(frozen=True, kw_only=True)
class Section:
    """The figures on one subject, each with its lines."""

    title: str
    figures: tuple[tuple[Figure, tuple[Line, ...]], ...]

    @property
    def is_empty(self) -> bool:
        """Return whether nothing in it counts anything."""
        return all(line.is_empty for _figure, lines in self.figures for line in lines)


@dataclass(frozen=True, kw_only=True)
class Month:
    """What one month of the period says, for charts: numbers by figure and line."""

    period: Period
    numbers: Mapping[str, Mapping[str, Number]]


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything that a report says, for all its faces."""

    scope: Scope
    title: str
    sections: tuple[Section, ...]
    months: tuple[Month, ...]

    @property
    def lines(self) -> Iterable[Line]:
        """Every line, in order."""
        for section in self.sections:
            for _figure, lines in section.figures:
                yield from lines


def build(scope: Scope) -> Report:
    """Work out a report."""
    scope = replace(scope, cuts=_cuts(scope.period), kept={})
    scope = replace(scope, begins=scope.begins or first_day(scope))
    figures = [each for each in FIGURES if each.has_blogs or scope.blog is None]
    sections = tuple(
        Section(
            title=title,
            figures=tuple(
                (figure, _lines(figure, scope))
                for figure in figures
                if figure.section == title
            ),
        )
        for title in SECTIONS
    )
    months = tuple(_month(scope.at(month), figures) for month in _months(scope))
    return Report(
        # Without what was worked out on the way.
        scope=replace(scope, kept={"blogs": scope.all_blogs}),
        title=f"Report: {scope.period.title}",
        sections=tuple(section for section in sections if section.figures),
        months=months,
    )


def _cuts(period: Period) -> tuple[date, ...]:
    """Return every day on which a period begins or ends that the report speaks of."""
    spans = (*period.earlier, period.year_to_date, *period.months())
    return tuple(sorted({day for span in spans for day in (span.first, span.after)}))


def _months(scope: Scope) -> list[Period]:
    months = scope.period.months()
    return months if len(months) <= MOST_MONTHS else []


def _month(scope: Scope, figures: Iterable[Figure]) -> Month:
    """Return what a month says of each figure that charts show."""
    numbers = {
        figure.key: {
            key: count.number for key, count in _counted(figure, scope).items()
        }
        for figure in figures
        if figure.is_charted
    }
    return Month(period=scope.period, numbers=numbers)


def _lines(figure: Figure, scope: Scope) -> tuple[Line, ...]:
    """Return the lines of a figure, in the order of its own counts.

    What only another period counted comes after them.
    """
    now = list(_counted(figure, scope).values())
    if not figure.is_compared:
        return tuple(_line(figure, count) for count in now)
    earlier = [_counted(figure, scope.at(each)) for each in scope.period.earlier]
    to_date = _counted(figure, scope.at(scope.period.year_to_date))
    seen = {count.key for count in now}
    missing = {
        count.key: count._replace(number=_nothing(figure))
        for counts in (*earlier, to_date)
        for count in counts.values()
        if count.key not in seen
    }
    counts = [*now, *(missing[key] for key in sorted(missing))]
    begun = [_has_begun(figure, scope, each) for each in scope.period.earlier]
    return tuple(
        replace(
            _line(figure, count),
            before=_number(figure, earlier[0], count.key) if begun[0] else None,
            average=_average(
                _number(figure, each, count.key)
                for each, has_begun in zip(earlier, begun, strict=True)
                if has_begun
            ),
            year_to_date=_number(figure, to_date, count.key),
        )
        for count in counts
    )


def _has_begun(figure: Figure, scope: Scope, period: Period) -> bool:
    """Return whether a period reaches into the time of which there is anything.

    Of the whole record nothing is known to be missing: 0 is what it says.
    """
    if not figure.has_blogs:
        return True
    return scope.begins is None or scope.begins < period.after


def _line(figure: Figure, count: Count) -> Line:
    return Line(
        figure=figure,
        key=count.key,
        label=marked(count.label),
        now=count.number,
        at_least=count.at_least,
    )


def _counted(figure: Figure, scope: Scope) -> dict[str, Count]:
    """Return the counts of a period by their keys, worked out once for a report."""
    key = ("counts", figure.key, scope.period.first, scope.period.after)
    return scope.once(key, lambda: {one.key: one for one in figure.work_out(scope)})


def _nothing(figure: Figure) -> Number:
    return 0 if figure.unit is Unit.COUNT else None


def _number(figure: Figure, counts: Mapping[str, Count], key: str) -> Number:
    return counts[key].number if key in counts else _nothing(figure)


def _average(numbers: Iterable[Number]) -> Number:
    """Return the mean of the periods that have a number, to one digit."""
    there = [number for number in numbers if number is not None]
    return rounded(sum(there) / len(there)) if there else None
