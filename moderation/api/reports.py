"""Audit reports: the months there are, and the figures of a period."""

from datetime import date
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from ninja import Field, Query, Router, Schema

from commentarchive.api.pages import blog_called, page_at
from moderation.reports.asked import (
    NoReport,
    months_there_are,
    read_asked,
    report_of,
)
from moderation.reports.document import report_document
from moderation.reports.periods import NoPeriod, Period

router = Router(tags=["Moderation"])
_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
Named = Annotated[
    str,
    Field(
        json_schema_extra={
            "pattern": f"^([0-9]{{4}}(-(Q[1-4]|0[1-9]|1[0-2]))?|{_DAY}\\.\\.{_DAY})$"
        },
        description="2012, 2012-Q2, 2012-04 or 2012-04-05..2012-06-10.",
    ),
]


class Month(Schema):
    """A month that has something to report."""

    period: str = Field(description="Such as 2012-04; 2012 and 2012-Q2 exist as well.")
    first_day: date
    last_day: date
    report: str = Field(description="Address of its report here.")


class Months(Schema):
    """Every month that has something to report, newest first."""

    items: list[Month]


class ReportLine(Schema):
    """One number, and what it was in the periods beside this one."""

    key: str = Field(description="As entries of the record say it; empty for all.")
    label: str
    now: int | float | None
    at_least: bool = Field(description="Whether there may be more.")
    before: int | float | None = Field(description="In the period before.")
    difference: int | float | None
    average: int | float | None = Field(description="Of the three periods before.")
    year_to_date: int | float | None


class ReportFigure(Schema):
    """One figure with its lines."""

    key: str
    title: str
    section: str
    basis: str = Field(description="record, tables or imported.")
    unit: str = Field(description="count, hours or per cent.")
    definition: str
    lines: list[ReportLine]


class ReportBlog(Schema):
    """A blog that is counted, and the clock of its days."""

    ref: str
    title: str
    time_zone: str
    articles: list[str] = Field(
        description="References of its articles that decisions counted here are under."
    )


class RecordState(Schema):
    """The state of the public record that a report is of."""

    size: int = Field(description="How many entries are counted.")
    root: str = Field(description="Root of the tree over them, in base64.")


class Report(Schema):
    """The figures of a period: the document that its page offers as JSON."""

    report: str = Field(description="Name and version of the form.")
    origin: str = Field(description="Name of the public record.")
    period: str
    begins: date | None = Field(
        description="The first day of which anything is known; null where none is."
    )
    first: date
    last: date
    blog: str | None = Field(description="Reference of the blog; null for all.")
    blogs: list[ReportBlog]
    record: RecordState
    figures: list[ReportFigure]


class ReportAsked(Schema):
    """Whose report is asked for."""

    blog: str | None = Field(None, max_length=100, description="Slug of a blog.")


def _month(period: Period) -> Month:
    return Month(
        period=period.name,
        first_day=period.first,
        last_day=period.last,
        report=page_at("api:report", period.name),
    )


@router.get("/reports/", response=Months, summary="Reports")
def reports(request: HttpRequest) -> Any:
    """List the months that have something to report."""
    return {"items": [_month(period) for period in months_there_are()]}


@router.get("/reports/{str:period}/", response=Report, summary="One report")
def report(request: HttpRequest, period: Named, asked: Query[ReportAsked]) -> Any:
    """Return the figures of a year, a quarter, a month or any days."""
    blog = blog_called(asked.blog) if asked.blog is not None else None
    try:
        named, _all = read_asked(period)
    except (NoPeriod, NoReport) as error:
        raise Http404(str(error)) from error
    return report_document(report_of(named, blog))
