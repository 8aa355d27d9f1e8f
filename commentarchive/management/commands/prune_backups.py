"""Delete old backups, but one of each of the last days, weeks and months."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from commentarchive.archive_command import ArchiveCommand
from commentarchive.backup.retention import too_many


class Command(ArchiveCommand):
    help = (
        "Delete backups from a folder but one of each of the last 7 days, 4 weeks and "
        "12 months. Touches no file that backup --keep did not name and make."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--dry-run", action="store_true", help="only say what would be deleted"
        )

    def handle(self, *, folder: Path, dry_run: bool, **_: Any) -> None:
        try:
            found = too_many(folder)
            for path in found:
                self.stdout.write(f"{path}{' would be' if dry_run else ''} deleted")
                if not dry_run:
                    path.unlink()
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}.") from error
        if not found:
            self.stdout.write("Nothing is too old.")
