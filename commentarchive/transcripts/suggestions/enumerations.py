"""Numbered paragraphs that belong together, whatever is quoted between them."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from commentarchive.transcripts.marks import Marks
from commentarchive.transcripts.paragraphs import Paragraph
from commentarchive.transcripts.suggestions.context import going_on
from commentarchive.transcripts.suggestions.headers import found_headers
from commentarchive.transcripts.suggestions.once import once
from commentarchive.transcripts.suggestions.suggestion import (
    Kind,
    Proposal,
    Suggestion,
    suggestion,
)

# How many paragraphs may stand between two numbers.
REACH = 5
# Longer ones may be the numbers of comments.
MOST = 9
_number = re.compile(r"(?:\((\d{1,2})\)|(\d{1,2})[.)])\s+(?=\S)|([a-i])\)\s+(?=\S)")

_speaker = re.compile(r"[^\W\d_][\w'’.-]*(?: [\w'’.-]+){0,2}:\s")


class Item(NamedTuple):
    """A numbered paragraph: which one, its number, and how numbers are written."""

    paragraph: int
    number: int
    style: str
    length: int


def enumerations(paragraphs: Sequence[Paragraph], marks: Marks) -> Iterator[Suggestion]:
    """Yield sequences of numbered paragraphs that count from one."""
    for run in runs(paragraphs):
        first, last = run[0].paragraph, run[-1].paragraph
        between = paragraphs[first + 1 : last + 1]
        reason = f"numbered from 1 to {len(run)}: these paragraphs belong together"
        yield suggestion(
            Kind.ENUMERATION,
            paragraphs[first],
            (0, run[0].length),
            reason,
            Proposal(roles=going_on(marks, paragraphs[first], between)),
            last=paragraphs[last],
        )


@once
def runs(paragraphs: Sequence[Paragraph]) -> list[list[Item]]:
    """Return each sequence that counts from one, in one style and without gaps."""
    found: list[list[Item]] = []
    run: list[Item] = []
    # A page may count its comments in the lines above them.
    of_page = {header.first for header in found_headers(paragraphs)}
    for item in _items(paragraphs):
        if item.paragraph in of_page:
            continue
        last = run[-1] if run else None
        goes_on = (
            last is not None
            and item.style == last.style
            and item.number == last.number + 1
            and item.paragraph - last.paragraph <= REACH + 1
        )
        if goes_on:
            run.append(item)
            continue
        found.append(run)
        run = [item] if item.number == 1 else []
    found.append(run)
    return [
        each
        for each in found
        if 1 < len(each) <= MOST and not _are_of_several(each, paragraphs)
    ]


def _are_of_several(run: Sequence[Item], paragraphs: Sequence[Paragraph]) -> bool:
    """Return whether each number stands before a name: those count comments."""
    texts = (paragraphs[each.paragraph].text[each.length :].lstrip() for each in run)
    return all(map(_speaker.match, texts))


def _items(paragraphs: Sequence[Paragraph]) -> Iterator[Item]:
    for place, paragraph in enumerate(paragraphs):
        found = _number.match(paragraph.text)
        if found is None:
            continue
        digits = found[1] or found[2]
        number = int(digits) if digits else ord(found[3]) - ord("a") + 1
        style = found[0].strip().replace(digits or found[3], "1")
        yield Item(place, number, style, len(found[0].rstrip()))
