"""What a page leaves in its text: dividers, links by themselves, buttons."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

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
from commentarchive.transcripts.suggestions.words import Words, any_of

_link = re.compile(r"<?(?:https?://|www\.)[^\s<>]{3,}>?\Z", re.IGNORECASE)
_divider = re.compile(r"(?:[.]{4,}|…{2,}[.…]*|([-–—_=*~#•])(?:\s?\1){2,})\Z")
_between_buttons = re.compile(r"\]\s*\[|\)\s*\(|\s*[|·•/]\s*|\s{2,}")
_around = "[] \t.|·•›»‹«"
# Votes, beside a button: "12 ^ | v".
_vote = re.compile(r"v|\d{1,5}(?: ?[\^▲▼△▽])?|[\^▲▼△▽+−-]")
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


def _parts(text: str) -> list[str]:
    """Return what stands side by side in a line, each without what is around it."""
    parts = (each.strip(_around) for each in _between_buttons.split(text))
    return [
        (each if "(" in each[1:] else each.strip("() ")).lower()
        for each in parts
        if each
    ] or [""]


@lru_cache
def _counted(words: Words) -> re.Pattern[str]:
    counted, about = any_of(words.counted), any_of(words.about)
    return re.compile(
        rf"(?:(?:{any_of(words.to_show)} )?\d+ {counted}|{counted} ?\(\d+\)"
        # "5 responses to “The weir”": above all of them.
        rf"|\d+ {counted} {about} [“\"‘«„].*[”\"’»“]"
        r"|page \d+ of \d+)\Z"
    )


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
    counted = _counted(words)
    sure: set[int] = set()
    possible: dict[int, str] = {}
    for number, paragraph in enumerate(paragraphs):
        if len(paragraph.text) > LONGEST:
            continue
        parts = _parts(paragraph.text)
        is_sure = [
            each in words.sure_buttons or counted.match(each) is not None
            for each in parts
        ]
        is_button = [
            known or each in words.buttons
            for each, known in zip(parts, is_sure, strict=True)
        ]
        are_buttons = (
            len(parts) > 1
            and any(is_button)
            and all(
                known or _vote.fullmatch(each)
                for each, known in zip(parts, is_button, strict=True)
            )
        )
        if are_buttons or all(is_sure):
            sure.add(number)
        elif len(parts) == 1 and parts[0] in words.buttons:
            possible[number] = parts[0]
    often = Counter(possible.values())
    for number, word in possible.items():
        beside = {number - 1, number + 1} & (sure | possible.keys())
        if beside or often[word] > 1:
            sure.add(number)
    return sorted(sure)
