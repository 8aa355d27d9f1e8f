"""Import of a generated export: comments/s, ratio to parsing alone, peak memory."""

import os
import resource
import sys
import time
from pathlib import Path

import django
from lxml import etree

COMMENT = "{http://wordpress.org/export/1.2/}comment"


def floor(path: Path) -> float:
    """Parse with lxml into records of field texts; comments/s."""
    began, number = time.perf_counter(), 0
    for _event, element in etree.iterparse(path, tag=COMMENT):
        {child.tag: child.text for child in element}
        number += 1
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
    return number / (time.perf_counter() - began)


def main(number: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commentarchive.settings")
    django.setup()
    from bench.generate import write_export
    from commentarchive.discussion.stored_pages import store_missing
    from commentarchive.intake import session

    path = Path(os.environ["VAR_DIR"]) / "bench.xml"
    write_export(path, number, 100, f"https://bench-{number}.example")
    # The pages are stored once the import is closed; timed apart.
    session.store_missing = lambda _blog: None
    began = time.perf_counter()
    report = session.import_files([path])[0]
    speed = number / (time.perf_counter() - began)
    began = time.perf_counter()
    store_missing(report.blog)
    pages = number / (time.perf_counter() - began)
    memory, child = (
        resource.getrusage(who).ru_maxrss / 1024
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    assert report.counts.comments.new == number
    bare = floor(path)
    print(
        f"  import of {number}: {speed:,.0f} comments/s, peak {memory:.0f} MiB, "
        f"its reader {child:.0f} MiB; "
        f"parsing alone {bare:,.0f}/s: {bare / speed:.1f} x its time; "
        f"its pages stored: {pages:,.0f} comments/s",
        flush=True,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
