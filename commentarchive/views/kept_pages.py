"""Finished public pages, kept in memory until the archive is written to.

Each process keeps its own, and drops them all at the first request after a write: a
page that shows what is hidden by now is not even kept.
"""

from threading import Lock

from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase

# One page takes no more than this share of the room.
SHARE = 4


class KeptPages:
    """Pages of one state of the archive, by their tags; safe between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._state = ""
        self._pages: dict[str, tuple[bytes, dict[str, str]]] = {}
        self._bytes = 0

    def get(self, state: str, tag: str) -> HttpResponse | None:
        """Return a page that was kept while the archive was in this state."""
        with self._lock:
            if state != self._state:
                self._pages.clear()
                self._state, self._bytes = state, 0
            kept = self._pages.get(tag)
        return None if kept is None else HttpResponse(kept[0], headers=kept[1])

    def keep(self, state: str, tag: str, made: HttpResponseBase) -> None:
        """Keep a page that carries its tag, in place of older ones if room is short."""
        if not isinstance(made, HttpResponse) or made.headers.get("ETag") != tag:
            return
        size, room = len(made.content), settings.PAGE_CACHE_BYTES
        with self._lock:
            if state != self._state or size > room // SHARE or tag in self._pages:
                return
            while self._bytes + size > room:
                oldest = next(iter(self._pages))
                self._bytes -= len(self._pages.pop(oldest)[0])
            self._pages[tag] = (made.content, dict(made.headers))
            self._bytes += size
