"""A thread's page, whole and a window, against the bare SELECT of the same bytes."""

import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import django


def median_ms(action: Callable[[], object], times: int) -> float:
    """Time something several times, after one that does not count."""
    action()
    spent = []
    for _time in range(times):
        began = time.perf_counter()
        action()
        spent.append(time.perf_counter() - began)
    return 1000 * statistics.median(spent)


def str_of_rows(post: object) -> tuple[str, tuple[object, ...]]:
    """Give the SELECT of everything that the whole page needs of a thread."""
    from commentarchive.discussion.query import _FIELDS
    from commentarchive.models import Comment

    rows = Comment.objects.public().filter(post=post).with_notice().with_parent_name()
    return rows.in_thread_order().values_list(*_FIELDS).query.sql_with_params()


def main(number: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commentarchive.settings")
    os.environ["ALLOWED_HOSTS"] = "testserver"
    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test import Client

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
    post = Post.objects.get(blog=report.blog)
    client, address = Client(), post.get_absolute_url()
    whole = client.get(address + "?all=1").content
    # The same bytes, a row a comment, in a table of their own.
    pieces = [
        whole[n : n + len(whole) // number + 1]
        for n in range(0, len(whole), len(whole) // number + 1)
    ]
    mark = "%s"
    binary = "BLOB" if connection.vendor == "sqlite" else "BYTEA"
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_floor")
        cursor.execute(
            f"CREATE TABLE bench_floor (n INTEGER PRIMARY KEY, piece {binary})"
        )
        cursor.executemany(
            f"INSERT INTO bench_floor VALUES ({mark}, {mark})", list(enumerate(pieces))
        )

        def select(first: int, last: int) -> int:
            cursor.execute(
                "SELECT piece FROM bench_floor WHERE n BETWEEN %s AND %s ORDER BY n",
                [first, last],
            )
            return len(b"".join(bytes(row[0]) for row in cursor.fetchall()))

        assert select(0, len(pieces)) == len(whole)
        query = str_of_rows(post)
        rows = median_ms(lambda: cursor.execute(*query).fetchall(), 7)
        print(
            f"  thread of {number}: its rows alone, bare SELECT: {rows:.1f} ms",
            flush=True,
        )
        for name, query, first, last, times in (
            ("whole", "?all=1", 0, len(pieces), 7),
            ("window of 200", f"?page={max(1, number // 400)}", 0, 199, 30),
        ):
            page = median_ms(
                lambda query=query: client.get(address + query).content, times
            )
            bare = median_ms(lambda first=first, last=last: select(first, last), times)
            print(
                f"  thread of {number}, {name}: {page:.1f} ms, "
                f"{page / bare:.1f} x the bare SELECT of its bytes",
                flush=True,
            )


if __name__ == "__main__":
    main(int(sys.argv[1]))
