"""Witness another record: confirm its checkpoints when it asks."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from commentarchive.archive_command import ArchiveCommand
from commentarchive.ledger.cosigning import own_key, witness_log
from commentarchive.ledger.key_files import BadKey
from commentarchive.ledger.merkle.notes import BadNote


class Command(ArchiveCommand):
    help = "Be a witness for a record; prints the line for that record's policy."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("vkey", help="the key of the record, NAME+ID+KEY")

    def handle(self, *, vkey: str, **_: Any) -> None:
        try:
            log = witness_log(vkey)
            key = own_key().verifier
        except (BadNote, BadKey) as error:
            raise CommandError(f"Not witnessed: {error}.") from error
        self.stdout.write(f"{log.origin} is witnessed here. For its policy:")
        address = f"{settings.BASE_URL.rstrip('/')}/ledger/witness"
        self.stdout.write(f"witness {key.name} {key.vkey} {address}")
