"""Decisions in a long thread, and while an import runs: the wait that a moderator sees."""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import django


def main(number: int, thread: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commentarchive.settings")
    django.setup()
    in_a_thread(thread)
    during_an_import(number)


def in_a_thread(number: int) -> None:
    """Decide on comments of one thread, which stores its window anew each time.

    The floor is a transaction that stores the bytes of one window.
    """
    from django.db import connection, transaction

    from bench.generate import write_export
    from bench.reading import floor_with
    from commentarchive.intake.session import import_files
    from commentarchive.ledger.append import SYSTEM
    from commentarchive.models import Comment, Segment
    from moderation.actions.decisions import Judgement, decide
    from moderation.models import Action

    path = Path(os.environ["VAR_DIR"]) / "decided.xml"
    write_export(path, number, number, "https://decided.example")
    blog = import_files([path])[0].blog
    shown = Comment.objects.shown().filter(post__blog=blog)
    window = bytes(Segment.objects.filter(post__blog=blog).first().packed)
    floor_with(window, 1)

    def store() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE bench_floor SET piece = %s", [window])

    waits, bare = [], []
    for comment in shown.order_by("ref")[:50]:
        began = time.perf_counter()
        decide(comment, Judgement(action=Action.HOLD), by=SYSTEM)
        decided = time.perf_counter()
        store()
        waits.append(1000 * (decided - began))
        bare.append(1000 * (time.perf_counter() - decided))
    spent, least = statistics.median(waits[1:]), statistics.median(bare[1:])
    print(
        f"  one decision in a thread of {number}, with its window: {spent:.1f} ms, "
        f"{spent / least:.1f} x a bare transaction that stores the window "
        f"({least:.2f} ms); longest {max(waits):.0f} ms",
        flush=True,
    )


def during_an_import(number: int) -> None:
    """Decide while another process imports."""
    from bench.generate import write_export
    from commentarchive.intake.session import import_files
    from commentarchive.ledger.append import SYSTEM
    from commentarchive.models import Comment
    from moderation.actions.decisions import Judgement, decide
    from moderation.models import Action

    var = Path(os.environ["VAR_DIR"])
    write_export(var / "few.xml", 300, 100, "https://few.example")
    blog = import_files([var / "few.xml"])[0].blog
    # The first one loads what a server has loaded long before.
    first, *comments = Comment.objects.shown().filter(post__blog=blog)[:151]
    decide(first, Judgement(action=Action.HOLD), by=SYSTEM)
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
    main(int(sys.argv[1]), int(sys.argv[2]))
