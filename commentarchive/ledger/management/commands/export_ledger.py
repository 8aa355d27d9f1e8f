"""Write the public record as a folder of files."""

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from commentarchive.archive_command import ArchiveCommand
from commentarchive.ledger.record_export import NothingSigned, export


class Command(ArchiveCommand):
    help = "Write the record as files: tiles, checkpoint, key; again adds what is new."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")

    def handle(self, *, folder: Path, **_: Any) -> None:
        # What lies in VAR_DIR is private. This is for any web server to read.
        private = os.umask(settings.USERS_UMASK)
        try:
            size = export(folder)
        except NothingSigned as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            message = f"{error.filename or folder}: {error.strerror or error}"
            raise CommandError(message) from error
        finally:
            os.umask(private)
        self.stdout.write(f"{folder}: {size} entries.")
