"""Ask the witnesses of the policy to confirm the record, once or again and again."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.db import OperationalError, close_old_connections

from commentarchive.archive_command import ArchiveCommand
from commentarchive.ledger.merkle.witness_policy import WitnessPolicy
from commentarchive.ledger.outages import outage
from commentarchive.ledger.witnesses import NotConfirmed, ask_all


class Command(ArchiveCommand):
    help = "Have other people's witnesses confirm how far the record reaches."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--watch", type=float, metavar="SECONDS", help="go on, at this interval"
        )

    def handle(self, *, watch: float | None, **_: Any) -> None:
        policy = settings.LEDGER_POLICY
        if not policy.witnesses:
            message = "No witness is named: write a policy and set LEDGER_POLICY."
            raise CommandError(message)
        refused = self._ask(policy)
        while watch is not None:
            time.sleep(watch)
            close_old_connections()
            self._ask(policy)
        if refused:
            message = f"{refused} did not confirm it."
            raise CommandError(message)

    def _ask(self, policy: WitnessPolicy) -> int:
        """Ask every witness; return how many did not confirm."""
        refused = 0
        try:
            for answer in ask_all(policy):
                if isinstance(answer, NotConfirmed):
                    self.stderr.write(f"Not confirmed by {answer}.")
                    refused += 1
                else:
                    reach = f"{answer.checkpoint_id} entries"
                    self.stdout.write(f"{answer.name} has confirmed {reach}.")
        except OperationalError as error:
            # The database is busy or restarting; the next round tries again.
            found = outage(error) or type(error).__name__
            self.stderr.write(f"Not asked just now: {found}.")
            refused += 1
        return refused
