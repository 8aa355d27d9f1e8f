"""The processor time that something takes: of this process, and of its database."""

import os
import time
from collections.abc import Callable
from pathlib import Path

_TICK = 1000 / os.sysconf("SC_CLK_TCK")
# Of a server in ticks of 10 ms: so often, that they count.
AGAIN = 30


def own() -> float:
    """Return the milliseconds that this process has used."""
    return 1000 * time.process_time()


def at_server() -> float:
    """Return the milliseconds that a PostgreSQL server on this machine has used.

    Those of all its processes, since one query may have several work for it; in
    ticks of 10 ms. 0 where the database is SQLite.
    """
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = str(cursor.fetchone()[0])
    postmaster = _stat(backend)[1]
    spent = 0
    for process in Path("/proc").iterdir():
        if process.name.isdecimal() and (stat := _stat(process.name)):
            if process.name == postmaster:
                # Its own, and of all processes of its that have ended.
                spent += sum(map(int, stat[11:15]))
            elif stat[1] == postmaster:
                spent += sum(map(int, stat[11:13]))
    return spent * _TICK


def spent(work: Callable[[], object]) -> float:
    """Return the milliseconds of one of many times, after one that does not count."""
    work()
    before = own() + at_server()
    for _ in range(AGAIN):
        work()
    return (own() + at_server() - before) / AGAIN


def _stat(pid: str) -> list[str]:
    """Return what the system says of a process, from its state on; [] once it ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
