"""What changed between two states of marks, in sentences for people."""

from collections.abc import Iterator
from dataclasses import fields

from commentarchive.transcripts.marks import (
    ROLE_LABELS,
    THE_ARTICLE,
    TIME_LABELS,
    Answers,
    ArticleFacts,
    CommentFacts,
    Mark,
    Marks,
    Time,
)


def differences(before: Marks, after: Marks) -> list[str]:
    """Return what was decided otherwise afterwards, in reading order."""
    return [*_of_article(before.article, after.article), *_of_paragraphs(before, after)]


def _of_article(before: ArticleFacts, after: ArticleFacts) -> Iterator[str]:
    for field in fields(ArticleFacts):
        value = getattr(after, field.name)
        if getattr(before, field.name) == value:
            continue
        label = field.name.replace("_", "-")
        if isinstance(value, Time):
            yield f"the article’s {label}: {time_in_words(value)}"
        elif isinstance(value, str):
            yield f"the article’s {label}: {_quoted(value)}"
        elif value is None:
            yield "the article is no cross-post"
        else:
            yield f"a cross-post from {_quoted(value.blog or value.address)}"


def _of_paragraphs(before: Marks, after: Marks) -> Iterator[str]:
    known = {each.place: each for each in before.paragraphs}
    for mark in after.paragraphs:
        old = known.pop(mark.place, None)
        if old is None:
            yield f"line {mark.place}: a paragraph of its own"
            old = Mark(place=mark.place)
        yield from _of_mark(old, mark)
    for place in known:
        yield f"line {place}: part of the paragraph before it"


def _of_mark(before: Mark, after: Mark) -> Iterator[str]:
    line = f"line {after.place}:"
    if before.role is not after.role:
        role = ROLE_LABELS[after.role] if after.role else "not decided"
        yield f"{line} {role}"
    old, new = before.facts or CommentFacts(), after.facts or CommentFacts()
    if old.name != new.name:
        yield f"{line} name {_quoted(new.name)}"
    if old.time != new.time:
        yield f"{line} time {time_in_words(new.time)}"
    if old.answers != new.answers:
        yield f"{line} answers {answers_in_words(new.answers)}"
    if before.lacks_quotation != after.lacks_quotation:
        missing = "is missing" if after.lacks_quotation else "is not missing"
        yield f"{line} a quotation {missing} after it"
    if before.claim != after.claim:
        claim = after.claim
        number = f"{claim.number or 'some'} at {claim.blog or '?'}" if claim else "none"
        yield f"{line} comments claimed to be blocked: {number}"


def answers_in_words(answers: Answers) -> str:
    """Return what a comment answers, for people."""
    if answers is None:
        return "not known"
    return "the article" if answers == THE_ARTICLE else f"line {answers}"


def time_in_words(time: Time) -> str:
    """Return a time as it was typed, for people."""
    if time.printed:
        return f"“{time.printed}”"
    ends = " and ".join(filter(None, (time.since, time.until)))
    if time.kind in {"about", "between"}:
        return f"{TIME_LABELS[time.kind]} {ends}"
    return ends or "not known"


def _quoted(words: str) -> str:
    return f"“{words}”" if words else "empty"
