"""Serve the archive: static files when stale, then granian and the signer."""

import hashlib
import os
import signal
import subprocess
import sys
import time
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

# Else glibc returns memory after each large page, which doubles the time of one.
MEMORY = {
    "MALLOC_TRIM_THRESHOLD_": str(512 << 20),
    "MALLOC_MMAP_THRESHOLD_": str(512 << 20),
}
# Seconds; a new entry has to be in a public checkpoint within ten.
SIGN_EVERY = 3
POLL = 0.2
# Witnesses are asked less often: they are other people's servers.
ASK_EVERY = 60
# Seconds in which a child may finish what it is doing.
GRACE = 8


class Command(BaseCommand):
    help = "Serve the archive on this machine."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=2)

    def handle(self, *, port: int, workers: int, **_: Any) -> None:
        _refuse_unfinished_set_up()
        _collect_static()
        environment = {"BASE_URL": f"http://127.0.0.1:{port}", **MEMORY, **os.environ}
        commands = {
            "server": [
                *(sys.executable, "-m", "granian", "--interface", "wsgi"),
                *("--host", "127.0.0.1", "--port", str(port)),
                *("--workers", str(workers), "--log-level", "warning"),
                *("--blocking-threads", "4", "--backpressure", "64"),
                *("--respawn-failed-workers", "commentarchive.wsgi:application"),
            ],
            "signer": [
                *(sys.executable, str(settings.BASE_DIR / "manage.py")),
                *("sign_checkpoint", "--watch", str(SIGN_EVERY)),
            ],
        }
        if settings.LEDGER_POLICY.witnesses:
            commands["asker of witnesses"] = [
                *(sys.executable, str(settings.BASE_DIR / "manage.py")),
                *("ask_witnesses", "--watch", str(ASK_EVERY)),
            ]
        children = {
            name: subprocess.Popen(
                command,
                env=environment,
                cwd=settings.BASE_DIR,
                # A group of its own, so that a child's children end with it.
                start_new_session=True,
            )
            for name, command in commands.items()
        }
        name, code = _until_one_ends(children)
        if code > 0:
            hint = f"; is port {port} in use?" if name == "server" else ""
            message = f"The {name} ended with code {code}{hint}"
            raise CommandError(message)


def _until_one_ends(children: dict[str, subprocess.Popen[bytes]]) -> tuple[str, int]:
    """Wait for the first child to end, then end the others; pass signals to all."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        for child in children.values():
            child.terminate()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    while True:
        for name, child in children.items():
            if (code := child.poll()) is not None:
                stop(0, None)
                for other in children.values():
                    _end(other)
                return name, code
        time.sleep(POLL)


def _end(child: subprocess.Popen[bytes]) -> None:
    """Wait for a child that was told to end; kill it and its children if need be."""
    try:
        child.wait(timeout=GRACE)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


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
