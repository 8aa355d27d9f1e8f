"""Delete erased content again after a backup was restored."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from commentarchive.archive_command import ArchiveCommand
from commentarchive.erasure.freed_pages import SweepUnfinished
from commentarchive.erasure.replay import replay
from commentarchive.erasure.sweep import strays
from commentarchive.ledger.merkle.verify import CannotTell, IsFalse
from commentarchive.storage.write_locks import ImportRunning


class Command(ArchiveCommand):
    help = "Delete again what the record calls erased, and sweep files and tables."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--record",
            default="",
            metavar="SOURCE",
            help="a later copy of the record: address, folder or ZIP",
        )

    def handle(self, *, record: str, **_: Any) -> None:
        try:
            done = replay(record)
        except (SweepUnfinished, ImportRunning) as error:
            raise CommandError(f"Not finished: {error}.") from error
        except (CannotTell, IsFalse) as error:
            raise CommandError(f"Nothing was changed: {error}.") from error
        self.stdout.write(
            f"{done.texts} texts had come back and were deleted; "
            f"{done.comments} comments were erased anew."
        )
        if others := len(strays()):
            self.stdout.write(
                f"{others} kept files belong to no copy here and were left alone; "
                "if they came from a backup, they may hold what was erased since."
            )
        if done.left:
            raise CommandError("Not erased: " + "; ".join(done.left))
