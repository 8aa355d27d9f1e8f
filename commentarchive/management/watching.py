"""Commands that do what is due once, or go on doing it while they watch."""

import time
from typing import ClassVar

from django.core.management.base import CommandParser
from django.db import DatabaseError, close_old_connections

from commentarchive.archive_command import ArchiveCommand
from commentarchive.ledger.outages import outage


class WatchingCommand(ArchiveCommand):
    """A command with `--watch SECONDS`, which outlives a database that is away."""

    # What does not happen meanwhile, such as "Nothing is sent".
    not_done: ClassVar[str]
    is_watching = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--watch",
            type=float,
            metavar="SECONDS",
            help="go on, and look at this interval for what is due",
        )

    def once(self) -> None:
        """Do what is due. Raise CommandError where that ends the command."""
        raise NotImplementedError

    def work(self, watch: float | None) -> None:
        """Do what is due; every so many seconds where a number is given."""
        self.is_watching = watch is not None
        try:
            while True:
                try:
                    self.once()
                except DatabaseError as error:
                    found = outage(error)
                    if not found or not self.is_watching:
                        raise
                    self.stderr.write(f"{self.not_done} just now: {found}.")
                if watch is None:
                    return
                time.sleep(watch)
                close_old_connections()
        except KeyboardInterrupt:
            return
