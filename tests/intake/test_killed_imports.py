"""An import that is killed goes on where it stopped."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import databases
from tests.wxr import comment, export, item, write


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
        for n in range(1, 100)
    ]
    path = write(tmp_path, export(*items))
    undisturbed = _run(tmp_path / "a", path, kills=0)
    disturbed = _run(tmp_path / "b", path, kills=4)
    assert disturbed == undisturbed
    assert undisturbed["comments"] == 59 * 99


def _run(var, path, *, kills):
    """Import in a process of its own, killed now and then; count what is there."""
    root = Path(__file__).resolve().parent.parent.parent
    database = databases.address_of_copy(f"killed_{var.name}")
    environment = {**os.environ, "VAR_DIR": str(var), "DATABASE_URL": database}
    manage = [sys.executable, str(root / "manage.py")]
    for kill in range(kills):
        process = subprocess.Popen(
            [*manage, "import_comments", str(path)],
            env=environment,
            cwd=root,
            stdout=subprocess.DEVNULL,
        )
        time.sleep(0.9 + 0.25 * kill)
        process.send_signal(signal.SIGKILL)
        process.wait()
    done = subprocess.run(
        [*manage, "import_comments", str(path)],
        env=environment,
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "99 seen" in done.stdout
    script = (
        "import hashlib, json\n"
        "from tests.dump import dump\n"
        "from commentarchive.models import Capture, Comment\n"
        "from commentarchive.captures.tree import recompute_root\n"
        "c = Capture.objects.get()\n"
        "assert recompute_root(c) == c.root\n"
        "d = hashlib.sha256(repr(dump()).encode()).hexdigest()\n"
        "print(json.dumps({'dump': d, 'comments': Comment.objects.count()}))\n"
    )
    told = subprocess.run(
        [*manage, "shell", "-v0", "-c", script],
        env=environment,
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(told.stdout.splitlines()[-1])
