"""Numbers that are worked out once for each state of the public record."""

import hashlib
from collections.abc import Callable

from django.core.cache import cache
from django.db import connection

from commentarchive.models import CaptureState

# How long a number is kept that nobody asks for again, in seconds.
KEPT_FOR = 24 * 60 * 60
# By hand, since every public page begins with it: the ORM would take longer to put it
# together than the database to answer.
_STATE = """
    SELECT head.size, head.frontier, unfinished.id, cursor_post, cursor_position
    FROM ledger_head AS head
    LEFT JOIN commentarchive_capture AS unfinished ON unfinished.state = %s
    ORDER BY unfinished.id
"""


def public_state(*subject: object) -> str:
    """Return a digest that changes with whatever the public may see; one query.

    What the public sees changes together with an entry, or with how far an unfinished
    import has come. `subject` goes into the digest.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STATE, [CaptureState.READING.value])
        rows = [(size, bytes(end), *places) for size, end, *places in cursor.fetchall()]
    return hashlib.sha256(repr((subject, rows)).encode()).hexdigest()


def while_record_stands[T](subject: str, work_out: Callable[[], T]) -> T:
    """Return what `work_out` returns, kept until the public state changes; one query.

    Each process keeps its own numbers.
    """
    key = public_state(subject)
    found: T | None = cache.get(key)
    if found is None:
        found = work_out()
        cache.set(key, found, KEPT_FOR)
    return found
