"""What a comment says of comments that were blocked somewhere."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from commentarchive.transcripts.marks import Claim, CrossPost, Marks
from commentarchive.transcripts.paragraphs import Paragraph
from commentarchive.transcripts.suggestions.attributions import origins
from commentarchive.transcripts.suggestions.languages import language_of
from commentarchive.transcripts.suggestions.names import leading_name
from commentarchive.transcripts.suggestions.suggestion import (
    Kind,
    Proposal,
    Suggestion,
    suggestion,
)
from commentarchive.transcripts.suggestions.words import Words, any_of

# How far before a claim its negation may stand, and behind it the blog's name.
BEFORE, BEHIND = 40, 60
_sentence = re.compile(r"[^.!?]+[.!?]*")
_word = re.compile(r"[^\W\d_]+(?:['’]\w+)?")


class _Patterns(NamedTuple):
    active: re.Pattern[str]
    passive: re.Pattern[str]
    blog: re.Pattern[str]


@lru_cache
def _patterns(words: Words) -> _Patterns:
    blocked = any_of((*words.blocked, *words.not_published))
    number = rf"(?P<number>\d{{1,3}}|{any_of((*words.numbers, words.both))})"
    own, writing = any_of(words.possessives), any_of(words.writings)
    what = rf"(?:{number} (?:{words.of} )?)?(?P<own>{own}) (?P<more>\w+ )?{writing}s?"
    twice = rf"(?:[ ,]+(?P<twice>{words.twice})\b)?"
    return _Patterns(
        re.compile(rf"\b{blocked} {what}\b{twice}", re.IGNORECASE),
        re.compile(
            rf"\b{what}(?: to [\w ]{{1,30}}?)? {any_of(words.passive)}(?: \w+ly)?"
            rf" {any_of(words.blocked)}\b",
            re.IGNORECASE,
        ),
        re.compile(rf"\b{any_of(words.on_blog)} (?=[^\W\d_])"),
    )


def claims(paragraphs: Sequence[Paragraph], marks: Marks) -> Iterator[Suggestion]:
    """Yield paragraphs that say that somebody's comments were blocked."""
    words = language_of(paragraphs)
    if words is None:
        return
    sources = origins(paragraphs, marks)
    for paragraph in paragraphs:
        for sentence in _sentence.finditer(paragraph.text):
            found = _claim(sentence[0], paragraph.text, words, sources)
            if found is None:
                continue
            claim, start, end = found
            where = f" at {claim.blog}" if claim.blog else ""
            number = f"{claim.number} comments" if claim.number > 1 else "a comment"
            if not claim.number:
                number = "comments"
            reason = f"it says that {number} were blocked{where}"
            if claim.number == 1:
                reason = f"it says that a comment was blocked{where}"
            span = (sentence.start() + start, sentence.start() + end)
            proposal = Proposal(claim=(paragraph.place, claim))
            yield suggestion(Kind.CLAIM, paragraph, span, reason, proposal)
            break


def _claim(
    sentence: str, text: str, words: Words, sources: Sequence[CrossPost]
) -> tuple[Claim, int, int] | None:
    """Return what a sentence claims, and where; None for a question or a denial."""
    patterns = _patterns(words)
    found = patterns.active.search(sentence) or patterns.passive.search(sentence)
    if found is None or sentence.rstrip().endswith("?"):
        return None
    before = sentence[max(0, found.start() - BEFORE) : found.end()]
    spoken = {each.lower().replace("’", "'") for each in _word.findall(before)}
    if spoken & words.negations or _is_own_doing(sentence[: found.start()], words):
        return None
    behind = sentence[found.end() : found.end() + BEHIND]
    claim = Claim(
        blog=_blog(behind, text, words, sources), number=_number(found, behind, words)
    )
    return claim, found.start(), found.end()


def _is_own_doing(before: str, words: Words) -> bool:
    """Return whether the writer did it: "I have deleted my comment"."""
    spoken = [each.lower() for each in _word.findall(before[-BEFORE:])]
    while spoken and spoken[-1] in words.auxiliaries:
        spoken.pop()
    return bool(spoken) and spoken[-1] in words.first_person


def _number(found: re.Match[str], behind: str, words: Words) -> int:
    """Return how many comments are meant; 0 where the words do not say."""
    said = (found["number"] or "").lower()
    if said.isdigit():
        return int(said)
    if said == words.both:
        return 2
    if said in words.numbers:
        return words.numbers.index(said) + 1
    if re.search(rf"\b{words.twice}\b", found[0] + behind, re.IGNORECASE):
        return 2
    more = (found["more"] or "").strip().lower()
    if more in words.numbers:
        return words.numbers.index(more) + 1
    last = re.search(rf"{any_of(words.writings)}(s?)\b", found[0], re.IGNORECASE)
    return 1 if last and not last[1] else 0


def _blog(behind: str, text: str, words: Words, sources: Sequence[CrossPost]) -> str:
    """Return the blog that is meant: named behind the claim, or known by its author."""
    for found in _patterns(words).blog.finditer(behind):
        name = leading_name(behind[found.end() :])
        for source in sources:
            if source.blog and behind.startswith(source.blog, found.end()):
                return source.blog
        if name and " " in name:
            return name
    for source in sources:
        names = filter(None, (source.blog, source.author))
        if any(re.search(rf"\b{re.escape(name)}\b", text) for name in names):
            return source.blog
    return ""
