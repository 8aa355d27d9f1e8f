"""Settle what was signed after a backup that was put back; let the record go on."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from commentarchive.archive_command import ArchiveCommand
from commentarchive.erasure.freed_pages import SweepUnfinished
from commentarchive.erasure.replay import replay
from commentarchive.ledger.merkle.verify import CannotTell, IsFalse
from commentarchive.ledger.recovery import (
    CannotRecover,
    Recovered,
    declare_lost,
    go_on_from_here,
    recover,
)
from commentarchive.storage.write_locks import ImportRunning


class Command(ArchiveCommand):
    help = (
        "After a backup was put back: bring back the record's later entries from a "
        "published copy, or say on record what is lost. Never splits the record."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        how = parser.add_mutually_exclusive_group(required=True)
        how.add_argument(
            "source",
            nargs="?",
            help="the newest copy of the record: address, folder or ZIP",
        )
        how.add_argument(
            "--nothing-later",
            action="store_true",
            help="nothing was signed after the backup was made, as where the site had "
            "been stopped before; witnesses are asked",
        )
        how.add_argument(
            "--lost",
            metavar="STATE",
            help="no copy is left of what this signed state covers (its file, or an "
            "address, folder or ZIP of which only the checkpoint is left)",
        )
        parser.add_argument(
            "--origin",
            default="",
            help="with --lost: the new origin under which the record goes on",
        )

    def handle(
        self,
        *,
        source: str | None,
        nothing_later: bool,
        lost: str | None,
        origin: str,
        **_: Any,
    ) -> None:
        if bool(lost) != bool(origin):
            message = "--lost and --origin belong together."
            raise CommandError(message)
        try:
            if nothing_later:
                done = go_on_from_here()
            elif lost:
                done = declare_lost(lost, origin)
            else:
                done = recover(source or "")
        except (CannotRecover, IsFalse, CannotTell) as error:
            raise CommandError(f"Nothing was changed: {error}.") from error
        except OSError as error:
            message = f"Not finished: {error.filename}: {error.strerror}."
            raise CommandError(message) from error
        self._report(done, is_lost=bool(lost))
        try:
            again = replay()
        except (SweepUnfinished, ImportRunning) as error:
            message = f"Erased words may be left ({error}): run replay_erasures."
            raise CommandError(message) from error
        if again.comments:
            self.stdout.write(f"{again.comments} comments were erased again.")
        if left := [*done.still_shown, *again.left]:
            raise CommandError("Look at these yourself: " + "; ".join(left))

    def _report(self, done: Recovered, *, is_lost: bool) -> None:
        for each in done.unasked:
            self.stderr.write(f"This witness could not be asked: {each}.")
        if is_lost:
            self.stdout.write(
                f"Entry {done.size} says what is lost. The record goes on under a new "
                f"key, {settings.LEDGER_KEY_FILE}: publish it, and tell witnesses."
            )
        elif done.first is None:
            self.stdout.write(
                "Nothing was lost: the record goes on where it ends, and entry "
                f"{done.size} says so."
            )
        else:
            self.stdout.write(
                f"Entries {done.first} to {done.size - 1} were brought back, and what "
                "their rows held is lost. What they hid is held: decide on it again. "
                f"Entry {done.size} says so."
            )
