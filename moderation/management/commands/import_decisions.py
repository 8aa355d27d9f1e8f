"""Record the decisions that a WordPress plugin's log, or an export's notes, tell of."""

import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import CommandError, CommandParser

from commentarchive.actions.staff import roles_of
from commentarchive.archive_command import ArchiveCommand
from commentarchive.importers.characters import printable
from commentarchive.importers.parsed import Remark, Unreadable
from commentarchive.intake.report import by_reason, in_places
from commentarchive.ledger.append import SYSTEM, By
from commentarchive.ledger.models import Actor, Role
from commentarchive.models import Blog
from moderation.actions.plugin_logs import Recorded, record_log
from moderation.plugin_logs.reader import read_log
from moderation.plugin_logs.told import PluginLog

PARTIAL = 3
MAY_RECORD = (Role.OWNER, Role.MODERATOR)


class Command(ArchiveCommand):
    help = (
        "Record the decisions that a blog's own records tell of: an export of the "
        "WordPress plugins Stream or Simple History, or the notes of trash and Akismet "
        "in a WordPress export. Exit code 0: all recorded; 3: some lines could not be, "
        "each is named; 1: refused."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--blog", required=True, metavar="SLUG")
        parser.add_argument(
            "--by",
            default="",
            metavar="HANDLE",
            help="the moderator who records them; by default this program",
        )
        parser.add_argument(
            "--json", action="store_true", help="print the result as one line of JSON"
        )

    def handle(
        self, *, file: Path, blog: str, by: str, json: bool, **_options: Any
    ) -> None:
        found = Blog.objects.filter(slug=blog).first()
        if found is None:
            message = f"There is no blog called {printable(blog)!r}."
            raise CommandError(message)
        recorder = _recorder(by)
        try:
            log = read_log(file, ZoneInfo(found.time_zone))
        except Unreadable as error:
            raise CommandError(printable(f"{file}: {error}")) from error
        except OSError as error:
            message = printable(f"{file}: {error.strerror or 'it cannot be read'}")
            raise CommandError(message) from error
        done = record_log(log, found, by=recorder)
        left = [*log.unused, *done.left]
        self.stdout.write(
            _as_json(log, done, left) if json else _as_text(file, log, done, left)
        )
        if left:
            raise SystemExit(PARTIAL)


def _recorder(handle: str) -> By:
    """Return who records. Raise CommandError for somebody who may not decide."""
    if not handle:
        return SYSTEM
    actor = Actor.objects.filter(handle=handle).select_related("link__user").first()
    link = getattr(actor, "link", None)
    roles = roles_of(link.user) if link and link.user.is_active else []
    role = next((role for role in roles if role in MAY_RECORD), None)
    if role is None:
        message = f"Nobody who may decide is called {printable(handle)!r} here."
        raise CommandError(message)
    return By(actor=actor, role=role)


def _as_json(log: PluginLog, done: Recorded, left: list[Remark]) -> str:
    return json.dumps(
        {
            "known_from": log.known_from,
            "recorded": [decision.ref for decision in done.made],
            "known": done.known,
            "other_lines": log.other_lines,
            "repairs": [each._asdict() for each in log.repairs],
            "left": [each._asdict() for each in left],
        },
        ensure_ascii=False,
    )


def _as_text(file: Path, log: PluginLog, done: Recorded, left: list[Remark]) -> str:
    lines = [
        f"{file.name}: {log.known_from}",
        (
            f"  decisions: {len(done.made)} recorded, {done.known} known before; "
            f"lines about other things: {log.other_lines}"
        ),
        *(
            f"  {title}: {in_places(places)}: {reason}"
            for title, remarks in (("repaired", log.repairs), ("look at", left))
            for reason, places in by_reason(remarks).items()
        ),
    ]
    return "\n".join(map(printable, lines))
