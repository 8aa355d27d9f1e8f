"""Header lines left over from a page: who wrote the comment below them, and when."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from commentarchive.transcripts.marks import Marks, Role, Time
from commentarchive.transcripts.paragraphs import Paragraph
from commentarchive.transcripts.suggestions.dates import Dated, date_in
from commentarchive.transcripts.suggestions.languages import language_of
from commentarchive.transcripts.suggestions.leftovers import (
    button_numbers,
    is_divider,
)
from commentarchive.transcripts.suggestions.names import Named, is_handle, is_name
from commentarchive.transcripts.suggestions.suggestion import (
    Kind,
    Proposal,
    Suggestion,
    suggestion,
)
from commentarchive.transcripts.suggestions.words import Words, any_of

LONGEST = 100
_number = re.compile(r"#\s?\d{1,6}\.?\Z")
# Between a name and its date, and around a date.
_edges = " \t|·•,:–—-()"


class Part(NamedTuple):
    """One line of a header: what it is, and what it tells."""

    kind: str
    name: str = ""
    time: Time | None = None
    has_hour: bool = False


class Header(NamedTuple):
    """Neighbouring lines above a comment; `body` is the paragraph below, or -1."""

    first: int
    last: int
    shape: tuple[str, ...]
    name: str
    time: Time | None
    has_hour: bool
    body: int


class _Patterns(NamedTuple):
    says: re.Pattern[str]
    dated_says: re.Pattern[str]
    posted_by: re.Pattern[str]
    on_date: re.Pattern[str]
    mail: re.Pattern[str]


@lru_cache
def _patterns(words: Words) -> _Patterns:
    says, on = any_of(words.says), any_of(words.on_date)
    sender, sent = any_of(words.mail_from), any_of(words.mail_date)
    others = any_of(words.mail_others)
    return _Patterns(
        re.compile(rf"(.{{2,40}}?) {says}\s?:\Z", re.IGNORECASE),
        re.compile(rf"(.{{2,40}}?) {says}(?: {on})?\Z", re.IGNORECASE),
        re.compile(rf"{any_of(words.posted_by)}:? (.+)\Z", re.IGNORECASE),
        re.compile(rf"(.{{2,40}}?) {on}\Z", re.IGNORECASE),
        re.compile(rf"(?:({sender})|({sent})|{others}):\s+(\S.*)\Z", re.IGNORECASE),
    )


def headers(paragraphs: Sequence[Paragraph], _marks: Marks) -> Iterator[Suggestion]:
    """Yield header lines as no part, with what they tell of the comment below."""
    for header in found_headers(paragraphs):
        lines = paragraphs[header.first : header.last + 1]
        roles = [(each.place, Role.NO_PART) for each in lines]
        told = [each for each in (header.name, header.time and "a time") if each]
        reason = "lines that a page prints above a comment"
        if told:
            reason += f", with {' and '.join(told)}"
        proposal = Proposal(roles=tuple(roles))
        if header.body >= 0:
            below = paragraphs[header.body].place
            proposal = Proposal(
                roles=(*roles, (below, Role.START)),
                comment=below,
                name=header.name,
                time=header.time,
            )
        span = (0, len(lines[0].text))
        yield suggestion(Kind.HEADER, lines[0], span, reason, proposal, last=lines[-1])


def named_by_headers(paragraphs: Sequence[Paragraph]) -> list[Named]:
    """Return the comments whose writers the text's headers name, in order."""
    return [
        Named(paragraphs[each.body].place, each.name)
        for each in found_headers(paragraphs)
        if each.name and each.body >= 0
    ]


def found_headers(paragraphs: Sequence[Paragraph]) -> list[Header]:
    """Find the header lines of a text.

    1. Find the lines that may be part of a header, and put neighbours together; the
       same part twice begins another header.
    2. Believe a header whose shape comes more than once, or which has both a name that
       "says" something and an exact time: what comes once may be the article's.
    """
    words = language_of(paragraphs)
    if words is None:
        return []
    skipped = set(button_numbers(paragraphs, words))
    groups: list[list[tuple[int, Part]]] = []
    for number, part in _parts(paragraphs, words, skipped):
        last = groups[-1] if groups else []
        is_neighbour = bool(last) and last[-1][0] == number - 1
        if is_neighbour and part.kind not in {each.kind for _number, each in last}:
            last.append((number, part))
        else:
            groups.append([(number, part)])
    found = [_header(group, paragraphs, skipped) for group in groups]
    shapes = Counter(each.shape for each in found if each.body >= 0)
    return [each for each in found if _is_believed(each, shapes)]


def _is_believed(header: Header, shapes: Counter[tuple[str, ...]]) -> bool:
    if header.body < 0:
        return False
    is_mail = {"sender", "sent"} <= set(header.shape)
    is_said = "says" in header.shape and header.has_hour
    is_told = bool(header.name or header.time) or header.shape == ("number",)
    return is_mail or is_said or (is_told and shapes[header.shape] > 1)


def _header(
    group: Sequence[tuple[int, Part]],
    paragraphs: Sequence[Paragraph],
    skipped: set[int],
) -> Header:
    last = group[-1][0]
    body = last + 1
    is_text = (
        body < len(paragraphs)
        and body not in skipped
        and not is_divider(paragraphs[body])
    )
    parts = [part for _number, part in group]
    time = next((part.time for part in parts if part.time), None)
    return Header(
        first=group[0][0],
        last=last,
        shape=tuple(part.kind for part in parts),
        name=next((part.name for part in parts if part.name), ""),
        time=time,
        has_hour=any(part.has_hour for part in parts),
        body=body if is_text else -1,
    )


def _parts(
    paragraphs: Sequence[Paragraph], words: Words, skipped: set[int]
) -> Iterator[tuple[int, Part]]:
    """Yield the lines that may be part of a header, and a name above a time."""
    dates_alone = {
        number
        for number, each in enumerate(paragraphs)
        if number not in skipped and _is_exact_time(each.text, words)
    }
    for number, paragraph in enumerate(paragraphs):
        if number in skipped or len(paragraph.text) > LONGEST:
            continue
        part = _part(paragraph.text, words)
        if part is None and number + 1 in dates_alone:
            name = paragraph.text.strip(_edges)
            if is_name(name, most=4) or (
                len(name.split()) == 1 and is_handle(name, words)
            ):
                part = Part("name", name)
        if part is not None:
            yield number, part


def _is_exact_time(text: str, words: Words) -> bool:
    if len(text) > LONGEST:
        return False
    dated = date_in(text, words)
    return (
        dated is not None
        and dated.has_hour
        and not (text[: dated.start] + text[dated.end :]).strip(_edges)
    )


def _part(text: str, words: Words) -> Part | None:
    patterns = _patterns(words)
    if _number.match(text):
        return Part("number")
    if mail := patterns.mail.match(text):
        return _mail_part(mail, words)
    dated = date_in(text, words)
    if dated is None:
        for kind, pattern in (("says", patterns.says), ("by", patterns.posted_by)):
            named = pattern.match(text)
            if named and is_handle(named[1], words):
                return Part(kind, named[1])
        return None
    if text[dated.end :].strip(_edges):
        return None
    return _dated_part(text[: dated.start].strip(_edges), dated, words)


def _dated_part(before: str, dated: Dated, words: Words) -> Part | None:
    """Return what a line is that ends in a date; `before` is what stands before it."""
    if not before or before.lower() in words.on_date:
        return Part("date", "", dated.time, dated.has_hour)
    patterns = _patterns(words)
    for kind, pattern in (
        ("by", patterns.posted_by),
        ("dated says", patterns.dated_says),
        ("on", patterns.on_date),
    ):
        found = pattern.match(before)
        name = found[1].removesuffix(" on").strip(_edges) if found else ""
        if name and is_handle(name, words):
            return Part(kind, name, dated.time, dated.has_hour)
    # "Ann Perrin, 3 May 2012 at 10:15"
    if dated.has_hour and is_name(before, most=4):
        return Part("name and date", before, dated.time, has_hour=True)
    return None


def _mail_part(found: re.Match[str], words: Words) -> Part | None:
    value = found[3]
    if found[1]:
        name = re.sub(r"\s*<[^<>]*>\s*\Z", "", value).strip('" ')
        return Part("sender", name) if is_handle(name, words) else None
    if found[2]:
        dated = date_in(value, words)
        return Part("sent", "", dated.time, dated.has_hour) if dated else None
    return Part(f"mail {found[0].partition(':')[0].lower()}")
