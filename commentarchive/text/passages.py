"""Passages that are said again: by what a text is kept and looked for, and how alike.

Texts are compared by their words as a reader sees them (`lookalikes.looks`), so that no
case, accent, wide form, invisible character or letter of another script makes a
difference. A text is kept by a few of its rows of five words: of every four that follow
one another the one with the least checksum, as in Schleimer, Wilkerson and Aiken,
"Winnowing: Local Algorithms for Document Fingerprinting" (SIGMOD 2003). So whatever two
texts share of eight words in a row, they share a row that is kept. A sentence, or a
text, of fewer words is kept as a whole. A text's first `LONGEST` words count.

A passage is said again where a text has the whole of it, eight words of it in a row, or
a third of its rows of five words (its containment: Broder, "On the Resemblance and
Containment of Documents", 1997); or where it has all of a text of five to seven words.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from zlib import crc32

from commentarchive.text.leaks import (
    FEWEST_LETTERS,
    QUOTED_WORDS,
    SHARED_WORDS,
    words_by_looks,
)

# Rows of which one is kept: a run of eight words has so many.
WINDOW = QUOTED_WORDS - SHARED_WORDS + 1
LONGEST = 20_000
# From this share of a passage's rows on, of 100, it is said again.
NEAR = 34
# Where a sentence ends, or what somebody quotes, or a line.
_end = re.compile(r"[.!?…。！？;:\"“”„«»()\n]+(?:\s|$)|(?:^|\s)[\"“”„«»(]|\n")
# Where one ends that may be chosen, with what closes a quotation.
_sentence_end = re.compile(r"(?<=[.!?…。！？])[\"”’»)]*\s+|\n+|(?<=[。！？])")
# The longest sentence that may be a short one, in characters.
_SHORT = 160


class Likeness(NamedTuple):
    """How much of a passage a text says again: whether all of it, and per cent."""

    is_exact: bool
    share: int


def kept_by(text: str) -> list[str]:
    """Return the phrases by which a text is kept, each once."""
    words = words_by_looks(text)[:LONGEST]
    kept = winnowed(rows_of(words)) if len(words) >= SHARED_WORDS else []
    if len(words) < QUOTED_WORDS and _says_something(words):
        kept.append(_whole(words))
    for piece in _pieces(text):
        if len(piece) > 1 and _says_something(piece):
            kept.append(_whole(piece))
    return list(dict.fromkeys(kept))


class Passage:
    """A passage that is looked for in other texts."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = words_by_looks(text)[:LONGEST]
        self.rows = list(dict.fromkeys(rows_of(self.words)))
        self._said = f" {' '.join(self.words)} "
        self._known = frozenset(self.rows)

    @property
    def is_short(self) -> bool:
        """Return whether it has fewer words than a quotation."""
        return len(self.words) < QUOTED_WORDS

    @property
    def says_something(self) -> bool:
        """Return whether it can be looked for: three letters or digits at least."""
        return _says_something(self.words)

    def phrases(self, most: int) -> list[str]:
        """Return the phrases that texts are kept by which say it again.

        All of its rows; of a long one those alone by which it would be kept itself.
        """
        rows = self.rows if len(self.rows) < most else winnowed(rows_of(self.words))
        return [*rows, _whole(self.words)] if self.is_short else list(rows)

    def likeness(self, text: str) -> Likeness | None:
        """Return how much of it a text says; None where that is no repetition."""
        words = words_by_looks(text)
        if self._said in f" {' '.join(words)} ":
            return Likeness(is_exact=True, share=100)
        if len(self.words) < SHARED_WORDS:
            return None
        shared = self._known.intersection(rows_of(words))
        share = 100 * len(shared) // len(self.rows)
        if not shared:
            return None
        is_part = len(words) < QUOTED_WORDS and f" {' '.join(words)} " in self._said
        if is_part or share >= NEAR or self._has_run(shared):
            return Likeness(is_exact=False, share=share)
        return None

    def _has_run(self, shared: frozenset[str]) -> bool:
        """Return whether some rows make eight words of it in a row."""
        run = 0
        for row in rows_of(self.words):
            run = run + 1 if row in shared else 0
            if run == WINDOW:
                return True
        return False


def rows_of(words: Sequence[str]) -> Iterator[str]:
    """Yield every five words that follow one another."""
    shifted = (words[start:] for start in range(SHARED_WORDS))
    return map(" ".join, zip(*shifted, strict=False))


def winnowed(rows: Iterator[str]) -> list[str]:
    """Keep of every four rows in turn the one with the least checksum.

    The checksum chooses alone: what is stored is a keyed digest of the row.
    """
    found = list(rows)
    order = [crc32(row.encode("utf-8", "surrogatepass")) for row in found]
    kept: dict[int, None] = {}
    for start in range(max(1, len(order) - WINDOW + 1)):
        window = order[start : start + WINDOW]
        kept[start + window.index(min(window))] = None
    return [found[place] for place in kept]


def sentences_of(text: str) -> list[str]:
    """Return the sentences of a text, as they may be chosen, each once."""
    found = (each.strip() for each in _sentence_end.split(text))
    return list(dict.fromkeys(each for each in found if each))


def _pieces(text: str) -> Iterator[list[str]]:
    """Yield the words of each sentence of fewer words than a quotation has."""
    for piece in _end.split(text):
        if piece and len(piece) <= _SHORT:
            words = words_by_looks(piece)
            if len(words) < QUOTED_WORDS:
                yield words


def _whole(words: Sequence[str]) -> str:
    return f"={' '.join(words)}"


def _says_something(words: Sequence[str]) -> bool:
    return sum(map(len, words)) >= FEWEST_LETTERS
