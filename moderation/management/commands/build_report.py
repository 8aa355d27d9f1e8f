"""Build an audit report of a period."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from commentarchive.archive_command import ArchiveCommand
from commentarchive.spreadsheets import BOM
from moderation.reports.asked import NoReport, read_asked
from moderation.reports.faces import FACES
from moderation.reports.periods import NoPeriod
from moderation.reports.report import build
from moderation.reports.scope import Scope


class Command(ArchiveCommand):
    help = "Build the audit report of a year, a quarter, a month or any days."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "period",
            metavar="PERIOD",
            help="2012, 2012-Q2, 2012-04 or 2012-04-05..2012-06-10",
        )
        parser.add_argument("--format", choices=tuple(FACES), default="html")
        parser.add_argument("--blog", default="", metavar="SLUG")
        parser.add_argument("--output", type=Path, metavar="FILE")
        parser.add_argument(
            "--bom", action="store_true", help="mark a table as UTF-8 (csv only)"
        )

    def handle(self, *, period: str, blog: str, **options: Any) -> None:
        form: str = options["format"]
        if options["bom"] and form != "csv":
            message = "--bom is for --format csv only."
            raise CommandError(message)
        try:
            scope = Scope.now(*read_asked(period, blog))
        except (NoPeriod, NoReport) as error:
            raise CommandError(str(error)) from error
        mark = BOM.encode() if options["bom"] else b""
        self._write(mark + FACES[form](build(scope)), options["output"])

    def _write(self, body: bytes, output: Path | None) -> None:
        if output is None:
            binary = getattr(self.stdout, "buffer", None)
            if binary is not None:
                binary.write(body)
            else:
                self.stdout.write(body.decode(), ending="")
            return
        try:
            output.write_bytes(body)
            output.chmod(0o666 & ~settings.USERS_UMASK)
        except OSError as error:
            message = f"{output}: {error.strerror}"
            raise CommandError(message) from error
