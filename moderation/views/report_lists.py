"""The list that makes up one number of a report."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commentarchive.views.not_found import NothingThere
from commentarchive.views.public_page import public_page
from moderation.matches import matches
from moderation.reports.asked import beside_record, report_of
from moderation.reports.figures.table import BY_KEY
from moderation.reports.listed import fetched, list_row
from moderation.reports.report import Line, Report
from moderation.reports.shown import shown
from moderation.views.record_paging import record_page
from moderation.views.reports import asked

ROWS = 50


@require_safe
@public_page
def detail(request: HttpRequest, period: str, figure: str) -> HttpResponse:
    """List exactly the rows that a number counts, newest on record first."""
    named, blog = asked(request, period)
    report = report_of(named, blog)
    line = _line(report, figure, request.GET.get("line", ""))
    if line.figure.rows is None:
        message = "There is no list of what makes up this figure."
        raise NothingThere(message)
    scope = report.scope
    rows = line.figure.rows(scope, line.key)
    whose = blog.ref if blog else "all"
    subject = (scope.period.name, whose, figure, line.key, beside_record())
    found = matches(f"rows of {subject!r}", rows, "pk")
    page = record_page(request, fetched(rows), found, ROWS)
    context = {
        "report": report,
        "line": line,
        "now": shown(line.now),
        "number": found.number,
        "page": page,
        "rows": [list_row(row) for row in page.rows],
        "query": _query(request),
        "blog_query": f"?blog={blog.slug}" if blog else "",
    }
    return render(request, "moderation/report_list.html", context)


def _line(report: Report, figure: str, key: str) -> Line:
    """Find a line of a report. Raise NothingThere where it has none."""
    if figure not in BY_KEY:
        message = f"No report has a figure called {figure[:60]!r}."
        raise NothingThere(message)
    for line in report.lines:
        if (line.figure.key, line.key) == (figure, key):
            return line
    message = f"{BY_KEY[figure].title}: this report has no such line."
    raise NothingThere(message)


def _query(request: HttpRequest) -> str:
    """Return what the list is asked for but its page."""
    query = QueryDict(mutable=True)
    for name in ("line", "blog"):
        if value := request.GET.get(name):
            query[name] = value
    return query.urlencode()
