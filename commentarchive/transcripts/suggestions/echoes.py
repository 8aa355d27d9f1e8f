"""Exact quotations of earlier paragraphs: five words or more, whatever their quotes."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from commentarchive.text.compared_words import compared_words
from commentarchive.transcripts.marks import Marks, comments_around
from commentarchive.transcripts.paragraphs import Paragraph
from commentarchive.transcripts.suggestions.leftovers import button_numbers
from commentarchive.transcripts.suggestions.once import once
from commentarchive.transcripts.suggestions.suggestion import (
    Kind,
    Proposal,
    Suggestion,
    suggestion,
)

FEWEST_WORDS = 5
# How many places that begin alike are compared.
MOST_ALIKE = 50
# Short ones too: what stands between two of them is not quoted.
_quoted = re.compile(
    r"“([^“”]+)”|„([^„“”]+)[“”]|«([^«»]+)»|»([^«»]+)«"
    r"|(?<!\w)\"(?=\S)([^\"]+)(?<=\S)\"(?!\w)"
    r"|(?<!\w)[‘'](?=\S)([^‘“”\"]{1,400}?)(?<=\S)[’'](?!\w)"
)
# A whole paragraph may be marked as quoted.
_marked = re.compile(r"(?:>+|[-–—]{1,2})\s*(?=\S)")


class Echo(NamedTuple):
    """Words of a paragraph, and the earlier paragraph that they stand in."""

    paragraph: int
    start: int
    end: int
    of: int


def echoes(paragraphs: Sequence[Paragraph], marks: Marks) -> Iterator[Suggestion]:
    """Yield quotations of what an earlier paragraph says in the same words."""
    around = comments_around(marks)
    for echo in found_echoes(paragraphs):
        paragraph, source = paragraphs[echo.paragraph], paragraphs[echo.of]
        start, holder = around[source.place], around[paragraph.place]
        is_answer = start is not None and holder is not None and start < holder
        proposal = Proposal(
            comment=paragraph.place if is_answer else None,
            answers=start if is_answer else None,
            quotes=source.place,
        )
        reason = f"these words stand in line {source.first}"
        span = (echo.start, echo.end)
        yield suggestion(Kind.EXACT_QUOTATION, paragraph, span, reason, proposal)


@once
def found_echoes(paragraphs: Sequence[Paragraph]) -> list[Echo]:
    """Find what quotes earlier paragraphs exactly.

    Each run of five words is looked up among the paragraphs before; of several that
    hold all words the first one is meant, since the others quote it too.
    """
    index: dict[tuple[str, ...], list[tuple[int, int]]] = defaultdict(list)
    texts: list[list[str]] = []
    found: list[Echo] = []
    buttons = set(button_numbers(paragraphs))
    for number, paragraph in enumerate(paragraphs):
        spans = [] if number in buttons else _spans(paragraph.text)
        for start, end in spans:
            quoted = compared_words(paragraph.text[start:end])
            if len(quoted) < FEWEST_WORDS:
                continue
            of = _source(quoted, index, texts)
            # Two items of a list may be alike.
            is_item = (
                of is not None
                and texts[of] == quoted
                and (_marked.match(paragraphs[of].text) is not None)
            )
            if of is not None and not is_item:
                found.append(Echo(number, start, end, of))
        words = compared_words(paragraph.text)
        texts.append(words)
        for place in range(len(words) - FEWEST_WORDS + 1):
            alike = index[tuple(words[place : place + FEWEST_WORDS])]
            if len(alike) < MOST_ALIKE:
                alike.append((number, place))
    return found


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a text that are marked as quoted."""
    marked = _marked.match(text)
    if marked:
        yield marked.end(), len(text)
        return
    for found in _quoted.finditer(text):
        yield found.span(found.lastindex or 0)


def _source(
    quoted: list[str],
    index: dict[tuple[str, ...], list[tuple[int, int]]],
    texts: list[list[str]],
) -> int | None:
    for number, place in index.get(tuple(quoted[:FEWEST_WORDS]), ()):
        if texts[number][place : place + len(quoted)] == quoted:
            return number
    return None
