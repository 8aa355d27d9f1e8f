"""Audit reports: the months there are, and the figures of a period."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from ninja import Field, Query, Router, Schema

from commentarchive.api.pages import blog_called, page_at
from moderation.reports.figures.summary import (
    Figures,
    MonthRow,
    figures,
    months_there_are,
)
from moderation.reports.periods import NoPeriod, Period, parse_period

router = Router(tags=["Moderation"])
Named = Annotated[
    str,
    Field(
        json_schema_extra={"pattern": "^[0-9]{4}(-(Q[1-4]|0[1-9]|1[0-2]))?$"},
        description="2012, 2012-Q2 or 2012-04.",
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


class Received(Schema):
    """Comments made in the period, and where they stand now."""

    total: int
    published: int
    waiting: int
    not_published: int
    taken_down: int
    gone: int = Field(description="Gone at its blog, deleted, erased or never seen.")


class MonthLine(Schema):
    """One month of the period."""

    period: str
    received: int
    approved: int
    not_published: int
    taken_down: int
    put_back: int


class Report(Schema):
    """The figures of a period, on each blog's own clock."""

    period: str
    first_day: date
    last_day: date
    blog: str | None = Field(description="Slug of the blog; null for all.")
    received: Received
    decisions: int
    by_action: dict[str, int]
    by_rule: dict[str, int]
    by_known: dict[str, int] = Field(description="Decisions, by how they are known.")
    by_conflict: dict[str, int] = Field(
        description="Those in spite of a conflict of interest: whoever decided ...",
    )
    missing: dict[str, int] = Field(
        description="Comments that vanished or may be missing, by how that is known."
    )
    by_month: list[MonthLine]
    recorded_later: int = Field(description="Decided in the period, recorded after.")
    undated: int = Field(description="Recorded in the period, date not known.")
    median_hours: float | None = Field(description="From arrival to decision, here.")
    median_hours_imported: float | None
    hidden: int = Field(description="Comments that decisions of the period hid.")
    put_back: int = Field(description="Those of them that were put back later.")
    left_public: int = Field(
        description="Public places that still say what decisions of the period hide."
    )
    is_all_left: bool = Field(description="False where not all was looked at yet.")
    page: str


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


def _line(row: MonthRow) -> MonthLine:
    return MonthLine(**{**asdict(row), "period": row.period.name})


def _report(found: Figures) -> Report:
    blog = found.blog.slug if found.blog else None
    page = page_at("moderation:report", found.period.name)
    return Report(
        period=found.period.name,
        first_day=found.period.first,
        last_day=found.period.last,
        blog=blog,
        received=Received(**asdict(found.received)),
        decisions=found.decisions,
        by_action=found.by_action,
        by_rule=found.by_rule,
        by_known=found.by_grade,
        by_conflict=found.by_conflict,
        missing=found.missing,
        by_month=[_line(row) for row in found.by_month],
        recorded_later=found.recorded_later,
        undated=found.undated,
        median_hours=found.median_hours,
        median_hours_imported=found.median_hours_imported,
        hidden=found.hidden,
        put_back=found.reversed,
        left_public=found.left_public,
        is_all_left=found.is_all_left,
        page=f"{page}?blog={blog}" if blog else page,
    )


@router.get("/reports/", response=Months, summary="Reports")
def reports(request: HttpRequest) -> Any:
    """List the months that have something to report."""
    return {"items": [_month(period) for period in months_there_are()]}


@router.get("/reports/{str:period}/", response=Report, summary="One report")
def report(request: HttpRequest, period: Named, asked: Query[ReportAsked]) -> Any:
    """Return the figures of a year, a quarter or a month: 2012, 2012-Q2, 2012-04."""
    try:
        named = parse_period(period)
    except NoPeriod as error:
        raise Http404(str(error)) from error
    blog = blog_called(asked.blog) if asked.blog is not None else None
    return _report(figures(named, blog))
