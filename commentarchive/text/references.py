"""Whom a comment addresses, and what it quotes from whom.

Only the plain cases: "@Name:" at the beginning of a line, and "Name wrote:" before a
quotation. Anything else may be about something outside the discussion.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from commentarchive.text.plain import plain_text
from commentarchive.text.similar import bare_words

_NAME = r"\b[^\W\d_][\w.'’-]{0,30}(?:[ ][^\W\d_][\w.'’-]{0,30}){0,2}"
_addressed = re.compile(rf"^@[ ]?({_NAME})[ ]?[:,]", re.MULTILINE)
_attribution = re.compile(
    rf"({_NAME}) (?:wrote|said|writes|says|schrieb|sagte|écrit|escribió):?"
    r"\s*(?:</p>|<br>)?\s*\Z"
)
_QUOTE, _QUOTE_END = "<blockquote>", "</blockquote>"
# How many characters before a quotation the name of its writer may be.
REACH = 120
# Shorter quotations occur by chance.
FEWEST_WORDS = 5


class Reference(NamedTuple):
    """A name that a comment addresses or quotes, and the words quoted, or ""."""

    name: str
    words: str


def references(html: str, plain: str) -> Iterator[Reference]:
    """Yield what one comment refers to, from its cleaned HTML and its plain words."""
    if "@" in plain:
        for found in _addressed.finditer(plain):
            yield Reference(found[1], "")
    place = 0
    while (start := html.find(_QUOTE, place)) >= 0:
        end = html.find(_QUOTE_END, start)
        place = start + len(_QUOTE)
        named = _attribution.search(html[max(0, start - REACH) : start])
        words = plain_text(html[place : end if end >= 0 else place])
        if named and len(words.split()) >= FEWEST_WORDS:
            yield Reference(named[1], words)


def is_met(reference: Reference, names: Iterable[str], texts: Iterable[str]) -> bool:
    """Return whether what is referred to may be in the discussion.

    A name is met by any that shares its first word, quoted words by any text that
    holds them.
    """
    if reference.words:
        wanted = bare_words(reference.words)
        return any(wanted in bare_words(text) for text in texts)
    first = reference.name.casefold().split()[0]
    return any(first in name.casefold().split() for name in names)
