"""Serve the archive: static files when stale, then granian as a child."""

import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from commentarchive.ledger import triggers

# glibc gives memory back at each large page otherwise, at twice the time a page.
MEMORY = {
    "MALLOC_TRIM_THRESHOLD_": str(512 << 20),
    "MALLOC_MMAP_THRESHOLD_": str(512 << 20),
}


class Command(BaseCommand):
    help = "Serve the archive on this machine."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=2)

    def handle(self, *, port: int, workers: int, **_: Any) -> None:
        _refuse_unfinished_set_up()
        _collect_static()
        environment = {"BASE_URL": f"http://127.0.0.1:{port}", **MEMORY, **os.environ}
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", "granian", "--interface", "wsgi"),
                *("--host", "127.0.0.1", "--port", str(port)),
                *("--workers", str(workers), "--log-level", "warning"),
                *("--blocking-threads", "4", "--backpressure", "64"),
                *("--respawn-failed-workers", "commentarchive.wsgi:application"),
            ],
            env=environment,
            cwd=settings.BASE_DIR,
        )

        def stop(number: int, _frame: FrameType | None) -> None:
            server.send_signal(number)

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, stop)
        code = server.wait()
        if code > 0:
            message = f"The server ended with code {code}; is port {port} in use?"
            raise CommandError(message)


def _refuse_unfinished_set_up() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        message = "The database is not up to date: run manage.py migrate first."
        raise CommandError(message)
    if missing := triggers.missing():
        message = f"Triggers are missing ({missing[0]} …): run manage.py migrate first."
        raise CommandError(message)


def _collect_static() -> None:
    """Collect static files when any of them has changed since the last time."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            stat = Path(storage.path(name)).stat()
            digest.update(f"{name} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    stamp = settings.STATIC_ROOT / ".collected"
    if not stamp.exists() or stamp.read_text() != digest.hexdigest():
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(digest.hexdigest())
