"""Send the letters of the outbox that are due."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from commentarchive.ledger.outages import outage
from moderation.actions.letter_switch import mail_is_set_up
from moderation.letters.delivery import send_due
from moderation.letters.desk_news import queue_news


class Command(BaseCommand):
    help = "Send the letters of the outbox that are due, each once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--watch",
            type=float,
            metavar="SECONDS",
            help="go on, and look at this interval for what is due",
        )

    def handle(self, *, watch: float | None, **_: Any) -> None:
        if not mail_is_set_up():
            message = "No mail server is set up: name one in EMAIL_URL."
            raise CommandError(message)
        try:
            self._work(watch)
        except KeyboardInterrupt:
            return

    def _work(self, watch: float | None) -> None:
        while True:
            try:
                queue_news(timezone.now())
                is_reached = send_due(self.stdout.write)
            except DatabaseError as error:
                found = outage(error)
                if not found or watch is None:
                    raise
                self.stderr.write(f"Nothing is sent just now: {found}.")
            else:
                if watch is None and not is_reached:
                    message = "Letters wait: the mail server cannot be used."
                    raise CommandError(message)
            if watch is None:
                return
            time.sleep(watch)
            close_old_connections()
