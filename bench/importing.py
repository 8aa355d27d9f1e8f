"""Import of a generated export: comments/s, ratio to parsing alone, peak memory."""

import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

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


class Stopwatch:
    """Adds up the seconds of all calls that it is put around."""

    seconds = 0.0

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*arguments: Any) -> Any:
            began = time.perf_counter()
            try:
                return call(*arguments)
            finally:
                self.seconds += time.perf_counter() - began

        return timed


def main(number: int, per_article: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commentarchive.settings")
    django.setup()
    from django.db import connection

    from bench.generate import write_export
    from commentarchive.discussion.stored_pages import store_missing
    from commentarchive.importers.isolated_source import stop_readers
    from commentarchive.intake import session
    from commentarchive.search.index import catch_up
    from commentarchive.storage import bulk_insert

    path = Path(os.environ["VAR_DIR"]) / "bench.xml"
    address = f"https://bench-{number}-{per_article}.example"
    write_export(path, number, per_article, address)
    # Pages that are stored once the import is closed are timed apart.
    session.store_missing = lambda _blog: None
    # No import can take less than its bare INSERTs or COPYs, and their commits.
    database = Stopwatch()
    bulk_insert.insert = database.around(bulk_insert.insert)
    connection.commit = database.around(connection.commit)
    bare = floor(path)
    began, work = time.perf_counter(), time.process_time()
    report = session.import_files([path])[0]
    seconds, work = time.perf_counter() - began, time.process_time() - work
    began = time.perf_counter()
    store_missing(report.blog)
    pages = time.perf_counter() - began
    began = time.perf_counter()
    catch_up()
    words = time.perf_counter() - began
    # What readers used is counted once the process that forked them has ended.
    stop_readers()
    # Twice, around what it is compared with: the machine may be busy meanwhile.
    bare = max(bare, floor(path))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    assert report.counts.comments.new == number
    speed = number / (seconds + pages)
    print(
        f"  import of {number}, {per_article} an article: {speed:,.0f} comments/s with "
        f"their pages, {bare / speed:.1f} x the time of parsing alone ({bare:,.0f}/s), "
        f"{bare * database.seconds / number:.1f} x to insert and commit its rows; "
        f"{1e6 * work / number:.0f} µs of its own processor time a comment, "
        f"{1e6 * pages / number:.0f} for pages that were stored later, "
        f"{1e6 * words / number:.0f} for what searches look in; peak {peak:.0f} MiB",
        flush=True,
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
