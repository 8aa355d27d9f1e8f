"""The signer: sign the record's head, once or again and again."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections

from commentarchive.ledger.signer import RefusedToSign, signing


class Command(BaseCommand):
    help = "Sign how far the public record reaches; refuse where it was changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--watch", type=float, metavar="SECONDS", help="go on, at this interval"
        )

    def handle(self, *, watch: float | None, **_: Any) -> None:
        try:
            with signing(settings.LEDGER_KEY_FILE) as signer:
                while True:
                    made = signer.sign()
                    if made is not None:
                        self.stdout.write(f"Signed {made.size} entries.")
                    elif watch is None:
                        self.stdout.write("Nothing is new since the last signature.")
                    if watch is None:
                        return
                    time.sleep(watch)
                    close_old_connections()
        except RefusedToSign as error:
            message = f"Not signed: {error}."
            raise CommandError(message) from error
        except KeyboardInterrupt:
            return
