"""Audit reports in a large archive: the year of the comments, that of the decisions."""

import os
import resource
import sys

import django

from bench.processor_time import at_server, own

# What a report may cost, beside one pass over the rows that it counts.
MOST_SECONDS = 5


def main(comments: int, decisions: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commentarchive.settings")
    django.setup()
    from bench.listing import fill

    fill(comments, decisions)
    measure()


def measure() -> None:
    """Print what the reports of both years take, and the floor in the same run."""
    from django.utils import timezone

    from moderation.reports.document import report_bytes
    from moderation.reports.periods import parse_period
    from moderation.reports.report import build
    from moderation.reports.scope import Scope

    floor = min(_floor() for _again in range(3))
    total = 0.0
    for word in ("2012", f"{timezone.now():%Y}"):
        began = _spent()
        size = len(report_bytes(build(Scope.now(parse_period(word)))))
        seconds = _spent() - began
        total += seconds
        print(f"  the report of {word}: {seconds:.2f} s, {size} bytes", flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"  both: {total:.2f} s of processor time of {MOST_SECONDS} s, {total / floor:.1f} x one count "
        f"of comments and decisions by article ({floor:.2f} s); {peak:.0f} MiB at most",
        flush=True,
    )


def _floor() -> float:
    """Return how long one grouped pass over comments and decisions takes."""
    from django.db import connection

    began = _spent()
    with connection.cursor() as cursor:
        for table in ("commentarchive_comment", "moderation_decision"):
            cursor.execute(
                f"SELECT post_id, count(*) FROM {table} GROUP BY post_id"
            )  # of two names
            cursor.fetchall()
    return _spent() - began


def _spent() -> float:
    """Return the processor time of this process and of its database, in seconds."""
    return (own() + at_server()) / 1000


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
