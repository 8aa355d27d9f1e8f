"""Measure the archive as ratios to floors of the same run: `make bench`.

SIZE=10000 in the environment makes it smaller. Each database is measured in processes
of its own, so that peak memory is that of one import.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.test import postgresql

ROOT = Path(__file__).resolve().parent.parent


def part(name: str, var: Path, address: str, *arguments: object) -> None:
    """Run one measurement in a process of its own."""
    environment = {**os.environ, "VAR_DIR": str(var), "DATABASE_URL": address}
    command = [sys.executable, "-m", f"bench.{name}", *map(str, arguments)]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


@contextmanager
def archive(address: str) -> Iterator[Path]:
    """Provide the folder of an archive without content."""
    with tempfile.TemporaryDirectory(prefix="ca-bench-") as tmp:
        environment = {**os.environ, "VAR_DIR": tmp, "DATABASE_URL": address}
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "-v0"],
            cwd=ROOT,
            env=environment,
            check=True,
        )
        yield Path(tmp)


def measure_desk(half: str, address: str, size: int) -> None:
    """Measure the desk in an archive in which nothing else waits."""
    print(f"\nThe desk on {half}", flush=True)
    with archive(address) as var:
        part("queueing", var, address, size // 10)


def measure_backup(half: str, address: str, size: int) -> None:
    """Measure a backup of an archive that holds one blog."""
    print(f"\nA backup on {half}", flush=True)
    with archive(address) as var:
        part("backing_up", var, address, size)


def measure_reports(half: str, address: str, size: int) -> None:
    """Measure reports on an archive with a decision for every tenth comment."""
    print(f"\nReports on {half}", flush=True)
    with archive(address) as var:
        part("reporting", var, address, size * 10, size)


def measure(half: str, address: str, size: int) -> None:
    """Measure one database."""
    print(f"\n{half}", flush=True)
    with archive(address) as var:
        part("growing", var, address, size // 100, size // 10)
        # Most blogs have 5 to 20 comments an article; a few have hundreds.
        for per_article in (5, 200):
            for number in (size // 10, size):
                part("importing", var, address, number, per_article)
        part("reading", var, address, size // 100, size // 10, size)
        part("comparing", var, address, size // 10)
        part("joining", var, address, size // 20)
        part("recording", var, address, size * 10)
        part("deciding", var, address, size // 2, size // 10)
        part("checking", var, address, size, size // 10)
        part("serving", var, address, size // 10)
        # An archive of its own: a copy is of all that there is.
        with tempfile.TemporaryDirectory(prefix="ca-bench-") as folder:
            part("exporting", Path(folder), "", size // 50)
        with tempfile.TemporaryDirectory(prefix="ca-bench-") as folder:
            part("bundling", Path(folder), "", size // 50)
        part("listing", var, address, size, size // 4)
        part("searching", var, address, size * 10)
        part("repeating", var, address, 0)
    # The year is that of the whole record.
    with archive(address) as var:
        part("verifying_reports", var, address, size * 10, size)


def main() -> None:
    """Measure both databases."""
    size = int(os.environ.get("SIZE", "100000"))
    print("\nCleaning texts that would cost much", flush=True)
    part("cleaning", Path(tempfile.gettempdir()), "")
    print("\nReading each kind of source", flush=True)
    part("sources", Path(tempfile.gettempdir()), "", size // 5)
    measure_desk("SQLite", "", size)
    measure_backup("SQLite", "", size)
    measure("SQLite", "", size)
    measure_reports("SQLite", "", size)
    # As it is installed: every commit waits for the disk.
    with postgresql(tuning="") as address:
        measure_desk("PostgreSQL", address, size)
    with postgresql(tuning="") as address:
        measure_backup("PostgreSQL", address, size)
    with postgresql(tuning="") as address:
        measure("PostgreSQL", address, size)
    with postgresql(tuning="") as address:
        measure_reports("PostgreSQL", address, size)


if __name__ == "__main__":
    main()
