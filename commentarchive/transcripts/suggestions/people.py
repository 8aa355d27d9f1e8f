"""Who signs, and who is spoken to: names at the end and at the start of paragraphs."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from commentarchive.transcripts.marks import Marks, Role
from commentarchive.transcripts.paragraphs import Paragraph
from commentarchive.transcripts.suggestions.context import role_of
from commentarchive.transcripts.suggestions.headers import (
    found_headers,
    named_by_headers,
)
from commentarchive.transcripts.suggestions.languages import language_of
from commentarchive.transcripts.suggestions.leftovers import (
    button_numbers,
    is_divider,
)
from commentarchive.transcripts.suggestions.names import (
    Named,
    People,
    is_name,
    leading_name,
)
from commentarchive.transcripts.suggestions.once import once
from commentarchive.transcripts.suggestions.quotations import is_quoted
from commentarchive.transcripts.suggestions.rows import row_runs
from commentarchive.transcripts.suggestions.suggestion import (
    Kind,
    Proposal,
    Suggestion,
    suggestion,
)
from commentarchive.transcripts.suggestions.words import Words, any_of

LONGEST_SIGNATURE = 30
# What follows a signature begins like a comment.
FEWEST_WORDS = 3
# How far from its beginning a paragraph speaks to somebody.
REACH = 160
_dash = re.compile(r"(?:[-–—]{1,2}\s?)?")
_end = re.compile(r"[.!?…:)”\"’]\W*\Z")
# Not in code: there other signs stand behind it.
_at = re.compile(
    r"@([^\W\d_][\w-]{1,29}(?<!-))(?=[,:;]?\Z|[,:;]?\s[\w“‘]|\s?[–—]|\s-\s)"
)
# A name with an initial is more surely one than other words with capitals.
_initial = re.compile(r"(?:^|\s)[^\W\d_]\.?(?:\s|\Z)")
_after_name = re.compile(r"\s*(?:[,:]|[–—-](?=\s))\s*")
_sentence = re.compile(r"[.!?](?:\s|\Z)")
_word = re.compile(r"[^\W\d_]+(?:['’]\w+)?")


def named_comments(paragraphs: Sequence[Paragraph], marks: Marks) -> list[Named]:
    """Return the comments whose writers are known: decided, or told by headers."""
    decided = {
        each.place: Named(each.place, each.facts.name)
        for each in marks.paragraphs
        if each.facts is not None and each.facts.name
    }
    told = {each.place: each for each in named_by_headers(paragraphs)}
    return sorted({**told, **decided}.values())


class Signature(NamedTuple):
    """A paragraph that is a name below a comment."""

    paragraph: int
    name: str


def signatures(paragraphs: Sequence[Paragraph], marks: Marks) -> Iterator[Suggestion]:
    """Yield short last lines that are names."""
    named = named_by_headers(paragraphs)
    for found in found_signatures(paragraphs, marks):
        paragraph = paragraphs[found.paragraph]
        reason = f"a last line that is a name: {found.name}"
        proposal = Proposal(
            roles=((paragraph.place, Role.SIGNATURE),),
            comment=paragraph.place,
            # What a header tells is the name as it was shown.
            name="" if named else found.name,
        )
        span = (0, len(paragraph.text))
        yield suggestion(Kind.SIGNATURE, paragraph, span, reason, proposal)


def found_signatures(paragraphs: Sequence[Paragraph], marks: Marks) -> list[Signature]:
    """Find names below comments.

    1. A short paragraph of words with capitals, after one that ends a sentence and is
       no quotation, whose source it would be.
    2. What follows it is the end, a header, or a paragraph that begins a sentence.
    3. In a text with headers only the name, or a part of it, that the header tells.
    4. In any other, no word that stands elsewhere in small letters, no line that comes
       twice, and none with blank lines around it unless it has a dash or an initial:
       those are headings and buttons.
    """
    words = language_of(paragraphs)
    if words is None:
        return []
    taken = set(button_numbers(paragraphs))
    headers = found_headers(paragraphs)
    for header in headers:
        taken |= set(range(header.first, header.last + 1))
    for run in row_runs(paragraphs):
        taken |= set(run)
    often = Counter(each.text for each in paragraphs)
    small = _words_in_small_letters(paragraphs)
    bodies = {each.body: each.name for each in headers}
    found, name_above = [], ""
    for number, paragraph in enumerate(paragraphs):
        name_above = bodies.get(number, name_above)
        name = paragraph.text[_dash.match(paragraph.text).end() :]  # type: ignore[union-attr]
        if number in taken or not _may_sign(name, words):
            continue
        if not number or not _ends_comment(paragraphs[number - 1].text):
            continue
        if headers:
            is_signed = _is_part_of(name, name_above)
        else:
            is_signed = (
                often[paragraph.text] == 1
                and not {each.lower() for each in _word.findall(name)} & small
                and (
                    _is_sure(paragraph.text, name) or not _is_apart(paragraphs, number)
                )
                and _begins(paragraphs, number + 1, taken)
            )
        if is_signed and role_of(marks, paragraph.place) is not Role.ARTICLE:
            found.append(Signature(number, name))
    return found


def _may_sign(name: str, words: Words) -> bool:
    return (
        len(name) <= LONGEST_SIGNATURE
        and is_name(name)
        and name.lower() not in words.buttons | words.no_names
        and name.lower().rstrip(".") not in words.nameless
        and not set(name.lower().split()) & _no_names(words)
    )


@lru_cache
def _no_names(words: Words) -> frozenset[str]:
    return words.headings | words.openers | words.in_names | set(words.months)


def _ends_comment(text: str) -> bool:
    """Return whether a paragraph may be the last one of a comment, above its name."""
    is_prose = len(text.split(None, FEWEST_WORDS)) > FEWEST_WORDS
    if not is_prose or is_quoted(text):
        return False
    return _end.search(text[-LONGEST_SIGNATURE:]) is not None


def _is_part_of(name: str, whole: str) -> bool:
    """Return whether a name is another one, or words at its beginning or end."""
    one, other = name.casefold(), whole.casefold()
    return one == other or other.startswith(one + " ") or other.endswith(" " + one)


def _begins(paragraphs: Sequence[Paragraph], number: int, taken: set[int]) -> bool:
    """Return whether something begins at a paragraph, or the text is at its end."""
    if number >= len(paragraphs) or number in taken:
        return True
    text = paragraphs[number].text
    if is_divider(paragraphs[number]):
        # Without a blank line it is drawn under a heading.
        return paragraphs[number].first - paragraphs[number - 1].last > 1
    return len(text.split(None, FEWEST_WORDS)) > FEWEST_WORDS and not text[0].islower()


def _is_sure(text: str, name: str) -> bool:
    """Return whether a line has a dash or an initial, besides words with capitals."""
    return text != name or _initial.search(name) is not None


def _is_apart(paragraphs: Sequence[Paragraph], number: int) -> bool:
    """Return whether blank lines stand around a paragraph, as they do at headings."""
    before, own = paragraphs[number - 1], paragraphs[number]
    after = paragraphs[number + 1] if number + 1 < len(paragraphs) else None
    is_below = after is not None and after.first - own.last > 1
    return own.first - before.last > 1 and (after is None or is_below)


@once
def _words_in_small_letters(paragraphs: Sequence[Paragraph]) -> set[str]:
    found = (_word.findall(each.text) for each in paragraphs)
    return {word for spoken in found for word in spoken if word.islower()}


class Address(NamedTuple):
    """A paragraph that speaks to somebody by name, and where the name ends in it."""

    paragraph: int
    name: str
    end: int


def addresses(paragraphs: Sequence[Paragraph], marks: Marks) -> Iterator[Suggestion]:
    """Yield paragraphs that begin by speaking to somebody by name."""
    people = People(named_comments(paragraphs, marks))
    for found in found_addresses(paragraphs, people):
        paragraph = paragraphs[found.paragraph]
        answers = people.last_comment(found.name, paragraph.place)
        reason = f"it speaks to {found.name}"
        if answers is not None:
            reason += f", whose last comment starts in line {answers.line}"
        proposal = Proposal(
            comment=paragraph.place if answers else None, answers=answers
        )
        span = (0, found.end)
        yield suggestion(Kind.ADDRESS, paragraph, span, reason, proposal)


def found_addresses(paragraphs: Sequence[Paragraph], people: People) -> list[Address]:
    """Find the paragraphs that begin by speaking to somebody by name."""
    words = language_of(paragraphs)
    small = _words_in_small_letters(paragraphs)
    found = []
    for number, paragraph in enumerate(paragraphs):
        text = paragraph.text
        if at := _at.match(text):
            name = people.leading(text[1:]) or at[1]
            found.append(Address(number, name, 1 + len(name)))
        elif words is not None and (spoken := _spoken_to(text, words, people, small)):
            found.append(Address(number, *spoken))
    return found


@lru_cache
def _greeting(words: Words) -> re.Pattern[str]:
    return re.compile(rf"{any_of(words.greetings)},? (?=[^\W\d_])", re.IGNORECASE)


@lru_cache
def _reply(words: Words) -> re.Pattern[str]:
    return re.compile(rf"\s*{any_of(words.replies)}\b", re.IGNORECASE)


def _spoken_to(
    text: str, words: Words, people: People, small: set[str]
) -> tuple[str, int] | None:
    """Return the name that a paragraph begins with, if it speaks to that person.

    A name that is known needs "you" in the same sentence; any other needs words about
    what the person wrote: "London, you are far" speaks to nobody.
    """
    greeting = _greeting(words).match(text)
    start = greeting.end() if greeting else 0
    known = people.leading(text[start:])
    name = known or leading_name(text[start:])
    if not name or name.lower() in words.openers | words.no_names:
        return None
    end = start + len(name)
    spoken = {each.lower() for each in _word.findall(name)}
    if not known and spoken & (words.openers | small):
        return None
    if greeting:
        # "Thanks, Ann." and "Hello Ann,": nothing else may follow the name.
        return (name, end) if text[end : end + 1] in {",", ".", "!", ":", ""} else None
    separator = _after_name.match(text, end)
    if separator is None:
        return None
    rest = text[separator.end() : separator.end() + REACH]
    if not known:
        return (name, end) if _reply(words).match(rest) else None
    stop = _sentence.search(rest)
    sentence = rest[: stop.start()] if stop else rest
    spoken = {each.lower() for each in _word.findall(sentence)}
    return (name, end) if spoken & words.second_person else None
