"""Change the code in drawn places, one at a time, and count what the tests notice.

    make mutants COUNT=200 SEED=1 IN=commentarchive/intake TESTS=tests/intake

1. `draw.py` draws the changes.
2. All modules and tests are imported once, and the tests run once, in forked children,
   which shows which of them reach the lines that are to be changed.
3. For each change a child is forked, in which its functions do what the changed source
   says. The tests that reach it run, the quickest first, until one fails, for BUDGET
   seconds of the processor. What acts as its module is imported costs a new process.

Nothing is written into the work tree, so that programs which tests start as processes
of their own run unchanged.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import pytest

from scripts.mutants.session import NOTICED, VOID, Session

ROOT = Path(__file__).resolve().parent.parent.parent
DRAW = [ROOT / ".venv-mutants/bin/python", ROOT / "scripts/mutants/draw.py"]
ROOMS = [
    "moderation",
    *(f"commentarchive/{room}" for room in ("intake", "captures", "ledger")),
]
# Where these rooms' code is called. Tests that start processes are left out.
TESTS = [
    f"tests/{room}"
    for room in (
        *("actions", "admin", "api", "captures", "discussion", "erasure", "feeds"),
        *("integrity", "intake", "ledger", "management", "moderation", "storage"),
        "views",
    )
]


def main() -> int:
    """Draw, run, and print each change with what became of it, then the shares."""
    settings = os.environ
    count, seed = settings.get("COUNT") or "200", settings.get("SEED") or "1"
    rooms = sys.argv[1:] or ROOMS
    drawn = subprocess.run(
        [*DRAW, count, seed, *rooms], cwd=ROOT, check=True, stdout=subprocess.PIPE
    )
    changes = json.loads(drawn.stdout)
    with tempfile.TemporaryDirectory(prefix="ca-mutants-") as var:
        # Tables are compared with the record after each test (tests/conftest.py).
        settings.update(TEST_HALF="sqlite", DATABASE_URL="", VAR_DIR=var, COMPARED="1")
        sys.dont_write_bytecode = True
        tests = (settings.get("TESTS") or "").split() or TESTS
        session = Session(changes, budget=float(settings.get("BUDGET") or 20))
        options = ["-x", "-s", "-q", "-p", "no:randomly", "-p", "no:xdist"]
        code = pytest.main([*options, *tests], plugins=[session])
    if code or len(session.outcomes) < len(changes):
        print("This did not come to its end.")
        return 1
    report(changes, session.outcomes, rooms)
    return 0


def report(changes: list[dict], outcomes: dict[int, str], rooms: list[str]) -> None:
    """Print the survivors, then how many were noticed in each room."""
    noticed, tried = Counter(), Counter()
    for number, change in enumerate(changes):
        room = next(room for room in rooms if change["file"].startswith(room))
        if outcomes[number].startswith(VOID):
            print(f"\n{change['file']}:{change['line']} {outcomes[number]}")
            continue
        tried[room] += 1
        if outcomes[number].startswith(NOTICED):
            noticed[room] += 1
            continue
        print(f"\n{change['file']}:{change['line']} {change['operator']}")
        print("\n".join(change["diff"]), outcomes[number], sep="\n")
    print()
    for room in rooms:
        if tried[room]:
            share = noticed[room] / tried[room]
            print(f"{room}: {noticed[room]} of {tried[room]} noticed ({share:.0%})")
    share = noticed.total() / max(tried.total(), 1)
    print(f"together: {noticed.total()} of {tried.total()} noticed ({share:.0%})")


if __name__ == "__main__":
    sys.exit(main())
