"""What a comment quotes, and from whom.

Only the plain case: "Name wrote:" directly before a quotation of some length. A name by
itself is no evidence that somebody was there ("@Ann", "@author: me" in a piece of
code), and shorter quotations occur by chance.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from commentarchive.text.plain import plain_text
from commentarchive.text.similar import bare_words

_NAME = r"\b[^\W\d_][\w.'’-]{0,30}(?:[ ][^\W\d_][\w.'’-]{0,30}){0,2}"
# A name that links elsewhere ends in a tag: it is not somebody in the discussion.
_attribution = re.compile(
    rf"({_NAME}) (?:wrote|said|writes|says|schrieb|sagte|écrit|escribió):?"
    r"\s*(?:</p>|<br>)?\s*\Z"
)
_tag = re.compile(r"<(/?)blockquote>")
# What a quotation leaves out: the words on both sides of it stand apart.
_ellipsis = re.compile(r"[\[(]?(?:…|\.{3,})[\])]?")
# How many characters before a quotation the name of its writer may be.
REACH = 120
FEWEST_WORDS = 8


class Quotation(NamedTuple):
    """Who is quoted, and the words: each run of them that is long enough to tell."""

    name: str
    runs: tuple[str, ...]


def quotations(html: str) -> Iterator[Quotation]:
    """Yield what one comment quotes from somebody by name, from its cleaned HTML."""
    # The quotations that are open, innermost last: the name, and the words so far.
    open_ones: list[tuple[str, list[str]]] = []
    place = 0
    for tag in _tag.finditer(html):
        before = html[place : tag.start()]
        if open_ones:
            open_ones[-1][1].append(before)
        place = tag.end()
        if not tag[1]:
            named = _attribution.search(before[-REACH:])
            open_ones.append((named[1] if named else "", []))
            continue
        if open_ones:
            name, parts = open_ones.pop()
            if name and (runs := _runs(parts)):
                yield Quotation(name, runs)


def _runs(parts: Iterable[str]) -> tuple[str, ...]:
    """Return the runs of words of a quotation that are long enough to tell.

    What a quotation inside it quotes, and what is left out, ends a run.
    """
    runs = (run for part in parts for run in _ellipsis.split(plain_text(part)))
    return tuple(run for run in runs if len(run.split()) >= FEWEST_WORDS)


def is_met(quotation: Quotation, texts: Iterable[str]) -> bool:
    """Return whether the words may be from one of these texts.

    One run that is found is enough: the rest may have been edited since.
    """
    wanted = [bare_words(run) for run in quotation.runs]
    return any(run in bare for bare in map(bare_words, texts) for run in wanted)
