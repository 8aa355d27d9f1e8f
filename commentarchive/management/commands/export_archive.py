"""Write the whole public archive as a folder that is read from disk."""

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from tqdm import tqdm

from commentarchive.archive_command import ArchiveCommand
from commentarchive.export.archive import Copied, copy_archive
from commentarchive.export.asking import NoAnswer
from commentarchive.export.folder import NotOurs
from commentarchive.export.packed import check_target, pack_copy
from commentarchive.serving.static_files import collect_static

# How many files that are not of the copy are named.
NAMED = 10


class Command(ArchiveCommand):
    help = (
        "Write the public archive as a site of files; again writes what changed and "
        "removes first what is no longer public."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument(
            "--zip", type=Path, metavar="FILE", help="pack the folder into a file too"
        )

    def handle(self, *, folder: Path, zip: Path | None, **_: Any) -> None:  # noqa: A002  # the option's name
        # What lies in VAR_DIR is private. This is to be given away.
        collect_static()
        private = os.umask(settings.USERS_UMASK)
        try:
            if zip:
                check_target(zip, folder)
            with tqdm(unit=" pages", file=self.stderr, disable=None) as bar:

                def progress(made: int, known: int) -> None:
                    bar.total = known
                    bar.update(made - bar.n)

                copied = copy_archive(folder, progress)
            if zip:
                pack_copy(folder, zip)
        except (NotOurs, NoAnswer) as error:
            message = f"{error}; nothing was changed"
            raise CommandError(message) from error
        except OSError as error:
            message = f"{error.filename or folder}: {error.strerror or error}"
            raise CommandError(message) from error
        finally:
            os.umask(private)
        counts = copied.counts
        record = (
            "an empty record"
            if copied.record is None
            else f"record no. {copied.record}"
        )
        self.stdout.write(
            f"{folder}: {copied.pages} pages as of {record}; {counts.written} files "
            f"written, {counts.removed} removed, {counts.unchanged} unchanged."
        )
        self._remark(copied)

    def _remark(self, copied: Copied) -> None:
        if not copied.is_signed:
            self.stderr.write("Nothing is signed yet: the copy has no record to check.")
        if copied.is_behind:
            self.stderr.write("The archive changed meanwhile: run this again later.")
        strangers = copied.counts.strangers
        for name in strangers[:NAMED]:
            self.stderr.write(f"{name} is not of this copy; it was left alone.")
        if len(strangers) > NAMED:
            self.stderr.write(f"… and {len(strangers) - NAMED} more.")
