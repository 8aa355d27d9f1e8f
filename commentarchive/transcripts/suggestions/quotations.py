"""Paragraphs in quotation marks, and quotations that are announced and missing."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from commentarchive.transcripts.marks import Marks, Role
from commentarchive.transcripts.paragraphs import Paragraph
from commentarchive.transcripts.suggestions.context import role_of
from commentarchive.transcripts.suggestions.headers import found_headers
from commentarchive.transcripts.suggestions.languages import language_of
from commentarchive.transcripts.suggestions.leftovers import is_divider
from commentarchive.transcripts.suggestions.names import is_handle, leading_name
from commentarchive.transcripts.suggestions.suggestion import (
    Kind,
    Proposal,
    Suggestion,
    suggestion,
)
from commentarchive.transcripts.suggestions.words import Words, any_of

FEWEST_WORDS = 3
# How many paragraphs one quotation may go on for.
MOST = 30
# Opening marks, and what closes each; straight marks close themselves.
CLOSING = {"“": "”", "„": "“”", "«": "»", "»": "«", '"': '"'}
_single = re.compile(r"‘[^‘]{12,}’\W?\Z")
# Of an announcement, only its last words are looked at.
_LAST = 120


def quotations(paragraphs: Sequence[Paragraph], marks: Marks) -> Iterator[Suggestion]:
    """Yield quotations that are whole paragraphs: one, or several up to their close."""
    breaks = {
        number
        for header in found_headers(paragraphs)
        for number in range(header.first, header.last + 1)
    }
    breaks |= {n for n, each in enumerate(paragraphs) if is_divider(each)}
    number = 0
    while number < len(paragraphs):
        paragraph = paragraphs[number]
        last = number
        reason = ""
        if paragraph.text.startswith(">"):
            reason = "it is marked with >, as mails mark what they quote"
            while last + 1 < len(paragraphs) and paragraphs[last + 1].text[0] == ">":
                last += 1
        elif is_quoted(paragraph.text):
            reason = "the whole paragraph stands in quotation marks"
        elif _opens(paragraph.text):
            last = _close(paragraphs, number, breaks)
            reason = (
                f"a quotation opens here and is closed in line {paragraphs[last].last}"
            )
        if reason and (last > number or not _opens(paragraph.text)):
            yield _suggestion(paragraphs[number : last + 1], marks, reason)
        number = last + 1


def is_quoted(text: str) -> bool:
    """Return whether a whole text stands in one pair of quotation marks."""
    if len(text.split(None, FEWEST_WORDS)) < FEWEST_WORDS:
        return False
    if _single.match(text):
        return True
    closing = CLOSING.get(text[0], "")
    inside = text[1:].removesuffix(".")
    if not closing or inside[-1:] not in closing or not inside:
        return False
    inside = inside[:-1]
    # A mark inside would end it before.
    return text[0] not in inside and not any(each in inside for each in closing)


def _opens(text: str) -> bool:
    """Return whether a quotation opens at the beginning and does not close."""
    closing = CLOSING.get(text[:1], "")
    if not closing or len(text.split(None, FEWEST_WORDS)) < FEWEST_WORDS:
        return False
    return not any(each in text[1:] for each in {*closing, text[0]})


def _close(paragraphs: Sequence[Paragraph], first: int, breaks: set[int]) -> int:
    """Return which paragraph closes a quotation; the first one if none does.

    Each paragraph of it may open it anew, as printers do.
    """
    mark = paragraphs[first].text[0]
    closing = CLOSING[mark]
    for number in range(first + 1, min(len(paragraphs), first + MOST)):
        if number in breaks:
            break
        text = paragraphs[number].text.removeprefix(mark)
        closed = [each for each in closing if each in text]
        if not closed and mark not in text:
            continue
        ends = text.rstrip(".,;")[-1:] in closing
        is_only = sum(text.count(each) for each in {*closing, mark}) == 1
        return number if ends and is_only else first
    return first


def _suggestion(quoted: Sequence[Paragraph], marks: Marks, reason: str) -> Suggestion:
    # What starts a comment starts it with a quotation.
    roles = tuple(
        (each.place, Role.QUOTATION)
        for each in quoted
        if role_of(marks, each.place) is not Role.START
    )
    first = quoted[0]
    span = (0, len(first.text))
    proposal = Proposal(roles=roles)
    return suggestion(Kind.QUOTATION, first, span, reason, proposal, last=quoted[-1])


@lru_cache
def _announcement(words: Words) -> tuple[re.Pattern[str], re.Pattern[str]]:
    source, writer = any_of(words.from_or_by), any_of(words.writers)
    writing = any_of(words.writings)
    return (
        re.compile(rf"\b{writer} (?=\w)", re.IGNORECASE),
        re.compile(
            rf"\b{writing}(?: of [\w ]{{3,20}})? {source} (?=\w)", re.IGNORECASE
        ),
    )


def lost_quotations(
    paragraphs: Sequence[Paragraph], _marks: Marks
) -> Iterator[Suggestion]:
    """Yield paragraphs that announce what somebody wrote, where no quotation follows.

    Only words about a commenter count: a list or a speech may follow other colons.
    """
    words = language_of(paragraphs)
    if words is None:
        return
    for number, paragraph in enumerate(paragraphs):
        text = paragraph.text
        if not text.endswith(":"):
            continue
        found = _announced(text, words)
        following = paragraphs[number + 1].text if number + 1 < len(paragraphs) else ""
        if found is None or _may_quote(following, words):
            continue
        start, name = found
        reason = f"it announces words of {name}, and no quotation follows"
        proposal = Proposal(lacks_quotation=paragraph.place)
        span = (start, len(text))
        yield suggestion(Kind.LOST_QUOTATION, paragraph, span, reason, proposal)


def _announced(text: str, words: Words) -> tuple[int, str] | None:
    """Return where the end of a text names whose words follow, and the name."""
    begin = max(0, len(text) - _LAST)
    # Only the last sentence announces.
    begin = max(begin, *(text.rfind(each, 0, len(text) - 1) for each in (". ", "? ")))
    for pattern in _announcement(words):
        for found in reversed(list(pattern.finditer(text, begin))):
            rest = text[found.end() : -1]
            first = rest.partition(" ")[0].strip(",.;")
            name = leading_name(rest)
            if not name and is_handle(first, words) and not first.islower():
                name = first
            if not name and "_" in first:
                name = first
            if name and name.lower() not in words.no_names:
                return found.start(), name
    return None


def _may_quote(text: str, words: Words) -> bool:
    """Return whether a paragraph may be what was announced: marked, or a list."""
    if text[:1] in {*CLOSING, "‘", "'", ">", "-", "–", "—", "*", "("}:
        return True
    # Nor does a sentence go on in another paragraph, unless to announce more.
    goes_on = text[:1].islower() and not (
        text.endswith(":") and _announced(text, words)
    )
    return goes_on or text[:1].isdigit()
