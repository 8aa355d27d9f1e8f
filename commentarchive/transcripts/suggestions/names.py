"""What looks like a name; and the names by which people are known in a text."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from commentarchive.transcripts.paragraphs import Place
from commentarchive.transcripts.suggestions.words import Words

LONGEST = 40
MOST_WORDS = 4
# What may stand directly behind a name.
MARKS = ",.:;!?–—-"
# A capital letter, and what may follow it in a name.
_name_word = re.compile(r"[^\W\d_](?:[\w'’-]*\w)?\.?\Z")
_handle = re.compile(r"[\w.@'’ -]{2,40}\Z")


class Named(NamedTuple):
    """A comment whose writer's name is known: where it starts, and the name."""

    place: Place
    name: str


def is_name(text: str, *, fewest: int = 1, most: int = 3) -> bool:
    """Return whether a text is nothing but words with capitals, as names are."""
    words = text.split(" ")
    if not (fewest <= len(words) <= most and len(text) <= LONGEST):
        return False
    # One letter, or an initial, is no name by itself; nor is what is all capitals.
    if all(len(word.strip(".")) < 2 for word in words) or text.isupper():
        return False
    return all(word[0].isupper() and _name_word.match(word) for word in words if word)


def is_handle(text: str, words: Words) -> bool:
    """Return whether a text may be the name in a line that a page prints above."""
    parts = text.split()
    if not 1 <= len(parts) <= MOST_WORDS or not _handle.match(text):
        return False
    if text.lower() in words.pronouns or not any(map(str.isalpha, text)):
        return False
    if len(parts) > 1 and any(map(str.isdecimal, parts)):
        return False
    return len(parts) == 1 or not any(each.lower() in words.pronouns for each in parts)


class People:
    """The people whose comments are known in a text, by their names."""

    def __init__(self, named: Iterable[Named]) -> None:
        """Take comments in any order."""
        self._places: dict[str, list[Place]] = defaultdict(list)
        # By the first words of a longer name: the first comments of those who have it.
        self._longer: dict[str, list[tuple[Place, str]]] = defaultdict(list)
        for place, name in sorted(named):
            folded = name.casefold()
            if folded not in self._places:
                words = folded.split(" ")
                for count in range(1, len(words)):
                    beginning = " ".join(words[:count])
                    self._longer[beginning].append((place, folded))
            self._places[folded].append(place)

    def has(self, name: str) -> bool:
        """Return whether somebody has this name, or a longer one that begins so."""
        return name.casefold() in self._places or name.casefold() in self._longer

    def last_comment(self, name: str, before: Place) -> Place | None:
        """Return where the last comment of somebody starts before a place.

        The first words of a name are enough if only one name begins with them.
        """
        folded = name.casefold()
        places = self._places.get(folded)
        if not places or places[0] >= before:
            longer = self._longer.get(folded, [])
            if not longer or longer[0][0] >= before:
                return None
            if len(longer) > 1 and longer[1][0] < before:
                return None
            places = self._places[longer[0][1]]
        return places[bisect_left(places, before) - 1]

    def leading(self, text: str) -> str:
        """Return the known name that a text begins with, as it is written there."""
        words = text[: 2 * LONGEST].split(" ")[:MOST_WORDS]
        for count in range(len(words), 0, -1):
            written = " ".join(words[:count])
            for name in (written, written.rstrip(MARKS)):
                if name and self.has(name):
                    return name
        return ""


def leading_name(text: str) -> str:
    """Return the words with capitals that a text begins with, as names are.

    "" where it begins with none. A full stop after it is no part of it.
    """
    found: list[str] = []
    for word in text[: 2 * LONGEST].split(" ")[:MOST_WORDS]:
        bare = word.rstrip(MARKS)
        if not bare or (not is_name(" ".join([*found, bare])) and found):
            break
        if not found and not is_name(bare):
            return ""
        found.append(bare)
        if bare != word:
            break
    return " ".join(found)
