"""Marks as JSON: kept between two steps of a draft, and sent by browsers.

What comes back is believed in nothing: every member has its type and its limit, and
one that is not known refuses the whole.
"""

import json
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from commentarchive.transcripts.marks import (
    THE_ARTICLE,
    TIME_LABELS,
    Answers,
    ArticleFacts,
    Claim,
    CommentFacts,
    CrossPost,
    Mark,
    Marks,
    Role,
    Time,
)
from commentarchive.transcripts.paragraphs import WIDEST, Place

VERSION = 1
# Far above what texts of the greatest size need.
MOST_BYTES = 32 << 20
MOST_PARAGRAPHS = 50_000
MOST_NUMBER = 10**9
LONGEST = 2000
_digest = re.compile(r"[0-9a-f]{64}")
_id = re.compile(r"[0-9a-f]{16}")
_control = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class WrongMarks(ValueError):
    """Some JSON is not that of marks."""


def as_json(marks: Marks) -> str:
    """Return marks as JSON; the same marks are always the same words."""
    value = {
        "version": VERSION,
        "sha256": marks.sha256,
        "lines": marks.lines,
        "width": marks.width,
        "article": _of_article(marks.article),
        "paragraphs": [_of_mark(each) for each in marks.paragraphs],
        "accepted": sorted(marks.accepted),
        "refused": sorted(marks.refused),
    }
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str | bytes) -> Marks:
    """Return the marks that some JSON is of. Raise WrongMarks, saying what is wrong."""
    if len(text) > MOST_BYTES:
        message = "the marks are too long"
        raise WrongMarks(message)
    try:
        value = json.loads(text, object_pairs_hook=_without_repeats)
    except (ValueError, RecursionError) as error:
        message = "the marks are no JSON"
        raise WrongMarks(message) from error
    members = _members(
        value,
        "the marks",
        *("version", "sha256", "lines", "width", "article", "paragraphs"),
        *("accepted", "refused"),
    )
    if _number(members["version"], "version") != VERSION:
        message = f"the marks are of another version than {VERSION}"
        raise WrongMarks(message)
    lines = _number(members["lines"], "lines")
    paragraphs = tuple(_mark(each) for each in _list(members["paragraphs"]))
    _check_order(paragraphs, lines)
    return Marks(
        sha256=_matching(members["sha256"], "sha256", _digest),
        lines=lines,
        width=_number(members["width"], "width", most=WIDEST),
        article=_article(members["article"]),
        paragraphs=paragraphs,
        accepted=_ids(members["accepted"], "accepted"),
        refused=_ids(members["refused"], "refused"),
    )


def _of_time(time: Time) -> dict[str, str]:
    return {
        "kind": time.kind,
        "printed": time.printed,
        "since": time.since,
        "until": time.until,
    }


def _of_article(article: ArticleFacts) -> dict[str, Any]:
    origin = article.cross_post
    return {
        "title": article.title,
        "blog": article.blog,
        "address": article.address,
        "date": _of_time(article.date),
        "author": article.author,
        "cross_post": origin
        and {"blog": origin.blog, "author": origin.author, "address": origin.address},
    }


def _of_mark(mark: Mark) -> dict[str, Any]:
    return {
        "place": list(mark.place),
        "role": mark.role,
        "facts": mark.facts and _of_facts(mark.facts),
        "lacks_quotation": mark.lacks_quotation,
        "claim": mark.claim and {"blog": mark.claim.blog, "number": mark.claim.number},
    }


def _of_facts(facts: CommentFacts) -> dict[str, Any]:
    answers = facts.answers
    return {
        "name": facts.name,
        "time": _of_time(facts.time),
        "answers": list(answers) if isinstance(answers, Place) else answers,
    }


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        message = "a member stands twice"
        raise ValueError(message)
    return found


def _members(value: Any, of: str, *names: str) -> Mapping[str, Any]:
    if not isinstance(value, dict) or value.keys() != set(names):
        message = f"{of} have to have the members {', '.join(names)}, and no others"
        raise WrongMarks(message)
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list) or len(value) > MOST_PARAGRAPHS:
        message = f"paragraphs and ids stand in lists of at most {MOST_PARAGRAPHS:,}"
        raise WrongMarks(message)
    return value


def _number(value: Any, of: str, *, most: int = MOST_NUMBER) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        message = f"{of} has to be a whole number from 0 to {most:,}"
        raise WrongMarks(message)
    return value


def _words(value: Any, of: str) -> str:
    """Return one line of words."""
    if not isinstance(value, str) or len(value) > LONGEST or _control.search(value):
        message = f"{of} has to be one line of at most {LONGEST:,} characters"
        raise WrongMarks(message)
    return value.strip()


def _matching(value: Any, of: str, pattern: re.Pattern[str]) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        message = f"{of} is not as it has to be"
        raise WrongMarks(message)
    return value


def _one_of[Word: str](value: Any, of: str, words: Collection[Word]) -> Word:
    for word in words:
        if isinstance(value, str) and word == value:
            return word
    message = f"{of} has to be one of {', '.join(words)}"
    raise WrongMarks(message)


def _if_any[Found](value: Any, read: Callable[[Any], Found]) -> Found | None:
    return None if value is None else read(value)


def _ids(value: Any, of: str) -> frozenset[str]:
    return frozenset(_matching(each, of, _id) for each in _list(value))


def _time(value: Any) -> Time:
    members = _members(value, "times", "kind", "printed", "since", "until")
    return Time(
        _one_of(members["kind"], "the kind of a time", TIME_LABELS),
        _words(members["printed"], "a printed time"),
        _words(members["since"], "a time"),
        _words(members["until"], "a time"),
    )


def _article(value: Any) -> ArticleFacts:
    members = _members(
        value,
        "the article's facts",
        *("title", "blog", "address", "date", "author", "cross_post"),
    )
    return ArticleFacts(
        title=_words(members["title"], "the title"),
        blog=_words(members["blog"], "the blog"),
        address=_words(members["address"], "the address"),
        date=_time(members["date"]),
        author=_words(members["author"], "the author"),
        cross_post=_if_any(members["cross_post"], _cross_post),
    )


def _cross_post(value: Any) -> CrossPost:
    members = _members(value, "cross-posts", "blog", "author", "address")
    return CrossPost(
        blog=_words(members["blog"], "the blog of a cross-post"),
        author=_words(members["author"], "the author of a cross-post"),
        address=_words(members["address"], "the address of a cross-post"),
    )


def _mark(value: Any) -> Mark:
    members = _members(
        value,
        "paragraphs",
        *("place", "role", "facts", "lacks_quotation", "claim"),
    )
    role = _if_any(members["role"], lambda role: _one_of(role, "a role", Role))
    facts = _if_any(members["facts"], _facts)
    if (role is Role.START) != (facts is not None):
        message = "what starts a comment has facts, and nothing else has"
        raise WrongMarks(message)
    if not isinstance(members["lacks_quotation"], bool):
        message = "lacks_quotation has to be true or false"
        raise WrongMarks(message)
    return Mark(
        place=_place(members["place"]),
        role=role,
        facts=facts,
        lacks_quotation=members["lacks_quotation"],
        claim=_if_any(members["claim"], _claim),
    )


def _place(value: Any) -> Place:
    if not isinstance(value, list) or len(value) != len(Place._fields):
        message = "a place is a line and a character in it"
        raise WrongMarks(message)
    return Place(*(_number(each, "each part of a place") for each in value))


def _facts(value: Any) -> CommentFacts:
    members = _members(value, "the facts of comments", "name", "time", "answers")
    return CommentFacts(
        name=_words(members["name"], "a name"),
        time=_time(members["time"]),
        answers=_answers(members["answers"]),
    )


def _answers(value: Any) -> Answers:
    if value is None:
        return None
    return THE_ARTICLE if value == THE_ARTICLE else _place(value)


def _claim(value: Any) -> Claim:
    members = _members(value, "claims", "blog", "number")
    return Claim(
        blog=_words(members["blog"], "the blog of a claim"),
        number=_number(members["number"], "the number of a claim"),
    )


def _check_order(paragraphs: tuple[Mark, ...], lines: int) -> None:
    """Raise WrongMarks unless the paragraphs stand in order inside the text."""
    before = Place(0)
    for mark in paragraphs:
        if not before < mark.place or not 0 < mark.place.line <= lines:
            message = "the paragraphs have to be in order, and inside the text"
            raise WrongMarks(message)
        before = mark.place
    if not paragraphs:
        message = "the marks have no paragraph"
        raise WrongMarks(message)
