"""Decisions while an import runs: the wait that a moderator sees."""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import django


def main(number: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commentarchive.settings")
    django.setup()
    from bench.generate import write_export
    from commentarchive.intake.session import import_files
    from commentarchive.ledger.append import SYSTEM
    from commentarchive.models import Comment
    from moderation.actions.decisions import Judgement, decide
    from moderation.models import Action

    var = Path(os.environ["VAR_DIR"])
    write_export(var / "few.xml", 300, 100, "https://few.example")
    blog = import_files([var / "few.xml"])[0].blog
    comments = list(Comment.objects.shown().filter(post__blog=blog)[:150])
    write_export(var / "many.xml", number, 100, "https://many.example")
    importing = subprocess.Popen(
        [sys.executable, "manage.py", "import_comments", str(var / "many.xml")],
        stdout=subprocess.DEVNULL,
    )
    time.sleep(1.0)
    waits = []
    for comment in comments:
        if importing.poll() is not None:
            break
        began = time.perf_counter()
        decide(comment, Judgement(action=Action.HOLD), by=SYSTEM)
        waits.append(1000 * (time.perf_counter() - began))
        time.sleep(0.01)
    assert importing.wait() == 0
    cut = statistics.quantiles(waits, n=100)
    print(
        f"  {len(waits)} decisions during an import: median {cut[49]:.0f} ms, "
        f"p99 {cut[98]:.0f} ms, longest {max(waits):.0f} ms",
        flush=True,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
