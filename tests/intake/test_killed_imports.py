"""An import that is killed goes on where it stopped."""

import json
import os
import signal
import time

import pytest

from commentarchive.models import Comment
from tests import databases
from tests.warm_program import WarmProgram
from tests.wxr import comment, export, item, write

# Seconds in which more of them have to come, on the slowest of machines.
STILL = 240


@pytest.mark.in_turn
@pytest.mark.django_db(transaction=True)
def test_a_killed_import_goes_on_where_it_stopped(tmp_path):
    items = [
        item(
            *(
                comment(
                    1000 * n + c, f"text {c}", parent=1000 * n + c // 2 if c > 1 else 0
                )
                for c in range(1, 60)
            ),
            number=n,
        )
        for n in range(1, 60)
    ]
    path = write(tmp_path, export(*items))
    undisturbed = _run(tmp_path / "a", path, kills=0)
    disturbed = _run(tmp_path / "b", path, kills=4)
    assert disturbed == undisturbed
    assert undisturbed["comments"] == 59 * 59


# Prints what the tables hold, apart from what is drawn by chance.
SCRIPT = """
import hashlib, json
from tests.dump import dump
from commentarchive.models import Capture, Comment
from commentarchive.captures.tree import recompute_root
c = Capture.objects.get()
assert recompute_root(c) == c.root
d = hashlib.sha256(repr(dump()).encode()).hexdigest()
print(json.dumps({"dump": d, "comments": Comment.objects.count()}))
"""


def kill_midway(program, database, *command):
    """Kill a command once more of its comments are there than before."""
    with databases.using(databases.name_at(database)):
        before, end = Comment.objects.count(), time.monotonic() + STILL
        process = program.begin(*command)
        while Comment.objects.count() == before:
            assert time.monotonic() < end, program.said_by(process)
            time.sleep(0.005)
        done = program.kill(process)
    assert done.returncode == -signal.SIGKILL, done.stderr


def _run(var, path, *, kills):
    """Import in processes of their own, killed now and then; count what is there."""
    database = databases.address_of_copy(f"killed_{var.name}")
    environment = {**os.environ, "VAR_DIR": str(var), "DATABASE_URL": database}
    with WarmProgram(environment) as program:
        for _ in range(kills):
            kill_midway(program, database, "import_comments", path)
        done = program.run("import_comments", path)
        assert "59 seen" in done.stdout, done.stderr
        told = program.run("shell", "-v0", "-c", SCRIPT)
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout.splitlines()[-1])
