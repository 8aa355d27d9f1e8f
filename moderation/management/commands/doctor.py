"""Say how the archive is: one line for each thing looked at."""

import json
from contextlib import suppress
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from moderation.health.finding import Level
from moderation.health.table import keep, look_at_everything


class Command(BaseCommand):
    help = "Look at disk, database, backup, signatures, mail …; exit 1 at any fault."
    # Each is looked at by itself, and said in a line.
    requires_system_checks: list[str] = []  # noqa: RUF012  # Django's own form

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--json", action="store_true", help="print one object instead of lines"
        )

    def handle(self, *, json: bool, **_: Any) -> None:
        findings = look_at_everything()
        # Where the disk is full, that is said below.
        with suppress(OSError):
            keep(findings)
        if json:
            self.stdout.write(_as_json(findings))
        else:
            for name, found in findings.items():
                self.stdout.write(f"{found.level:5} {name}: {found}")
        faults = [name for name, each in findings.items() if each.level is Level.FAULT]
        if faults:
            message = f"To be put right: {', '.join(faults)}."
            raise CommandError(message)


def _as_json(findings: Any) -> str:
    return json.dumps({name: each.as_dict() for name, each in findings.items()})
