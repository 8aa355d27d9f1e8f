"""Sign the record's head, once or at an interval."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.db import Error, close_old_connections

from commentarchive.archive_command import ArchiveCommand
from commentarchive.ledger.outages import outage
from commentarchive.ledger.signer import RecordSigner, RefusedToSign, signing
from commentarchive.ledger.signer_trouble import note_success, note_trouble

# Seconds. While nothing can be signed, each pause is twice as long as the one before.
LONGEST_PAUSE = 300


class Command(ArchiveCommand):
    help = "Sign how far the public record reaches; refuse where it was changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--watch",
            type=float,
            metavar="SECONDS",
            help="go on, at this interval; at growing ones while something is wrong",
        )

    def handle(self, *, watch: float | None, **_: Any) -> None:
        try:
            if watch is None:
                self._sign_once()
            else:
                self._watch(watch)
        except KeyboardInterrupt:
            return

    def _sign_once(self) -> None:
        try:
            with signing(settings.LEDGER_KEY_FILE) as signer:
                self._sign(signer)
        except (RefusedToSign, OSError) as error:
            message = f"Not signed: {_reason(error)}."
            raise CommandError(message) from error

    def _watch(self, seconds: float) -> None:
        """Sign again and again; note for the pages what is wrong, and since when.

        A signer that has refused is put together anew at the next try: it reads its
        key, its memory and every entry again, for what was wrong may be put right.
        """
        pause = seconds
        while True:
            try:
                with signing(settings.LEDGER_KEY_FILE) as signer:
                    while True:
                        pause = self._try(signer, seconds, pause)
                        self._rest(pause)
            except (RefusedToSign, OSError) as error:
                pause = self._is_wrong(error, pause)
            self._rest(pause)

    def _try(self, signer: RecordSigner, seconds: float, pause: float) -> float:
        """Sign, and return how long to pause: longer where the database was busy."""
        try:
            self._sign(signer)
        except Error as error:
            return self._is_wrong(error, pause)
        note_success()
        return seconds

    def _is_wrong(self, error: Exception, pause: float) -> float:
        reason = _reason(error)
        detail = f" ({type(error).__name__})" if isinstance(error, Error) else ""
        self.stderr.write(f"Not signed just now: {reason}{detail}.")
        note_trouble(reason)
        return min(2 * pause, LONGEST_PAUSE)

    def _rest(self, pause: float) -> None:
        time.sleep(pause)
        close_old_connections()

    def _sign(self, signer: RecordSigner) -> None:
        made = signer.sign()
        if made is not None:
            self.stdout.write(f"Signed {made.size} entries.")


def _reason(error: Exception) -> str:
    if isinstance(error, RefusedToSign):
        return str(error)
    if found := outage(error):
        return found
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}"
    return "the database answered with an error"
