"""Numbers that are worked out once for each state of the public record."""

import hashlib
from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.db import (
    DEFAULT_DB_ALIAS,
    InterfaceError,
    OperationalError,
    connections,
)
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet

from commentarchive.ledger.models import Head
from commentarchive.models import Capture, CaptureState
from commentarchive.storage.bare_question import ask
from commentarchive.storage.prepared import Prepared

# How long a number is kept that nobody asks for again, in seconds.
KEPT_FOR = 24 * 60 * 60
# By hand, since every public page begins with it: the ORM would take longer to put it
# together than the database to answer. In one word, in which NULL is nothing and does
# not make all of it NULL: before the first entry there is no head. A row as PostgreSQL
# writes it takes it a third less time than words that are put together.
_STATE = {
    "sqlite": """
        SELECT printf(
            '%s %s', (SELECT number FROM commentarchive_archiveversion),
            (SELECT size || ' ' || hex(frontier) FROM ledger_head)
        )
    """,
    "postgresql": """
        SELECT row(number, size, frontier)::text
        FROM commentarchive_archiveversion FULL JOIN ledger_head ON true
    """,
}


def public_state() -> str:
    """Return a digest that changes whenever the archive is written to; one query.

    Finer than the record: an import has several transactions, and some changes to what
    is shown come after its entry.
    """
    # Most requests begin with it, so that it shows itself whether the connection still
    # stands: to ask that before it would take as long again.
    own: Any = connections[DEFAULT_DB_ALIAS]
    is_unproven = own.health_check_enabled and not own.health_check_done
    own.health_check_done = True
    try:
        return _read_state(own)
    except (InterfaceError, OperationalError):
        if not is_unproven or own.in_atomic_block:
            raise
        own.close()
        return _read_state(own)


def _read_state(own: BaseDatabaseWrapper) -> str:
    state = ask(own, _STATE[own.vendor])
    return hashlib.sha256(repr(state).encode()).hexdigest()


def while_record_stands[T](subject: str, work_out: Callable[[], T]) -> T:
    """Return what `work_out` returns, kept until the record grows; two queries.

    What is counted so changes together with an entry, or with how far an unfinished
    import has come. Each process keeps its own numbers.
    """
    head = _head.first()
    state = repr((subject, head and (head[0], bytes(head[1])), _unfinished()))
    key = hashlib.sha256(state.encode()).hexdigest()
    found: T | None = cache.get(key)
    if found is None:
        found = work_out()
        cache.set(key, found, KEPT_FOR)
    return found


@Prepared
def _head() -> QuerySet[Head, tuple[int, bytes | memoryview]]:
    return Head.objects.order_by("pk").values_list("size", "frontier")[:1]


@Prepared
def _unfinished() -> QuerySet[Capture, tuple[Any, ...]]:
    unfinished = Capture.objects.filter(state=CaptureState.READING).order_by("pk")
    return unfinished.values_list("pk", "cursor_post", "cursor_position")
