"""What is found out about a text once, though several suggestions need it."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from commentarchive.transcripts.paragraphs import Paragraph

type Finding[T] = Callable[[Sequence[Paragraph]], T]


class Text(tuple[Paragraph, ...]):  # noqa: SLOT001  # it holds more than a tuple
    """The paragraphs of one text, and what was found out about them so far."""

    def __init__(self, _paragraphs: Sequence[Paragraph]) -> None:
        """Begin with nothing found."""
        self.found: dict[Finding[Any], Any] = {}


def once[T](find: Finding[T]) -> Finding[T]:
    """Return a function that looks into a `Text` once; what it returns is shared."""

    @wraps(find)
    def finding(paragraphs: Sequence[Paragraph]) -> T:
        if not isinstance(paragraphs, Text):
            return find(paragraphs)
        if find not in paragraphs.found:
            paragraphs.found[find] = find(paragraphs)
        known: T = paragraphs.found[find]
        return known

    return finding
