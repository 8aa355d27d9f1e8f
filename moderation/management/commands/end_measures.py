"""Put back what was hidden for some time only, when its time has come."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from commentarchive.ledger.outages import outage
from moderation.actions.measures import end_due


class Command(BaseCommand):
    help = "End what was hidden for some time only and is due, on record."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--watch",
            type=float,
            metavar="SECONDS",
            help="go on, and look at this interval for what is due",
        )

    def handle(self, *, watch: float | None, **_: Any) -> None:
        try:
            self._work(watch)
        except KeyboardInterrupt:
            return

    def _work(self, watch: float | None) -> None:
        while True:
            try:
                for decision in end_due(timezone.now()):
                    page = decision.get_absolute_url()
                    self.stdout.write(f"{decision.get_action_display()}: {page}")
            except DatabaseError as error:
                found = outage(error)
                if not found or watch is None:
                    raise
                self.stderr.write(f"Nothing is ended just now: {found}.")
            if watch is None:
                return
            time.sleep(watch)
            close_old_connections()
