"""Single lines that may be part of a header above a comment, or of a foot below it."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from commentarchive.transcripts.marks import Time
from commentarchive.transcripts.paragraphs import Paragraph
from commentarchive.transcripts.suggestions.dates import Dated, date_in
from commentarchive.transcripts.suggestions.names import MOST_WORDS, is_handle, is_name
from commentarchive.transcripts.suggestions.words import Words, any_of

LONGEST = 100
_clock = re.compile(
    r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?: ?[ap]\.?m\.?)?\Z", re.IGNORECASE
)
_number = re.compile(r"#\s?\d{1,6}\.?\Z")
# Before a name: which comment of a page it is. In a list there is a full stop, too.
_counting = re.compile(r"(?:(#)\s?\d{1,6}[.:)]?|\d{1,4}[.)])\s+(?=[^\W\d_])")
# Between a name and its date, and around a date.
_edges = " \t|·•,:–—-()"
# Who answers whom, as some pages print it: the name is the first one's.
_answering = re.compile(r"\s+(?:>|→|›|▸)\s+")


class Part(NamedTuple):
    """One line of a header: what it is, and what it tells."""

    kind: str
    name: str = ""
    time: Time | None = None
    # Whom the line itself names as answered.
    answered: str = ""
    # The hour, on a line of its own.
    printed: str = ""

    @property
    def has_hour(self) -> bool:
        """Return whether its time is exact to the minute."""
        return self.time is not None and self.time.kind == "exact"


class _Patterns(NamedTuple):
    says: re.Pattern[str]
    wrote: re.Pattern[str]
    posted_by: re.Pattern[str]
    on_date: re.Pattern[str]
    spoke: re.Pattern[str]
    mail: re.Pattern[str]


@lru_cache
def _patterns(words: Words) -> _Patterns:
    says, wrote, on = map(any_of, (words.says, words.wrote, words.on_date))
    sender, sent = any_of(words.mail_from), any_of(words.mail_date)
    others = any_of(words.mail_others)
    return _Patterns(
        re.compile(rf"(.{{2,40}}?) {says}\Z", re.IGNORECASE),
        re.compile(rf"(.{{2,40}}?) {wrote}\Z", re.IGNORECASE),
        re.compile(rf"{any_of(words.posted_by)}:? (.+)\Z", re.IGNORECASE),
        re.compile(rf"(.{{2,40}}?) {on}\Z", re.IGNORECASE),
        re.compile(rf" {any_of(words.spoke)}(?=(?: {on})?\Z)", re.IGNORECASE),
        re.compile(rf"(?:({sender})|({sent})|{others}):\s+(\S.*)\Z", re.IGNORECASE),
    )


def header_parts(
    paragraphs: Sequence[Paragraph], words: Words, skipped: set[int]
) -> Iterator[tuple[int, Part]]:
    """Yield the lines that may be part of a header; none of those that are skipped."""
    names = _names_above_times(paragraphs, words, skipped)
    for number, paragraph in enumerate(paragraphs):
        if number in skipped or len(paragraph.text) > LONGEST:
            continue
        part = header_part(paragraph.text, words)
        if part is None and number in names:
            part = Part("name", paragraph.text.strip(_edges))
        if part is not None:
            yield number, part


def _names_above_times(
    paragraphs: Sequence[Paragraph], words: Words, skipped: set[int]
) -> set[int]:
    """Return the lines that are names by standing above a time.

    Only if such a line stands above each time: else it may be a comment's last words.
    """
    times = {
        number: part
        for number, each in enumerate(paragraphs)
        if number not in skipped and (part := _pages_time(each.text, words))
    }
    above = {number - 1 for number in times}
    is_page = len(times) > 1 and all(
        number > 0
        and number - 1 not in skipped
        and _may_be_name(paragraphs[number - 1].text.strip(_edges), part, words)
        for number, part in times.items()
    )
    return above if is_page else set()


def _may_be_name(text: str, below: Part, words: Words) -> bool:
    """Return whether a line may be a name by the time below it.

    Above a time that is not sure: only one word, or words with capitals.
    """
    is_short = " " not in text or is_name(text, most=MOST_WORDS)
    return is_handle(text, words) and (below.has_hour or is_short)


def _pages_time(text: str, words: Words) -> Part | None:
    """Return a line that is a time, to the hour, as pages print it.

    Or one that nobody understands for sure: "3 days ago", "5/6/2012".
    """
    part = header_part(text, words) if len(text) <= LONGEST else None
    if part is None or part.kind != "date" or part.time is None:
        return None
    return part if part.time.kind in {"exact", "unknown"} else None


def header_part(text: str, words: Words) -> Part | None:
    """Return what a line tells as part of a header; None for any other line."""
    patterns = _patterns(words)
    if _number.match(text):
        return Part("number")
    if _clock.match(text):
        return Part("clock", printed=text)
    if counting := _counting.match(text):
        part = header_part(text[counting.end() :], words)
        if part is not None and part.name and (part.time or counting[1]):
            return part
    if mail := patterns.mail.match(text):
        return _mail_part(mail, words)
    dated = _time_in(text, words)
    if dated is not None:
        if text[dated.end :].strip(_edges):
            return None
        return _dated_part(text[: dated.start].strip(_edges), dated, words)
    for kind in ("says", "wrote", "posted_by"):
        named = getattr(patterns, kind).match(text)
        if named and is_handle(named[1], words):
            return Part(kind, named[1])
    return None


def _time_in(text: str, words: Words) -> Dated | None:
    ago = re.search(words.ago, text, re.IGNORECASE)
    if ago:
        # Nobody knows from when it counts.
        return Dated(ago.start(), ago.end(), Time("unknown", ago[0]))
    return date_in(text, words)


def _dated_part(before: str, dated: Dated, words: Words) -> Part | None:
    """Return what a line is that ends in a date; `before` is what stands before it."""
    if not before or before.lower() in words.on_date:
        return Part("date", "", dated.time)
    patterns = _patterns(words)
    # "Ann wrote on 3 May": the name is what stands before the verb.
    before = patterns.spoke.sub("", before)
    for kind, pattern in (("posted_by", patterns.posted_by), ("on", patterns.on_date)):
        found = pattern.match(before)
        name = found[1].strip(_edges) if found else ""
        name = re.sub(rf" {any_of(words.on_date)}\Z", "", name)
        if name and is_handle(name, words):
            return Part(kind, name, dated.time)
    # "Ann Perrin, 3 May 2012 at 10:15", "Ann > Bob • 3 years ago"
    name, *answered = _answering.split(before)
    # Of a day alone, or of words before a time, it may be a sentence's.
    is_ago = dated.time.kind == "unknown"
    is_short = " " not in name or is_name(name, most=MOST_WORDS) or is_ago
    is_one = is_handle(name, words) and not set(name.lower().split()) & words.headings
    if (dated.has_hour or is_ago) and is_short and is_one:
        return Part("name and date", name, dated.time, "".join(answered[:1]))
    return None


def _mail_part(found: re.Match[str], words: Words) -> Part | None:
    value = found[3]
    if found[1]:
        name = re.sub(r"\s*<[^<>]*>\s*\Z", "", value).strip('" ')
        return Part("sender", name) if is_handle(name, words) else None
    if found[2]:
        dated = date_in(value, words)
        return Part("sent", "", dated.time) if dated else None
    return Part(f"mail {found[0].partition(':')[0].lower()}")
