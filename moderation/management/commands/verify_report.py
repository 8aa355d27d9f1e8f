"""Check a report that somebody has, figure by figure."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from commentarchive.archive_command import ArchiveCommand
from commentarchive.ledger.merkle.verify import CannotTell, IsFalse, read_report, told
from moderation.reports.checking import check_here, check_there, own_keys


class Command(ArchiveCommand):
    help = (
        "Work out every figure of a report again, as of its state of the record: exit "
        "0 where nothing is false, 1 where something is, 2 where it cannot be told."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="the JSON of it")
        parser.add_argument(
            "source",
            nargs="?",
            metavar="SOURCE",
            help="a published record (address, folder or ZIP) to check it against, as "
            "a stranger would; else this archive itself",
        )
        parser.add_argument(
            "--vkey-file",
            type=Path,
            metavar="KEY",
            help="the key of SOURCE, where it is not this archive’s record",
        )

    def handle(
        self,
        *,
        file: Path,
        source: str | None,
        vkey_file: Path | None,
        **_: Any,
    ) -> None:
        try:
            answer = _checked(file, source, vkey_file)
        except IsFalse as error:
            self.stdout.write(f"FALSE: {error}")
            sys.exit(1)
        except CannotTell as error:
            self.stdout.write(f"CANNOT TELL: {error}")
            sys.exit(2)
        self.stdout.write(f"TRUE: {answer}")


def _checked(file: Path, source: str | None, vkey_file: Path | None) -> str:
    if file.suffix.lower() in {".csv", ".pdf", ".xlsx", ".html"}:
        message = (
            f"{file}: a report is checked by its JSON, whose digest is on record; the "
            "page of the report has it"
        )
        raise CannotTell(message)
    try:
        data = file.read_bytes()
        keys = vkey_file.read_text().split() if vkey_file else own_keys()
    except (OSError, UnicodeDecodeError) as error:
        message = f"{file} or its key cannot be read ({error})"
        raise CannotTell(message) from error
    if source is not None:
        return check_there(data, str(file), source, keys)
    report = read_report(data, str(file))
    return told(report, check_here(report))
