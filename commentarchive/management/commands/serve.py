"""Serve the archive: what is to be known before, then the parent of all processes."""

import os
import signal
import sqlite3
import sys
from argparse import ArgumentTypeError
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.db import connection

from commentarchive.archive_command import ArchiveCommand
from commentarchive.env import is_loopback
from commentarchive.settings_file import own_environment

# Else glibc returns memory after each large page, which doubles the time of one.
MEMORY = {
    "MALLOC_TRIM_THRESHOLD_": str(512 << 20),
    "MALLOC_MMAP_THRESHOLD_": str(512 << 20),
}
# The first without the fault of https://sqlite.org/wal.html#walresetbug
SOUND_SQLITE = (3, 51, 3)
MOST_PORTS = 65_535


class Command(ArchiveCommand):
    help = "Serve the archive; ends when the web server ends."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--host",
            default="127.0.0.1",
            help="the address to listen on; by default this machine only",
        )
        parser.add_argument("--port", type=_port, default=8000, help="default 8000")
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
        for remark in _remarks():
            self.stderr.write(remark)
        is_told = bool(os.environ.get("BASE_URL"))
        here = f"[{host}]" if ":" in host else host
        address = settings.BASE_URL if is_told else f"http://{here}:{port}"
        # What stands in the settings' file is read by each generation anew.
        environment = {**MEMORY, **own_environment()}
        if not is_told:
            environment["BASE_URL"] = f"http://127.0.0.1:{port}"
        known = [str(settings.BASE_DIR), os.environ.get("PYTHONPATH", "")]
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, known))
        parent = [
            *(sys.executable, "-P", "-m", "commentarchive.serving"),
            *("--host", host, "--port", str(port), "--address", address),
            *("--workers", str(max(1, workers))),
            *("--log-level", settings.LOG_LEVEL, "--log-format", settings.LOG_FORMAT),
        ]
        connection.close()
        # Until the parent hears it there is nothing to exchange.
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        self.stdout.flush()
        self.stderr.flush()
        # The parent keeps this process's number, and nothing of what is loaded.
        os.execve(parent[0], parent, environment)  # noqa: S606  # our own interpreter


def _port(word: str) -> int:
    """Read a port's number. Raise ArgumentTypeError."""
    if not (word.isascii() and word.isdecimal() and 0 < int(word) <= MOST_PORTS):
        message = f"{word!r} is no port from 1 to {MOST_PORTS}"
        raise ArgumentTypeError(message)
    return int(word)


def _remarks() -> Iterable[str]:
    """Yield what is not wrong, but should be known."""
    if settings.SECURE_SSL_REDIRECT and not settings.TRUSTED_PROXIES:
        yield (
            "BASE_URL is https and TRUSTED_PROXIES names nobody: behind a proxy every "
            "page will redirect to itself. See docs/deployment.md."
        )
    if connection.vendor == "sqlite" and sqlite3.sqlite_version_info < SOUND_SQLITE:
        yield (
            f"This Python's SQLite is {sqlite3.sqlite_version}. Before 3.51.3 it has a "
            "rare fault that can damage a database. See docs/deployment.md."
        )
