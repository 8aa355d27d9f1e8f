"""Move everything in the database to another one: SQLite to PostgreSQL, or back."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError, CommandParser

from commentarchive import env
from commentarchive.archive_command import ArchiveCommand
from commentarchive.backup.writing import CannotBackUp, back_up
from commentarchive.ledger.models import Head
from commentarchive.ledger.tiles import last_signed
from commentarchive.models import Capture
from commentarchive.storage.write_locks import ImportRunning, import_lock


class Command(ArchiveCommand):
    help = (
        "Copy everything in this database into another, empty one, and verify it "
        "there. Stop the site first. Copies, keys and settings stay where they are."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "address", help="as DATABASE_URL: postgres://user:password@host/name"
        )

    def handle(self, *, address: str, **_: Any) -> None:
        self._refuse_the_same(address)
        before = _state()
        _drop_left_over()
        try:
            with tempfile.TemporaryDirectory(
                dir=settings.VAR_DIR, prefix="moving-"
            ) as folder:
                file = Path(folder) / "rows.tar"
                with import_lock():
                    back_up(file, database_only=True)
                # It takes the lock itself, to delete again what was erased.
                code = _load_elsewhere(file, address)
        except (CannotBackUp, ImportRunning) as error:
            raise CommandError(f"Nothing was moved: {error}.") from error
        except OSError as error:
            message = f"Nothing was moved: {error.filename}: {error.strerror}."
            raise CommandError(message) from error
        if code:
            message = "It was not moved; this database is as it was."
            raise CommandError(message)
        if _state() != before:
            message = (
                "Something was written here meanwhile, which the other database lacks: "
                "stop the site, empty that one and move again."
            )
            raise CommandError(message)
        self.stdout.write(
            "Everything is there. Set DATABASE_URL to that address, start the site, "
            "and delete the old database when you have made a backup of the new one."
        )

    def _refuse_the_same(self, address: str) -> None:
        try:
            there = env.database("", default=address)
        except ImproperlyConfigured as error:
            message = "Only sqlite:/// and postgres:// addresses are understood."
            raise CommandError(message) from error
        here = settings.DATABASES["default"]
        if all(here.get(name) == there.get(name) for name in ("NAME", "HOST", "PORT")):
            message = "That is the database that everything is in already."
            raise CommandError(message)


def _drop_left_over() -> None:
    """Delete what a move that was killed has left: all that is hidden is in it."""
    for left in settings.VAR_DIR.glob("moving-*"):
        shutil.rmtree(left)


def _state() -> tuple[object, ...]:
    """Return what shows that somebody writes: the record, what is signed, imports."""
    size = Head.objects.values_list("size", flat=True).first()
    read = Capture.objects.order_by("pk").values_list(
        *("pk", "state", "cursor_post", "cursor_position")
    )
    return size, last_signed(), *read


def _load_elsewhere(file: Path, address: str) -> int:
    """Run `restore` with the other database; return its exit code."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name != "DATABASE_REPLICA_URL"
    }
    command = (*(sys.executable, "-m", "django", "restore"), "--database-only", file)
    environment |= {
        "DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "commentarchive.settings",
        "VAR_DIR": str(settings.VAR_DIR),
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }
    return subprocess.run(command, env=environment, check=False).returncode
