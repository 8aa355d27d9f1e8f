"""What a page leaves in its text: dividers, links by themselves, buttons."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from commentarchive.transcripts.marks import Marks, Role
from commentarchive.transcripts.paragraphs import Paragraph
from commentarchive.transcripts.suggestions.languages import language_of
from commentarchive.transcripts.suggestions.once import once
from commentarchive.transcripts.suggestions.suggestion import (
    Kind,
    Proposal,
    Suggestion,
    suggestion,
)
from commentarchive.transcripts.suggestions.words import any_of

_link = re.compile(r"<?(?:https?://|www\.)[^\s<>]{3,}>?\Z", re.IGNORECASE)
_divider = re.compile(r"(?:[.]{4,}|…{2,}[.…]*|([-–—_=*~#•])(?:\s?\1){2,})\Z")
_between_buttons = re.compile(r"\s*[|·•/]\s*|\s{2,}")
_around = "[]() \t.|·•›»‹«"
LONGEST = 80


def links(paragraphs: Sequence[Paragraph], _marks: Marks) -> Iterator[Suggestion]:
    """Yield links that are paragraphs by themselves; only people know whose."""
    for paragraph in paragraphs:
        if _link.match(paragraph.text):
            reason = "it may belong to the words before or after it"
            span = (0, len(paragraph.text))
            yield suggestion(Kind.LINK, paragraph, span, reason, Proposal())


def is_divider(paragraph: Paragraph) -> bool:
    """Return whether a paragraph is nothing but a line drawn of signs."""
    return _divider.match(paragraph.text) is not None


def dividers(paragraphs: Sequence[Paragraph], _marks: Marks) -> Iterator[Suggestion]:
    """Yield lines that are drawn of dots, dashes or stars."""
    for paragraph in paragraphs:
        if is_divider(paragraph):
            reason = "a line that divides, without words"
            proposal = Proposal(roles=((paragraph.place, Role.NO_PART),))
            span = (0, len(paragraph.text))
            yield suggestion(Kind.DIVIDER, paragraph, span, reason, proposal)


def buttons(paragraphs: Sequence[Paragraph], _marks: Marks) -> Iterator[Suggestion]:
    """Yield what a page prints to be clicked on."""
    for number in button_numbers(paragraphs):
        paragraph = paragraphs[number]
        reason = f"“{paragraph.text}” is what pages print to be clicked on"
        proposal = Proposal(roles=((paragraph.place, Role.NO_PART),))
        span = (0, len(paragraph.text))
        yield suggestion(Kind.BUTTON, paragraph, span, reason, proposal)


@once
def button_numbers(paragraphs: Sequence[Paragraph]) -> list[int]:
    """Return which paragraphs are buttons.

    A word that may be somebody's whole comment is one only where another stands beside
    it, or where it stands several times in the text.
    """
    words = language_of(paragraphs)
    if words is None:
        return []
    counted = re.compile(
        rf"(?:\d+ {any_of(words.counted)}|{any_of(words.counted)} ?\(\d+\)"
        r"|page \d+ of \d+)\Z"
    )
    sure: set[int] = set()
    possible: dict[int, str] = {}
    for number, paragraph in enumerate(paragraphs):
        if len(paragraph.text) > LONGEST:
            continue
        parts = [
            each.strip(_around).lower()
            for each in _between_buttons.split(paragraph.text.strip(_around))
        ]
        is_sure = [
            each in words.sure_buttons or counted.match(each) is not None
            for each in parts
        ]
        if all(is_sure) or (
            len(parts) > 1
            and all(
                each in words.buttons or known
                for each, known in zip(parts, is_sure, strict=True)
            )
        ):
            sure.add(number)
        elif len(parts) == 1 and parts[0] in words.buttons:
            possible[number] = parts[0]
    often = Counter(possible.values())
    for number, word in possible.items():
        beside = {number - 1, number + 1} & (sure | possible.keys())
        if beside or often[word] > 1:
            sure.add(number)
    return sorted(sure)
