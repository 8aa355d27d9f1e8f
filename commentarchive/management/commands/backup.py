"""Write everything into one file, while the archive is in use."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from commentarchive.archive_command import ArchiveCommand
from commentarchive.backup.passphrases import BadPassphrase, read_passphrase
from commentarchive.backup.retention import name_at, too_many
from commentarchive.backup.writing import CannotBackUp, Made, back_up
from commentarchive.ledger.outages import outage


class Command(ArchiveCommand):
    help = (
        "Back up database, copies and settings into one file, while the site is in use."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        where = parser.add_mutually_exclusive_group(required=True)
        where.add_argument("file", nargs="?", type=Path, help="the file to be made")
        where.add_argument(
            "--keep",
            type=Path,
            metavar="FOLDER",
            help="name the file by the time and put it there; keep one of each of the "
            "last 7 days, 4 weeks and 12 months",
        )
        parser.add_argument(
            "--with-keys",
            action="store_true",
            help="with the signing keys and secrets: whoever has the file can then "
            "sign as this archive",
        )
        parser.add_argument(
            "--encrypt", action="store_true", help="ask for a passphrase"
        )
        parser.add_argument(
            "--passphrase-file",
            type=Path,
            metavar="FILE",
            help="encrypt with the passphrase on the first line of a file "
            "(BACKUP_PASSPHRASE in the environment does the same)",
        )
        parser.add_argument(
            "--overwrite", action="store_true", help="replace the file if it is there"
        )

    def handle(  # as many as there are options
        self,
        *,
        file: Path | None,
        keep: Path | None,
        with_keys: bool,
        encrypt: bool,
        passphrase_file: Path | None,
        overwrite: bool,
        **_: Any,
    ) -> None:
        path = file or (keep or Path()) / name_at(timezone.now())
        try:
            passphrase = read_passphrase(passphrase_file, is_asked=encrypt, is_new=True)
            made = back_up(
                path,
                passphrase=passphrase,
                with_keys=with_keys,
                overwrite=overwrite,
            )
            deleted = _prune(keep) if keep else 0
        except (CannotBackUp, BadPassphrase) as error:
            raise CommandError(f"No backup was made: {error}.") from error
        except OSError as error:
            message = f"No backup was made: {error.filename or path}: {error.strerror}."
            raise CommandError(message) from error
        except DatabaseError as error:
            reason = outage(error) or f"the database says {error}"
            raise CommandError(f"No backup was made: {reason}.") from error
        self._report(made, deleted, is_open=passphrase is None)

    def _report(self, made: Made, deleted: int, *, is_open: bool) -> None:
        self.stdout.write(
            f"{made.path}: {made.bytes:,} bytes, {made.rows:,} rows, "
            f"{made.entries:,} entries of the record."
        )
        if is_open:
            self.stdout.write(
                "It is not encrypted and holds what is hidden: keep it where nobody "
                "else can read it."
            )
        if deleted:
            self.stdout.write(f"{deleted} older backups were deleted.")
        for sha256 in made.missing:
            self.stderr.write(
                f"The bytes of a kept copy are not there and not in it: {sha256}."
            )


def _prune(folder: Path) -> int:
    found = too_many(folder)
    for path in found:
        path.unlink()
    return len(found)
