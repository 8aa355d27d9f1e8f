"""A backup and its restoration: seconds, bytes and rows, and the floor of a plain copy."""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import django

LIMIT = 60


def main(number: int) -> None:
    """Measure an archive of some comments, 50 an article."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commentarchive.settings")
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from bench.generate import write_export
    from commentarchive.backup.writing import back_up
    from commentarchive.intake.session import import_files
    from commentarchive.models import Comment
    from commentarchive.search.index import catch_up

    var = Path(os.environ["VAR_DIR"])
    call_command("migrate", verbosity=0)
    write_export(var / "backed-up.xml", number, 50, "https://backed-up.example")
    import_files([var / "backed-up.xml"])
    (var / "backed-up.xml").unlink()
    catch_up()
    held = Comment.objects.count()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "backup.tar"
        began, worked = time.perf_counter(), time.process_time()
        made = back_up(file)
        spent = time.perf_counter() - began
        # What a busy machine does not change; two threads share it.
        work = time.process_time() - worked
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        print(
            f"  backup of {held} comments: {spent:.1f} s, {work:.1f} s of processor "
            f"time; {made.rows} rows, {made.bytes >> 20} MiB; for 1,000,000 as fast "
            f"{1_000_000 / held * spent:.0f} s (at most {LIMIT}), "
            f"{1_000_000 / held * work:.0f} s of processor time; "
            f"{peak} MiB of memory with the import",
            flush=True,
        )
        if connection.vendor == "sqlite":
            _restore(file, Path(folder) / "there")


def _restore(file: Path, var: Path) -> None:
    environment = {**os.environ, "VAR_DIR": str(var), "DATABASE_URL": ""}
    began = time.perf_counter()
    restore = subprocess.Popen(
        [sys.executable, "manage.py", "restore", str(file)],
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    # What this process alone used; those of the import are its siblings.
    _pid, status, used = os.wait4(restore.pid, 0)
    assert status == 0, status
    spent = time.perf_counter() - began
    print(
        f"  put back, migrated and reconciled: {spent:.1f} s, "
        f"{used.ru_utime + used.ru_stime:.1f} s of processor time; "
        f"{used.ru_maxrss >> 10} MiB of memory"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
