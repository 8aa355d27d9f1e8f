"""Where a cleaned text says a passage in exactly its words.

Places are counted as blacking out counts them (`blacking_out.py`), and words are
compared as passages are: by their looks (`passages.py`).
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from commentarchive.text.blacking_out import sentences
from commentarchive.text.leaks import words_with_places
from commentarchive.text.passages import Passage

type TextPlace = tuple[int, int]


class _Word(NamedTuple):
    key: str
    start: int
    end: int
    # The bounds of its sentence, where it is the first or the last word of that.
    opens: int | None
    closes: int | None


def places_of(passage: Passage, cleaned: str) -> list[TextPlace]:
    """Return each place of a text that says the whole of a passage, in order.

    What takes whole sentences takes their full stops and quotation marks too.
    """
    words, length = list(_words(cleaned)), len(passage.words)
    keys = [word.key for word in words]
    found: list[TextPlace] = []
    at = 0
    while length and at + length <= len(words):
        if keys[at : at + length] != passage.words:
            at += 1
            continue
        first, last = words[at], words[at + length - 1]
        if first.opens is None or last.closes is None:
            found.append((first.start, last.end))
        else:
            found.append((first.opens, last.closes))
        at += length
    return found


def text_beside(cleaned: str, places: Iterable[TextPlace]) -> str:
    """Return the words of a text that are in none of some places, line by line."""
    kept = ((each.start, each.words) for each in sentences(cleaned))
    gone = sorted(places)
    lines = []
    for start, words in kept:
        at = 0
        for first, last in gone:
            if first < start + len(words) and start < last:
                lines.append(words[at : max(at, first - start)])
                at = max(at, last - start)
        lines.append(words[at:])
    return "\n".join(line for line in lines if line.strip())


def _words(cleaned: str) -> Iterator[_Word]:
    """Yield the words of a text, none of which goes on past a sentence or a line."""
    for sentence in sentences(cleaned):
        said = sentence.words
        opens = sentence.start + len(said) - len(said.lstrip())
        closes = sentence.start + len(said.rstrip())
        found = words_with_places(said)
        for number, (key, start, end) in enumerate(found, 1):
            yield _Word(
                key,
                sentence.start + start,
                sentence.start + end,
                opens if number == 1 else None,
                closes if number == len(found) else None,
            )
