"""Issue the reports that are due, correct those that late facts changed."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from commentarchive.ledger.append import SYSTEM
from commentarchive.management.watching import WatchingCommand
from commentarchive.models import Blog
from moderation.actions.subscriptions import forget_unanswered, tell_subscribers
from moderation.models import IssuedReport
from moderation.reports.issuing import (
    NotIssued,
    correct_late,
    issue_due,
    issue_report,
)
from moderation.reports.periods import NoPeriod, parse_period


class Command(WatchingCommand):
    help = (
        "Issue last month's reports, of all blogs and of each public one, once the "
        "month is over; correct reports of which later records changed a figure; and "
        "queue the letters to subscribers. Again changes nothing."
    )
    not_done = "Nothing is issued"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--period",
            metavar="PERIOD",
            help="issue this one report instead: 2012, 2012-Q2, 2012-04 or "
            "2012-04-05..2012-06-10",
        )
        parser.add_argument(
            "--blog", metavar="SLUG", help="of this blog alone (with --period)"
        )

    def handle(
        self,
        *,
        watch: float | None,
        period: str | None,
        blog: str | None,
        **_: Any,
    ) -> None:
        if (period and watch is not None) or (blog and not period):
            message = "--blog goes with --period, and --watch with neither."
            raise CommandError(message)
        if period:
            self._issue_one(period, blog)
            return
        self.work(watch)

    def _issue_one(self, word: str, slug: str | None) -> None:
        try:
            blog = Blog.objects.public().get(slug=slug) if slug else None
            report = issue_report(
                parse_period(word), blog, now=timezone.now(), by=SYSTEM
            )
        except (NoPeriod, NotIssued) as error:
            raise CommandError(str(error)) from error
        except Blog.DoesNotExist as error:
            message = f"There is no public blog called {slug!r}."
            raise CommandError(message) from error
        self._say("issued", report)

    def once(self) -> None:
        now = timezone.now()
        for report in issue_due(now):
            self._say("issued", report)
        for report in correct_late(now):
            self._say("corrected", report)
        forget_unanswered(now)
        if told := tell_subscribers(now):
            self.stdout.write(f"{told} letters to subscribers queued")

    def _say(self, done: str, report: IssuedReport) -> None:
        whose = report.blog.title if report.blog else "all blogs"
        self.stdout.write(
            f"{report.period}, {whose}: {done}, record no. {report.entry_index}"
        )
