"""What looks like a name; and the names by which people are known in a text."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from commentarchive.transcripts.paragraphs import Place
from commentarchive.transcripts.suggestions.words import Words

LONGEST = 40
MOST_WORDS = 4
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


def last_of(named: Sequence[Named], name: str, before: Place) -> Place | None:
    """Return where the last comment of somebody starts before a place.

    The first part of a name is enough if only one name begins with it.
    """
    earlier = [each for each in named if each.place < before]
    wanted = name.casefold()
    names = {each.name.casefold() for each in earlier}
    if wanted not in names:
        longer = {each for each in names if each.startswith(wanted + " ")}
        if len(longer) != 1:
            return None
        wanted = longer.pop()
    found = (each.place for each in earlier if each.name.casefold() == wanted)
    return max(found, default=None)


def leading_name(text: str, known: Iterable[str] = ()) -> str:
    """Return the name that a text begins with: a known one, else words with capitals.

    "" where it begins with none. A full stop after it is no part of it.
    """
    for name in sorted(known, key=len, reverse=True):
        if name and text.startswith(name) and not text[len(name) :][:1].isalnum():
            return name
    found: list[str] = []
    for word in text[: 2 * LONGEST].split(" ")[:MOST_WORDS]:
        bare = word.rstrip(",.:;!?–—-")
        if not bare or (not is_name(" ".join([*found, bare])) and found):
            break
        if not found and not is_name(bare):
            return ""
        found.append(bare)
        if bare != word:
            break
    return " ".join(found)
