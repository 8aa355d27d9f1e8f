"""Import of a generated export: time and processor time as ratios to parsing alone.

Where other programs are at work on the machine, only processor time tells anything; yet
batches are shorter then, since their locks are held by the clock.
"""

import os
import resource
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

import django
from lxml import etree

COMMENT = "{http://wordpress.org/export/1.2/}comment"


class Floor(NamedTuple):
    """What it takes to parse a file alone: comments/s, and processor µs a comment."""

    speed: float
    work: float


def floor(path: Path) -> Floor:
    """Parse with lxml into records of field texts."""
    began, work, number = time.perf_counter(), time.process_time(), 0
    for _event, element in etree.iterparse(path, tag=COMMENT):
        {child.tag: child.text for child in element}
        number += 1
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
    seconds, work = time.perf_counter() - began, time.process_time() - work
    return Floor(number / seconds, 1e6 * work / number)


def best(floors: Iterable[Floor]) -> Floor:
    """Return the highest speed and the least work of some."""
    speeds, works = zip(*floors, strict=True)
    return Floor(max(speeds), min(works))


def of_readers() -> float:
    """Return the processor seconds of all child processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


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
    from bench.processor_time import at_server
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
    children, server = of_readers(), at_server()
    began, work = time.perf_counter(), time.process_time()
    report = session.import_files([path])[0]
    seconds, work = time.perf_counter() - began, time.process_time() - work
    server = (at_server() - server) / 1000
    # What readers used is counted once the process that forked them has ended.
    stop_readers()
    children = of_readers() - children
    began = time.perf_counter()
    store_missing(report.blog)
    pages = time.perf_counter() - began
    words = time.process_time()
    catch_up()
    words = time.process_time() - words
    # Twice, around what it is compared with: the machine may be busy meanwhile.
    bare = best((bare, floor(path)))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    assert report.counts.comments.new == number
    speed = number / (seconds + pages)
    used = [1e6 * each / number for each in (work, children, server)]
    shares = " + ".join(f"{each:.0f}" for each in used)
    print(
        f"  import of {number}, {per_article} an article: {speed:,.0f} comments/s with "
        f"their pages, {bare.speed / speed:.1f} x the time of parsing alone "
        f"({bare.speed:,.0f}/s), {bare.speed * database.seconds / number:.1f} x to "
        f"insert and commit its rows; processor time {sum(used) / bare.work:.1f} x that "
        f"of parsing alone ({bare.work:.0f} µs a comment): {shares} µs of its own, its "
        f"reader's and the server's; {1e6 * pages / number:.0f} µs for pages that were "
        f"stored later, {1e6 * words / number:.0f} of processor time for what searches "
        f"look in; peak {peak:.0f} MiB",
        flush=True,
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
