"""Articles that are read and planned while the database is at work."""

import sys
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

# Seconds for which a thread may go on with Python while another one waits.
SWITCH = 0.0001
# What is left of a part when the next one may be taken: so many in it.
FEW = 4


class ReadAhead[T]:
    """An iterator that can take its next items in a thread, when told to.

    It is told to before rows are inserted: while the database is at work, Python is
    free. At any other time a second thread would only take turns with the first.
    """

    def __init__(
        self, items: Iterator[T], *, size: Callable[[T], int], most: int
    ) -> None:
        """Take items whose sizes add up to `most`, or one that is larger."""
        self._items = items
        self._size = size
        self._most = most
        self._taken: deque[T] = deque()
        self._pending: Future[list[T]] | None = None
        self._thread = ThreadPoolExecutor(1, "read-ahead")

    def __enter__(self) -> Self:
        # A batch is locked while its statements wait for this thread.
        self._interval = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH)
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self._thread.shutdown()
        sys.setswitchinterval(self._interval)

    def start(self) -> None:
        """Take the next items meanwhile, unless enough are at hand."""
        if self._pending is None:
            at_hand = sum(map(self._size, self._taken))
            if at_hand <= self._most // FEW:
                self._pending = self._thread.submit(self._take)

    def _take(self) -> list[T]:
        taken: list[T] = []
        size = 0
        for item in self._items:
            taken.append(item)
            size += self._size(item)
            if size >= self._most:
                break
        return taken

    def __iter__(self) -> Iterator[T]:
        return self

    def __next__(self) -> T:
        if not self._taken and self._pending is not None:
            self._taken += self._pending.result()
            self._pending = None
        return self._taken.popleft() if self._taken else next(self._items)
