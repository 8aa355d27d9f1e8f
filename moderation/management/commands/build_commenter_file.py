"""Write all that is held of one person, for that person."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from commentarchive.archive_command import ArchiveCommand
from commentarchive.export.output import output as opened
from moderation.evidence.persons import NobodyFound, build_person_file, find_person


class Command(ArchiveCommand):
    help = (
        "Write all that is held under a name or an address, for the person concerned."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "whose",
            metavar="REF",
            help="a name, its page’s address, or an e-mail address",
        )
        parser.add_argument("--output", type=Path, required=True, metavar="FILE")

    def handle(self, *, whose: str, output: Path, **_: Any) -> None:
        try:
            made = build_person_file(find_person(whose))
            with opened(output) as stream:
                stream.write(made)
            output.chmod(0o600)
        except NobodyFound as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            message = f"{error.filename or output}: {error.strerror or error}"
            raise CommandError(message) from error
