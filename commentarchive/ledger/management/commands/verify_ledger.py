"""Verify the public record: leaf bytes, nodes, head."""

from typing import Any

from django.core.management.base import CommandError

from commentarchive.archive_command import ArchiveCommand
from commentarchive.ledger.merkle.hashing import base64url
from commentarchive.ledger.verification import verify


class Command(ArchiveCommand):
    help = "Check the public record from its bytes up; exit 1 and name each fault."

    def handle(self, **_: Any) -> None:
        verdict = verify()
        if verdict.faults:
            raise CommandError("\n".join(str(fault) for fault in verdict.faults))
        self.stdout.write(
            f"{verdict.size} entries, each as it was written; "
            f"root {base64url(verdict.root)}"
        )
        self.stdout.write(
            f"The first {verdict.signed} are signed."
            if verdict.signed
            else "No checkpoint has been signed yet."
        )
