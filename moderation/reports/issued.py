"""Issued reports as readers see them: their figures, faces, corrections, feed."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from commentarchive.charts.drawing import Chart
from commentarchive.feeds.atom import FeedEntry, absolute, feed_id
from commentarchive.ledger.merkle.refs import is_ref
from commentarchive.ledger.tiles import last_signed
from commentarchive.models import Blog, Post
from commentarchive.spreadsheets import csv_lines
from moderation.models import IssuedReport
from moderation.reports.issued_charts import charts_as_issued
from moderation.reports.periods import parse_period
from moderation.reports.shown import (
    ShownFigure,
    ShownLine,
    ShownSection,
    shown,
    shown_beside,
    shown_section,
)
from moderation.reports.told import BESIDE, ToldFigure, sections_of

COLUMNS = (
    *("figure", "key", "title", "label", "basis", "unit", "now", "at_least"),
    *("before", "difference", "average", "year_to_date"),
)
_NUMBERS = COLUMNS[6:]
# Entries of the feed.
NEWEST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedPage:
    """An issued report, as its page shows it."""

    report: IssuedReport
    document: dict[str, Any]
    charts: Sequence[Chart]
    sections: Sequence[ShownSection]
    corrections: Sequence[IssuedReport]
    is_signed: bool


def issued_of(period: str, blog: Blog | None) -> list[IssuedReport]:
    """Return the report that was issued of a period and its corrections, in order."""
    return list(IssuedReport.objects.of(period, blog).defer("document"))


def page_of(report: IssuedReport) -> IssuedPage:
    """Return what the page of an issued report shows. Three queries."""
    document = json.loads(bytes(report.document))
    sections = sections_of(document, _titles(document))
    of_it = IssuedReport.objects.filter(corrects=report.corrects or report)
    return IssuedPage(
        report=report,
        document=document,
        charts=charts_as_issued(document),
        sections=[
            shown_section(title, [_shown_figure(each) for each in figures])
            for title, figures in sections.items()
        ],
        corrections=list(of_it.defer("document").order_by("entry_index")),
        is_signed=report.entry_index < last_signed(),
    )


def _titles(document: dict[str, Any]) -> dict[tuple[str, str], str]:
    """Find the titles that articles have now, by figure and key; of public ones alone.

    The document has none: a title may be hidden after it is issued.
    """
    keys = [
        (figure["key"], line["key"])
        for figure in document["figures"]
        for line in figure["lines"]
        if is_ref(line["key"], "p")
    ]
    posts = Post.objects.public().filter(ref__in={ref for _figure, ref in keys})
    titles = {post.ref: post.title for post in posts.titled() if post.is_public}
    return {key: titles[key[1]] for key in keys if key[1] in titles}


def _shown_figure(figure: ToldFigure) -> ShownFigure:
    """Show a figure of a document; what is not compared has no numbers beside."""
    said, is_compared = figure.said, figure.is_compared
    return ShownFigure(
        key=said["key"],
        title=said["title"],
        unit=said["unit"],
        basis=said["basis"],
        definition=said["definition"],
        is_empty=figure.is_empty,
        lines=[
            ShownLine(
                label=words,
                now=shown(line["now"]),
                is_at_least=line["at_least"],
                address="",
                beside=shown_beside([line[name] for name in BESIDE])
                if is_compared
                else (),
            )
            for words, line in figure.lines
        ],
    )


def title_of(report: IssuedReport) -> str:
    """Return what a report is called: its period and its blog."""
    whose = report.blog.title if report.blog else "all blogs"
    kind = "Correction of the report" if report.corrects_id else "Report"
    return f"{kind} of {parse_period(report.period).title}: {whose}"


def issued_csv(report: IssuedReport) -> Iterator[str]:
    """Write an issued report as a table, a row a line, from its document alone."""
    document = json.loads(bytes(report.document))
    return csv_lines(COLUMNS, _rows(document))


def _rows(document: dict[str, Any]) -> Iterator[Sequence[str]]:
    for figure in document["figures"]:
        for line in figure["lines"]:
            yield (
                *(figure["key"], line["key"], figure["title"], line["label"]),
                *(figure["basis"], figure["unit"]),
                *(_cell(line[name]) for name in _NUMBERS),
            )


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return "" if value is None else str(value)


def feed_entries() -> list[FeedEntry]:
    """Return the reports and corrections that were issued last, as entries."""
    found = IssuedReport.objects.public().newest_first().defer("document")
    return [
        FeedEntry(
            id=feed_id(each.ref),
            title=title_of(each),
            page=each.get_absolute_url(),
            author="Comment archive",
            html=_html(each),
            published=each.issued_at,
            updated=each.issued_at,
            categories=["correction" if each.corrects_id else "report"],
        )
        for each in found.select_related("blog")[:NEWEST]
    ]


def _html(report: IssuedReport) -> str:
    page = escape(absolute(report.get_absolute_url()))
    lines = "".join(
        f"<li>{escape(each['title'])}: {_shown(each['was'])}, now "
        f"{_shown(each['is'])}</li>"
        for each in report.changed
    )
    changed = f"<p>What changed:</p><ul>{lines}</ul>" if lines else ""
    return (
        f'<p><a href="{page}">The report as it was issued</a>, record no. '
        f"{report.entry_index}, of the state of {report.size} entries.</p>{changed}"
    )


def _shown(number: float | None) -> str:
    return "0" if number is None else str(number)
