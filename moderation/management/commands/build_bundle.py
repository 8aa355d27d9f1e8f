"""Make the evidence bundle of one case."""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from commentarchive.archive_command import ArchiveCommand
from commentarchive.export.output import output as opened
from moderation.evidence.bundle import build_bundle
from moderation.evidence.cases import NoCase, SealedOnly
from moderation.evidence.look import NoSuchState
from moderation.evidence.threads import BadDay, read_days
from moderation.reports.typesetting import NotTypeset


class Command(ArchiveCommand):
    help = "Make the evidence bundle of a comment, article, decision or complaint."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("ref", metavar="REF", help="or its page's address")
        parser.add_argument(
            "--sealed",
            action="store_true",
            help="with hidden and private words, for your own solicitor",
        )
        parser.add_argument(
            "--at",
            type=int,
            metavar="SIZE",
            help="a signed state; the last one without",
        )
        parser.add_argument(
            "--dates",
            default="",
            metavar="DAYS",
            help="when the thread is shown: 2012-05-01,2012-05-03",
        )
        parser.add_argument("--output", type=Path, required=True, metavar="FILE")

    def handle(self, *, ref: str, output: Path, **options: Any) -> None:
        try:
            days: list[date] = read_days(options["dates"])
            made = build_bundle(
                ref, is_sealed=options["sealed"], size=options["at"], days=days
            )
            with opened(output) as stream:
                stream.write(made.data)
            output.chmod(0o600)
        except (NoCase, SealedOnly, NoSuchState, BadDay, NotTypeset) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            message = f"{error.filename or output}: {error.strerror or error}"
            raise CommandError(message) from error
        self.stdout.write(f"{made.exhibits} exhibits; SHA-256 {made.sha256}")
