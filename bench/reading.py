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


def main(number: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commentarchive.settings")
    os.environ["ALLOWED_HOSTS"] = "testserver"
    django.setup()
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application

    from bench.generate import write_export
    from commentarchive.intake.session import import_files
    from commentarchive.models import Post

    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    path = Path(os.environ["VAR_DIR"]) / "thread.xml"
    write_export(path, number, number, f"https://thread-{number}.example")
    report = import_files([path])[0]
    address = Post.objects.get(blog=report.blog).get_absolute_url()
    archive = get_wsgi_application()
    windows = -(-number // ROWS)
    window = f"?page={max(1, windows // 2)}"
    for name, query, headers, pieces, times in (
        ("whole", "?all=1", {}, windows, 15),
        ("whole, gzip", "?all=1", GZIP, windows, 15),
        ("window of 200, gzip", window, GZIP, 1, 50),
    ):
        settings.PAGE_CACHE_BYTES = 0
        status, _tag, body = ask(archive, address + query, **headers)
        assert status == "200 OK", status
        floor = floor_with(body, pieces)
        bare = median_ms(partial(ask, floor, "/"), times)
        for kept, room in (("made", 0), ("kept", 16 << 20)):
            settings.PAGE_CACHE_BYTES = room
            page = median_ms(partial(ask, archive, address + query, **headers), times)
            print(
                f"  thread of {number}, {name}, {kept}: {page:.2f} ms, "
                f"{len(body):,} bytes, {page / bare:.2f} x a bare program that sends "
                f"them ({bare:.2f} ms)",
                flush=True,
            )
    _status, tag, _body = ask(archive, address)
    again = {"HTTP_IF_NONE_MATCH": tag}
    assert ask(archive, address, **again)[0].startswith("304")
    unchanged = median_ms(lambda: ask(archive, address, **again), 200)
    hello = median_ms(lambda: ask(archive, "/robots.txt"), 200)
    print(
        f"  thread of {number}, unchanged: {unchanged:.2f} ms, "
        f"{unchanged / hello:.2f} x the smallest page ({hello:.2f} ms)",
        flush=True,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
