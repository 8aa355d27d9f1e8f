"""References and salts of new rows, drawn many at a time: a draw costs as much as ten.

They belong to one import and are kept no longer, so that nobody else can use them.
"""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice

from commentarchive.ledger.merkle.hashing import new_salts
from commentarchive.ledger.merkle.refs import new_refs

MANY = 500


class _Supply:
    """Values that are drawn as needed and handed out once each."""

    def __init__(self, draw: Callable[[int], list[str]]) -> None:
        self._draw = draw
        self._left: Iterator[str] = iter(())

    def take(self, count: int) -> list[str]:
        taken = list(islice(self._left, count))
        if len(taken) < count:
            self._left = iter(self._draw(MANY + count))
            taken += islice(self._left, count - len(taken))
        return taken


class Drawn:
    """What one import draws for the articles that it plans."""

    def __init__(self) -> None:
        self.post_refs = _Supply(partial(new_refs, "p"))
        self.comment_refs = _Supply(partial(new_refs, "c"))
        self.salts = _Supply(new_salts)
