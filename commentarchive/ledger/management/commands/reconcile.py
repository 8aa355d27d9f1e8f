"""Compare the public record with the tables and report every difference."""

from contextlib import suppress
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from commentarchive.archive_command import ArchiveCommand
from commentarchive.ledger.last_runs import LastRun, note_run
from commentarchive.ledger.reconciliation import reconcile, why_unchecked
from commentarchive.ledger.tiles import last_checkpoint


class Command(ArchiveCommand):
    help = "Compare the tables with the public record; exit 1 if they differ."

    def handle(self, **_: Any) -> None:
        found = 0
        for difference in reconcile():
            self.stderr.write(str(difference))
            found += 1
        # The desk and `doctor` tell of it.
        with suppress(OSError):
            note_run("reconcile", LastRun(timezone.now(), min(found, 1)))
        if last_checkpoint() is None:
            self.stdout.write("No checkpoint has been signed yet.")
        elif reason := why_unchecked():
            self.stderr.write(f"Not checked: signed states that are gone. {reason}.")
        if found:
            message = f"{found} difference{'' if found == 1 else 's'}."
            raise CommandError(message)
        self.stdout.write("The tables are as the record says.")
