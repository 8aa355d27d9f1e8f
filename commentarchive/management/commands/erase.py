"""Erase a comment's or a commenter's content, on record."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from commentarchive.archive_command import ArchiveCommand
from commentarchive.erasure.erase import (
    BASES,
    CannotErase,
    IsHeld,
    erase,
    erase_unpublished,
    find_subject,
)
from commentarchive.erasure.freed_pages import SweepUnfinished
from commentarchive.ledger.merkle.canonical import NotCanonical
from commentarchive.management.references import add_subject, reference
from commentarchive.storage.write_locks import ImportRunning

# Whose words no reader ever saw, so that no erasure of them is on record.
UNPUBLISHED = ("claim", "complaint", "request")


class Command(ArchiveCommand):
    help = (
        "Erase a comment, or a name with all its comments; the record says so. Or what "
        "was sent with a claim, report or complaint, or noted of whoever asked for an "
        "erasure, which was never public."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        add_subject(parser, "comment", "commenter", *UNPUBLISHED)
        parser.add_argument("--basis", required=True, choices=BASES)
        parser.add_argument(
            "--note", default="", help="for staff; the record holds a digest of it"
        )

    def handle(self, *, basis: str, note: str, **options: Any) -> None:
        ref = reference(options)
        try:
            if any(options[name] for name in UNPUBLISHED):
                erase_unpublished(ref)
                self.stdout.write("Erased what was sent with it.")
                return
            done = erase(find_subject(ref), basis=basis, note=note)
        except (CannotErase, IsHeld, ImportRunning, NotCanonical) as error:
            raise CommandError(f"Not erased: {error}.") from error
        except SweepUnfinished as error:
            message = (
                f"Erased and on record, but not yet swept from files: {error}. "
                "Run manage.py replay_erasures."
            )
            raise CommandError(message) from error
        if done.index is None:
            self.stdout.write("It was erased before; swept once more.")
            return
        comments = f"{done.comments} comment{'' if done.comments == 1 else 's'}"
        texts = f"{done.texts} text{'' if done.texts == 1 else 's'}"
        self.stdout.write(f"Erased {comments}, {texts}; record no. {done.index}.")
        if done.names:
            self.stdout.write(
                "With it went the name, which no other comment here bears. A later "
                "copy in which another comment bears it brings it back; to keep it "
                "away for good, erase the name instead (--commenter)."
            )
