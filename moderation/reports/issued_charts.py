"""The charts of an issued report: of the numbers in its document, and of no others.

A document has no month by action, and no days: what it has is drawn as bars and by
month.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from commentarchive.charts.columns import columns
from commentarchive.charts.drawing import Chart, Label, Series
from commentarchive.charts.lines import lines
from commentarchive.charts.sideways import sideways
from moderation.reports.charts import IN_ALL, month_label
from moderation.reports.figures.declared import Unit
from moderation.reports.report import MOST_MONTHS

BY_MONTH = ("comments-by-month", "decisions-by-month", "wait-by-month")
# Titles that say of what they are only where they stand in a section.
TITLES = {"comments-by-state": "Comments, by where they stood"}
# Drawn as bars, and what each is counted by.
BARS = {
    "comments-by-state": "State",
    "decisions-by-action": "Action",
    "decisions-by-hand": "Decided",
    "hidden-by-rule": "Rule",
    "decisions-by-grade": "How it is known",
}


def charts_as_issued(document: Mapping[str, Any]) -> tuple[Chart, ...]:
    """Draw what there is to draw of a report's document; no query."""
    figures = {each["key"]: each for each in document["figures"]}
    drawn = (*_by_month(figures), *_in_all(figures))
    return tuple(chart for chart in drawn if chart is not None)


def _by_month(figures: Mapping[str, Any]) -> Iterator[Chart | None]:
    for key in BY_MONTH:
        figure = figures.get(key)
        if figure is None:
            continue
        numbers = {
            date.fromisoformat(f"{line['key']}-01"): line["now"]
            for line in figure["lines"]
        }
        # A month alone is compared with nothing.
        if not 1 < len(numbers) <= MOST_MONTHS:
            continue
        firsts = sorted(numbers)
        labels = [month_label(first, firsts) for first in firsts]
        series = [Series(figure["title"], tuple(numbers[each] for each in firsts))]
        yield _drawn(figure, labels, series)


def _drawn(
    figure: Mapping[str, Any], labels: list[Label], series: list[Series]
) -> Chart | None:
    key, title = figure["key"], figure["title"]
    if figure["unit"] == Unit.COUNT.value:
        return columns(key, title, labels, series, per="Month")
    return lines(key, title, labels, series, per="Month", unit=figure["unit"])


def _in_all(figures: Mapping[str, Any]) -> Iterator[Chart | None]:
    for key, of in BARS.items():
        lines_of = figures[key]["lines"] if key in figures else ()
        counts = [(line["label"], line["now"]) for line in lines_of if line["now"]]
        by_size = sorted(counts, key=lambda one: -one[1])
        # A bar alone is compared with nothing.
        if len(by_size) > 1:
            title = TITLES.get(key, figures[key]["title"])
            yield sideways(f"{key}{IN_ALL}", title, by_size, of=of)
