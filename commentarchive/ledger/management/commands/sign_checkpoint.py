"""Sign the record's head, once or at an interval."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, close_old_connections

from commentarchive.ledger.signer import RecordSigner, RefusedToSign, signing


class Command(BaseCommand):
    help = "Sign how far the public record reaches; refuse where it was changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--watch", type=float, metavar="SECONDS", help="go on, at this interval"
        )

    def handle(self, *, watch: float | None, **_: Any) -> None:
        try:
            with signing(settings.LEDGER_KEY_FILE) as signer:
                self._sign(signer)
                while watch is not None:
                    time.sleep(watch)
                    close_old_connections()
                    try:
                        self._sign(signer)
                    except OperationalError as error:
                        # Busy or restarting; the next round tries again.
                        self.stderr.write(f"Not signed just now: {error}")
        except RefusedToSign as error:
            message = f"Not signed: {error}."
            raise CommandError(message) from error
        except OSError as error:
            message = f"Not signed: {error.filename}: {error.strerror}."
            raise CommandError(message) from error
        except KeyboardInterrupt:
            return

    def _sign(self, signer: RecordSigner) -> None:
        made = signer.sign()
        if made is not None:
            self.stdout.write(f"Signed {made.size} entries.")
