"""Numbers that are worked out once for each state of the public record."""

import hashlib
from collections.abc import Callable

from django.core.cache import cache

from commentarchive.ledger.models import Head
from commentarchive.models import Capture, CaptureState

# How long a number is kept that nobody asks for again, in seconds.
KEPT_FOR = 24 * 60 * 60


def while_record_stands[T](subject: str, work_out: Callable[[], T]) -> T:
    """Return what `work_out` returns, kept until the record grows; two queries.

    What the public sees changes together with an entry, or with how far an unfinished
    import has come. Each process keeps its own numbers.
    """
    head = Head.objects.values_list("size", "frontier").first()
    unfinished = Capture.objects.filter(state=CaptureState.READING).order_by("pk")
    places = unfinished.values_list("pk", "cursor_post", "cursor_position")
    state = repr((subject, head and (head[0], bytes(head[1])), list(places)))
    key = hashlib.sha256(state.encode()).hexdigest()
    found: T | None = cache.get(key)
    if found is None:
        found = work_out()
        cache.set(key, found, KEPT_FOR)
    return found
