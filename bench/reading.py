"""A thread's page, whole and a window, against a bare WSGI program with its bytes.

The floor is a function that is called as the archive is, asks the same database for the
same bytes, a row a window, and sends them. Pages are made at each request, or kept until
somebody writes. An unchanged page is measured against the smallest page of the archive,
which passes all of its middleware.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import django

type Program = Callable[..., Any]

GZIP = {"HTTP_ACCEPT_ENCODING": "gzip"}
ROWS = 200


def median_ms(action: Callable[[], object], times: int) -> float:
    """Time something several times, after one that does not count."""
    action()
    spent = []
    for _time in range(times):
        began = time.perf_counter()
        action()
        spent.append(time.perf_counter() - began)
    return 1000 * statistics.median(spent)


def ask(program: Program, address: str, **headers: str) -> tuple[str, str, bytes]:
    """Call a WSGI program; return status, ETag and body."""
    from django.test import RequestFactory

    environ = RequestFactory().get(address, **headers).environ
    told: dict[str, str] = {}

    def start(status: str, fields: list[tuple[str, str]], *_rest: object) -> None:
        told.update({name.lower(): value for name, value in fields}, status=status)

    answer = program(environ, start)
    body = b"".join(answer)
    if hasattr(answer, "close"):
        answer.close()
    return told["status"], told.get("etag", ""), body


def floor_with(body: bytes, pieces: int) -> Program:
    """Store bytes in rows; return a program that reads and sends them."""
    from django.db import connection

    binary = "BLOB" if connection.vendor == "sqlite" else "BYTEA"
    length = max(1, -(-len(body) // pieces))
    rows = [body[n : n + length] for n in range(0, len(body), length)]
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_floor")
        cursor.execute(
            f"CREATE TABLE bench_floor (n INTEGER PRIMARY KEY, piece {binary})"
        )
        cursor.executemany(
            "INSERT INTO bench_floor VALUES (%s, %s)", list(enumerate(rows))
        )

    def program(_environ: object, start: Callable[..., object]) -> list[bytes]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT piece FROM bench_floor ORDER BY n")
            sent = b"".join(bytes(row[0]) for row in cursor.fetchall())
        start("200 OK", [("Content-Length", str(len(sent)))])
        return [sent]

    assert ask(program, "/")[2] == body
    return program


def main(numbers: list[int]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commentarchive.settings")
    os.environ["ALLOWED_HOSTS"] = "testserver"
    django.setup()
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application

    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    archive = get_wsgi_application()
    windows = {number: measure(archive, number) for number in numbers}
    least, most = min(windows), max(windows)
    print(
        f"  a window of {most} comments: {windows[most] / windows[least]:.2f} x one of "
        f"{least}",
        flush=True,
    )


def measure(archive: Program, number: int) -> float:
    """Import a thread and print what its pages cost; return the time of a window."""
    from bench.generate import write_export
    from commentarchive.discussion.changes import days_of
    from commentarchive.intake.session import import_files
    from commentarchive.models import Post

    path = Path(os.environ["VAR_DIR"]) / "thread.xml"
    write_export(path, number, number, f"https://thread-{number}.example")
    post = Post.objects.get(blog=import_files([path])[0].blog)
    address, windows = post.get_absolute_url(), -(-number // ROWS)
    window = f"?page={max(1, windows // 2)}"
    for name, query, headers, pieces, times in (
        ("whole", "?all=1", {}, windows, 15),
        ("whole, gzip", "?all=1", GZIP, windows, 15),
        ("window of 200, gzip", window, GZIP, 1, 50),
    ):
        made = beside_floor(
            f"thread of {number}, {name}",
            partial(ask, archive, address + query, **headers),
            (pieces, times),
        )
    for name, headers in (("whole", {}), ("whole, gzip", GZIP)):
        keep_pages(0)
        peak = peak_mib(partial(ask, archive, f"{address}?all=1", **headers))
        print(f"  thread of {number}, {name}: at most {peak:.0f} MiB more", flush=True)
    # As it was on its last day: as many comments as today.
    past = f"{address}{window}&at={days_of(post)[-1]}"
    keep_pages(0)
    assert ask(archive, past, **GZIP)[0] == "200 OK"
    then = median_ms(partial(ask, archive, past, **GZIP), 20)
    print(
        f"  thread of {number}, a window on its last day: {then:.1f} ms, "
        f"{then / made:.1f} x the plain window",
        flush=True,
    )
    unchanged(archive, number, address)
    return made


def beside_floor(
    name: str, request: Callable[[], tuple[str, str, bytes]], how: tuple[int, int]
) -> float:
    """Print what a page costs, made and kept, against the floor; return it as made.

    `how` is in how many rows the floor keeps its bytes, and how often each is timed.
    """
    pieces, times = how
    keep_pages(0)
    status, _tag, body = request()
    assert status == "200 OK", status
    bare = median_ms(partial(ask, floor_with(body, pieces), "/"), times)
    made = 0.0
    for kept, room in (("made", 0), ("kept", 16 << 20)):
        keep_pages(room)
        page = median_ms(request, times)
        made = made or page
        print(
            f"  {name}, {kept}: {page:.2f} ms, {len(body):,} bytes, "
            f"{page / bare:.2f} x a bare program that sends them ({bare:.2f} ms)",
            flush=True,
        )
    return made


def peak_mib(action: Callable[[], object]) -> float:
    """Return how far memory rises above its rest while something is done, in MiB."""
    Path("/proc/self/clear_refs").write_text("5")
    rest = _kib("VmRSS")
    action()
    return (_kib("VmHWM") - rest) / 1024


def _kib(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith(name)))


def keep_pages(room: int) -> None:
    """Let pages be kept in so many bytes; in none, each is made anew."""
    from django.conf import settings

    settings.PAGE_CACHE_BYTES = room


def unchanged(archive: Program, number: int, address: str) -> None:
    """Print what it costs to say that a page is as it was."""
    _status, tag, _body = ask(archive, address)
    again = {"HTTP_IF_NONE_MATCH": tag}
    assert ask(archive, address, **again)[0].startswith("304")
    # In turn, so that both meet the machine as it is.
    pages = ([], [])
    for _time in range(500):
        for took, path, headers in (
            (pages[0], address, again),
            (pages[1], "/robots.txt", {}),
        ):
            began = time.perf_counter()
            ask(archive, path, **headers)
            took.append(1000 * (time.perf_counter() - began))
    spent, hello = map(statistics.median, pages)
    print(
        f"  thread of {number}, unchanged: {spent:.2f} ms, "
        f"{spent / hello:.2f} x the smallest page ({hello:.2f} ms)",
        flush=True,
    )


if __name__ == "__main__":
    main([int(each) for each in sys.argv[1:]])
