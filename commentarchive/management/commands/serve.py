"""Serve the archive: static files when stale, then granian, with its helpers beside."""

import os
import signal
import sqlite3
import sys
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from commentarchive.env import is_loopback
from commentarchive.ledger import triggers
from commentarchive.ledger.outages import AWAY, outage
from commentarchive.ledger.signer_trouble import note_trouble
from commentarchive.management.children import Child, run_beside
from commentarchive.management.static_files import collect_static
from commentarchive.search import triggers as search_triggers

# Else glibc returns memory after each large page, which doubles the time of one.
MEMORY = {
    "MALLOC_TRIM_THRESHOLD_": str(512 << 20),
    "MALLOC_MMAP_THRESHOLD_": str(512 << 20),
}
# The first without the fault of https://sqlite.org/wal.html#walresetbug
SOUND_SQLITE = (3, 51, 3)
# Seconds; a new entry has to be in a public checkpoint within ten.
SIGN_EVERY = 3
# Seconds. A worker that is asked to end before it has loaded does not hear it: granian
# sets its handlers last. Less than the grace of a child.
WORKERS_GRACE = 5
# Seconds between two looks for imports that were asked for at the desk.
LOOK_EVERY = 1
# Seconds between two looks for what was hidden for some time only; ends are told to
# the minute.
END_EVERY = 30
# Seconds between two looks for letters that are due.
SEND_EVERY = 15
# Witnesses are asked less often: they are other people's servers.
ASK_EVERY = 60


class Command(BaseCommand):
    help = "Serve the archive; ends when the web server ends."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--host",
            default="127.0.0.1",
            help="the address to listen on; by default this machine only",
        )
        parser.add_argument("--port", type=int, default=8000, help="default 8000")
        parser.add_argument(
            "--workers", type=int, default=2, help="processes that answer; default 2"
        )

    def handle(self, *, host: str, port: int, workers: int, **_: Any) -> None:
        if not settings.STAFF_SECOND_FACTOR and not is_loopback(host):
            message = (
                "STAFF_SECOND_FACTOR=off is for this machine only: leave it on, or "
                "listen on 127.0.0.1."
            )
            raise CommandError(message)
        # Until there are processes to end, nothing is lost by ending at once; the
        # threads that compress static files would be waited for.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        # From here on the database stays open. On SQLite the last one to close it takes
        # its log away, and on a full disk nobody could open it again to read.
        if not _is_sound():
            self.stderr.write(
                "The database cannot be reached; pages say so until it can."
            )
        collect_static()
        self._remark()
        environment = {
            "BASE_URL": f"http://127.0.0.1:{port}",
            **MEMORY,
            **os.environ,
            "PYTHONPATH": _search_path(),
        }
        granian = (
            *(sys.executable, "-m", "granian", "--interface", "wsgi"),
            *("--host", host, "--port", str(port)),
            *("--workers", str(workers), "--log-level", "warning"),
            *("--blocking-threads", "4", "--backpressure", "64"),
            *("--workers-kill-timeout", str(WORKERS_GRACE)),
            *("--respawn-failed-workers", "commentarchive.wsgi:application"),
        )
        helpers = {
            "signer": ("sign_checkpoint", "--watch", str(SIGN_EVERY)),
            "importer": ("run_imports", "--watch", str(LOOK_EVERY)),
            "ender of measures": ("end_measures", "--watch", str(END_EVERY)),
        }
        if settings.LEDGER_POLICY.witnesses:
            asker = ("ask_witnesses", "--watch", str(ASK_EVERY))
            helpers["asker of witnesses"] = asker
        if settings.HAS_MAIL:
            helpers["sender of letters"] = ("send_letters", "--watch", str(SEND_EVERY))
        address = os.environ.get("BASE_URL") or f"http://{host}:{port}"
        self.stdout.write(f"Serving {address}/ within a few seconds.")
        self.stdout.flush()
        code = run_beside(
            Child(granian, environment),
            {
                name: Child(_command(arguments), environment)
                for name, arguments in helpers.items()
            },
            self._helper_ended,
            _is_sound,
        )
        if code > 0:
            message = f"The server ended with code {code}; is port {port} in use?"
            raise CommandError(message)

    def _helper_ended(self, name: str, how: str, pause: int) -> None:
        message = f"the {name} {how}"
        self.stderr.write(f"{message[0].upper()}{message[1:]}; next try in {pause} s.")
        if name == "signer":
            note_trouble(message)

    def _remark(self) -> None:
        """Write what is not wrong, but should be known."""
        if settings.SECURE_SSL_REDIRECT and not settings.TRUSTED_PROXIES:
            self.stderr.write(
                "BASE_URL is https and TRUSTED_PROXIES names nobody: behind a proxy "
                "every page will redirect to itself. See docs/deployment.md."
            )
        version = sqlite3.sqlite_version_info
        if connection.vendor == "sqlite" and version < SOUND_SQLITE:
            self.stderr.write(
                f"This Python's SQLite is {sqlite3.sqlite_version}. Before 3.51.3 it "
                "has a rare fault that can damage a database. See docs/deployment.md."
            )


def _search_path() -> str:
    """Return where the program is found, from whatever folder it runs in."""
    known = [str(settings.BASE_DIR), os.environ.get("PYTHONPATH", "")]
    return os.pathsep.join(filter(None, known))


def _command(arguments: Sequence[str]) -> list[str]:
    # What checks have to say, this command has said.
    return [sys.executable, "-m", "commentarchive", *arguments, "--skip-checks"]


def _is_sound() -> bool:
    """Return whether the database is there. Raise CommandError if it is not set up."""
    try:
        _refuse_unfinished_set_up()
    except DatabaseError as error:
        if outage(error) != AWAY:
            raise
        connection.close()
        return False
    return True


def _refuse_unfinished_set_up() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        message = "The database is not up to date: run manage.py migrate first."
        raise CommandError(message)
    if missing := [*triggers.missing(), *search_triggers.missing()]:
        message = f"Triggers are missing ({missing[0]} …): run manage.py migrate first."
        raise CommandError(message)
