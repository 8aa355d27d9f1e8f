"""Whatever was acknowledged is there, however often the whole site is killed.

KILLS times in the suite; `make soak` does 100.
"""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from commentarchive.intake.session import import_files
from tests import databases
from tests.wxr import comment, export, item, load, write

KILLS = databases.examples(int(os.environ.get("KILLS", "20")))
ROOT = Path(__file__).resolve().parent.parent
FILES, EACH = 30, 40
# The whole record is compared after one kill in so many.
COMPARED = 4
# Seconds in which something has to be acknowledged, on the slowest of machines.
STILL = 240


class Site:
    """A site in processes of their own, which is killed and looked at."""

    def __init__(self, process, acknowledged):
        self._process, self._acknowledged = process, acknowledged

    def ask(self, **asked):
        self._process.stdin.write(f"{json.dumps(asked)}\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def kill_at_work(self, n, files, chance, recording=None):
        """Let it work for some time, then kill all of it at one moment.

        The moment is counted in what is acknowledged, however slow the machine is. What
        a recording tells of the last calls is whole: they have ended when it is killed.
        """
        # Each in its turn, so that few kills meet all of them too.
        what, most = (("signed", 4), ("decided", 10), ("imported", 1))[n % 3]
        enough = len(self.acknowledged(what)) + chance.randint(1, most)
        session, end = self.ask(files=files), time.monotonic() + STILL
        seen = 0
        while len(self.acknowledged(what)) < enough:
            assert self.acknowledged("failed") == []
            assert time.monotonic() < end, f"nothing is {what} any more"
            if self._size() > seen:
                seen, end = self._size(), time.monotonic() + STILL
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.1))
        if recording:
            os.killpg(session, signal.SIGSTOP)
            _wait_until_still(recording)
        os.killpg(session, signal.SIGKILL)
        self.ask(killed=True)

    def _size(self):
        return self._acknowledged.stat().st_size if self._acknowledged.exists() else 0

    def acknowledged(self, what):
        if not self._acknowledged.exists():
            return []
        lines = [line.split() for line in self._acknowledged.read_text().splitlines()]
        return [rest[0] for word, *rest in lines if word == what]


def _wait_until_still(path):
    """Return once nothing is written to a file any more."""
    size = -1
    while (now := path.stat().st_size) != size:
        size = now
        time.sleep(1)


@contextmanager
def site(folder, acknowledged=None, watched_by=(), **environment):
    acknowledged = acknowledged or folder / "acknowledged"
    process = subprocess.Popen(
        [*watched_by, sys.executable, "-m", "tests.site_at_work"],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "commentarchive.settings",
            "VAR_DIR": str(folder),
            "LEDGER_KEY_FILE": str(folder / "ledger"),
            "ACKNOWLEDGED": str(acknowledged),
            **environment,
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Site(process, acknowledged)
    finally:
        process.stdin.close()
        process.wait(timeout=20)
        process.stdout.close()


def files_in(folder, files, each):
    """Write some files of an article each, with so many comments."""
    made = []
    for n in range(2, files + 2):
        texts = [comment(1000 * n + c, f"text {c} of {n}") for c in range(each)]
        made.append(str(write(folder, export(item(*texts, number=n)), f"{n}.xml")))
    return made


@pytest.mark.django_db(transaction=True)
@pytest.mark.unreconciled
def test_nothing_acknowledged_is_lost_however_often_all_is_killed(by, tmp_path):
    waiting = [comment(c, f"Remark {c} waits.", approved="0") for c in range(1, 9)]
    load(tmp_path, item(*waiting))
    files, seed = files_in(tmp_path, FILES, EACH), os.urandom(4).hex()
    chance = Random(seed)
    address = databases.address_of_copy("kills")
    with site(tmp_path, DATABASE_URL=address) as killed:
        for n in range(KILLS):
            done = set(killed.acknowledged("imported"))
            # An import that was killed goes on when it is given again.
            killed.kill_at_work(n, sorted({*files} - done) or files, chance)
            found = killed.ask(look=True, whole=n % COMPARED == COMPARED - 1)
            where = f"kill {n}, seed {seed}"
            assert found.get("faults", []) == [], where
            differences = found.get("differences", [])
            left = [one for one in differences if "unfinished" not in one]
            assert left == [], where
            assert set(killed.acknowledged("decided")) <= set(found["decisions"]), where
            signed = max(map(int, killed.acknowledged("signed")), default=0)
            assert signed <= found["signed"], where
            done = set(killed.acknowledged("imported"))
            assert found["comments"] >= 8 + EACH * len(done), where
            assert killed.acknowledged("failed") == [], where
        assert killed.acknowledged("decided")
        assert killed.acknowledged("signed")
        with databases.using(databases.name_at(address)):
            for path in files:
                import_files([Path(path)])
        found = killed.ask(look=True)
        assert (found["faults"], found["differences"]) == ([], []), seed
        assert found["comments"] == 8 + EACH * FILES
