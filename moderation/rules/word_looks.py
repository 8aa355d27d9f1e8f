"""Words as automatic rules compare them: what is spelled so, or is made to look so.

Texts are folded as for a search (`text/search_words.py`): nobody slips through by
capitals, accents, soft hyphens or full width. Words that pass for others, by letters
of another script or digits among letters, are compared by what they look like as well.
Plain words never are: then "burn" would be "bum".
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from commentarchive.text.lookalikes import look_of, looks, seen, spelled
from commentarchive.text.search_words import LONGEST_TEXT, words_of

# Before the form by which a disguised word is found.
_LOOK = "\0"
_may_disguise = re.compile(r"[a-z]I|[a-zA-Z][0-9]|[0-9][a-zA-Z]")
_capital_inside = re.compile(r"\w*[a-z]I\w*")


class Words(NamedTuple):
    """The words of a text, and by their places those that pass for others."""

    spelled: list[str]
    disguised: dict[int, str]

    def forms(self, place: int) -> Iterator[str]:
        """Yield each form by which the word at a place is found."""
        yield self.spelled[place]
        if place in self.disguised:
            yield _LOOK + self.disguised[place]


def words_in(text: str) -> Words:
    """Return the words of a text, with what some of them look like."""
    found = words_of(text)
    if text.isascii():
        if not _may_disguise.search(text):
            return Words(found, {})
        capitals = set(map(spelled, _capital_inside.findall(text)))
        odd = [
            place
            for place, word in enumerate(found)
            if word in capitals or (not word.isalpha() and not word.isdigit())
        ]
        return Words(found, {place: _look(found[place]) for place in odd})
    return Words(found, _disguised(found))


def sought_forms(line: str) -> list[tuple[str, str]]:
    """Return the two forms of each word that a rule looks for, in their order."""
    return [(word, _LOOK + _look(word)) for word in words_of(line)]


def look_of_words(line: str) -> str:
    """Return what a line of words looks like, as disguised words are compared."""
    return " ".join(map(_look, words_of(line)))


def _disguised(words: list[str]) -> dict[int, str]:
    """Find the words that pass for others.

    One of letters of another script throughout is a disguise only where no word of the
    text is honestly written in that script.
    """
    foreign: dict[int, str] = {}
    mixed: dict[int, str] = {}
    is_honest = False
    for place, word in enumerate(words):
        if word.isalpha() and word.isascii():
            continue
        if not word.isascii() and not any(map(str.isascii, word)):
            look = _look(word)
            if look.isascii():
                foreign[place] = look
            elif len(word) > 1:
                is_honest = True
        elif not word.isdigit():
            mixed[place] = _look(word)
    return mixed if is_honest else {**mixed, **foreign}


@lru_cache(maxsize=20_000)
def _look(word: str) -> str:
    return looks(word)


def run_together(text: str) -> str:
    """Return a text as parts of words are looked for in it."""
    return " ".join(spelled(text[:LONGEST_TEXT]).split())


def readings(text: str) -> Iterator[str]:
    """Yield a text as patterns are looked for in it: as it is seen, then as it looks.

    Some letters of other scripts look like an i as well as an l.
    """
    plain = seen(text[:LONGEST_TEXT])
    yield plain
    if plain.isascii() or not words_in(plain).disguised:
        return
    for dotted in ("i", "l"):
        yield "".join(_plain(char, dotted) for char in plain)


def _plain(char: str, dotted: str) -> str:
    if char.isascii():
        return char
    look = look_of(char)
    if not look.isascii() or not look:
        return char
    return dotted if look == "l" else look
