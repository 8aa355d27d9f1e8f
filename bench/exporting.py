"""A copy of the whole archive: pages a second, at first and where nothing changed."""

import os
import sys
import tempfile
import time
from pathlib import Path

import django


def main(number: int) -> None:
    """Measure a blog of some comments, 50 an article."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commentarchive.settings")
    django.setup()
    from django.core.management import call_command

    from bench.generate import write_export
    from commentarchive.export.archive import copy_archive
    from commentarchive.intake.session import import_files
    from commentarchive.serving.static_files import collect_static

    var = Path(os.environ["VAR_DIR"])
    call_command("migrate", verbosity=0)
    collect_static()
    write_export(var / "carried.xml", number, 50, "https://carried.example")
    import_files([var / "carried.xml"])
    with tempfile.TemporaryDirectory() as folder:
        for turn in ("first", "again"):
            began = time.perf_counter()
            copied = copy_archive(Path(folder))
            spent = time.perf_counter() - began
            print(
                f"  copy to carry away, {turn}: {copied.pages} pages in {spent:.1f} s, "
                f"{copied.pages / spent:.0f} pages/s",
                flush=True,
            )


if __name__ == "__main__":
    main(int(sys.argv[1]))
