"""What the files of a report say: of one as the record stands, or as it was issued.

PDF and workbook are made of the report's document, so that those of an issued report
have its numbers for good, whatever the tables say by now.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from commentarchive.charts.drawing import Chart
from commentarchive.ledger.merkle.refs import is_ref
from commentarchive.models import Blog
from moderation.models import IssuedReport
from moderation.reports.charts import charts_of
from moderation.reports.document import report_document
from moderation.reports.figures.declared import Unit
from moderation.reports.issued_charts import charts_as_issued
from moderation.reports.periods import parse_period
from moderation.reports.report import Report

# The numbers of a line of a document beside its own.
BESIDE = ("before", "difference", "average", "year_to_date")

type Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldFigure:
    """A figure of a document; its lines have the words that a file shows."""

    said: Mapping[str, Any]
    lines: Sequence[tuple[str, Line]]

    @property
    def is_compared(self) -> bool:
        """Return whether anything stands beside its numbers."""
        return any(line[name] is not None for _w, line in self.lines for name in BESIDE)

    @property
    def is_empty(self) -> bool:
        """Return whether it counts nothing, now or in the periods beside it."""
        return all(self.is_nothing(line) for _words, line in self.lines)

    def is_nothing(self, line: Line) -> bool:
        """Return whether a line counts nothing, now or in the periods beside it.

        A count that is not given, as it is small, is not nothing.
        """
        if line["now"] is None and self.said["unit"] == Unit.COUNT.value:
            return False
        return not (line["now"] or any(line[name] for name in BESIDE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A report for a file: its document, words, charts, and what is known of it."""

    title: str
    document: Mapping[str, Any]
    # Of sections in their order, each with its figures.
    sections: Mapping[str, Sequence[ToldFigure]]
    charts: Sequence[Chart]
    # The address of the page whose figures lead to their lists, as they stand now.
    page: str
    # What only an issued report has, by name: when and as what it was issued.
    issued: Sequence[tuple[str, str]] = ()

    @property
    def size(self) -> int:
        """Return how many entries of the record it tells of."""
        size: int = self.document["record"]["size"]
        return size

    @property
    def whose(self) -> str:
        """Return the title of its blog."""
        if self.document["blog"] is None:
            return "All blogs"
        titles = [
            each["title"]
            for each in self.document["blogs"]
            if each["ref"] == self.document["blog"]
        ]
        return titles[0] if titles else str(self.document["blog"])

    @property
    def clocks(self) -> Iterator[tuple[str, str]]:
        """Yield each blog that is counted, told apart from others, and its clock."""
        blogs = self.document["blogs"]
        number = Counter(each["title"] for each in blogs)
        for each in blogs:
            title, ref = each["title"], each["ref"]
            yield (
                title if number[title] == 1 else f"{title} ({ref})",
                each["time_zone"],
            )


def told_now(report: Report) -> Told:
    """Return what files say of a report that was just worked out."""
    document = report_document(report)
    words = {(line.figure.key, line.key): line.label for line in report.lines}
    return Told(
        title=report.title,
        document=document,
        sections=sections_of(document, words),
        charts=charts_of(report),
        page=_page(report.scope.period.name, report.scope.blog),
    )


def told_as_issued(report: IssuedReport) -> Told:
    """Return what files say of an issued report: its document, and nothing later.

    An article is named by its reference: its title may be hidden by now.
    """
    document = json.loads(bytes(report.document))
    issued_at = f"{report.issued_at:%Y-%m-%d %H:%M} UTC"
    what = "Correction" if report.corrects else "Issued"
    facts = [
        (what, f"{issued_at}, as record no. {report.entry_index}"),
        ("SHA-256 of its JSON", report.digest),
        ("Its page", settings.BASE_URL + report.get_absolute_url()),
    ]
    if report.corrects:
        first = settings.BASE_URL + report.corrects.get_absolute_url()
        facts.append(("What it corrects", first))
    kind = "Correction of the report" if report.corrects else "Report as issued"
    return Told(
        title=f"{kind}: {parse_period(report.period).title}",
        document=document,
        sections=sections_of(document, {}),
        charts=charts_as_issued(document),
        page=_page(report.period, report.blog),
        issued=facts,
    )


def _page(period: str, blog: Blog | None) -> str:
    asked = f"?{urlencode({'blog': blog.slug})}" if blog else ""
    return f"{settings.BASE_URL}{reverse('moderation:report', args=[period])}{asked}"


def sections_of(
    document: Mapping[str, Any], words: Mapping[tuple[str, str], str]
) -> Mapping[str, Sequence[ToldFigure]]:
    """Return the figures of a document by section, each line with its words.

    `words` are those of a figure and a line's key, where the document has none.
    """
    sections: dict[str, list[ToldFigure]] = {}
    for figure in document["figures"]:
        key = figure["key"]
        lines = [
            (words.get((key, line["key"])) or _own_words(line), line)
            for line in figure["lines"]
        ]
        told = ToldFigure(said=figure, lines=lines)
        sections.setdefault(figure["section"], []).append(told)
    return sections


def _own_words(line: Line) -> str:
    """Return the words that a document has for a line, or where to look it up."""
    key: str = line["key"]
    if not line["label"] and is_ref(key, "p"):
        return f"/posts/{key}/"
    return str(line["label"] or key)
