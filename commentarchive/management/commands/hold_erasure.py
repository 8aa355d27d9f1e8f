"""Place or lift a hold on erasing something."""

from datetime import date
from typing import Any

from django.core.management.base import CommandError, CommandParser

from commentarchive.archive_command import ArchiveCommand
from commentarchive.erasure.erase import CannotErase, find_subject
from commentarchive.erasure.holds import BadHold, lift_hold, place_hold
from commentarchive.management.references import add_subject, reference


class Command(ArchiveCommand):
    help = "Keep a comment or a name from being erased, for a reason, until a date."

    def add_arguments(self, parser: CommandParser) -> None:
        add_subject(parser, "comment", "commenter")
        parser.add_argument("--reason", default="")
        parser.add_argument(
            "--review", type=date.fromisoformat, metavar="YYYY-MM-DD", default=None
        )
        parser.add_argument("--lift", action="store_true")

    def handle(
        self, *, reason: str, review: date | None, lift: bool, **options: Any
    ) -> None:
        try:
            subject = find_subject(reference(options))
            if lift:
                lift_hold(subject)
                self.stdout.write("The hold is lifted.")
                return
            if review is None:
                message = "Give the date of review: --review YYYY-MM-DD."
                raise CommandError(message)
            hold = place_hold(subject, reason=reason, review_on=review)
        except (BadHold, CannotErase) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"It will not be erased; to be reviewed on {hold.review_on}.")
