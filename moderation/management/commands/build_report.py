"""Build an audit report of a period."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.template.loader import render_to_string

from commentarchive.models import Blog
from moderation.reports.figures.summary import Figures, figures
from moderation.reports.periods import NoPeriod, parse_period
from moderation.reports.tables import report_csv


class Command(BaseCommand):
    help = "Build the audit report of a year, a quarter or a month."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("period", metavar="PERIOD", help="2012, 2012-Q2 or 2012-04")
        parser.add_argument("--format", choices=("html", "csv"), default="html")
        parser.add_argument("--blog", default="", metavar="SLUG")
        parser.add_argument("--output", type=Path, metavar="FILE")

    def handle(self, *, period: str, blog: str, **options: Any) -> None:
        try:
            asked = parse_period(period)
            one = Blog.objects.public().get(slug=blog) if blog else None
        except NoPeriod as error:
            raise CommandError(str(error)) from error
        except Blog.DoesNotExist as error:
            message = f"There is no public blog called {blog!r}."
            raise CommandError(message) from error
        text = "".join(_written(figures(asked, one), options["format"]))
        output: Path | None = options["output"]
        if output is None:
            self.stdout.write(text, ending="")
            return
        try:
            output.write_text(text, encoding="utf-8", newline="")
            output.chmod(0o666 & ~settings.USERS_UMASK)
        except OSError as error:
            message = f"{output}: {error.strerror}"
            raise CommandError(message) from error


def _written(found: Figures, form: str) -> Iterable[str]:
    if form == "csv":
        return report_csv(found)
    return [render_to_string("moderation/report_document.html", {"report": found})]
