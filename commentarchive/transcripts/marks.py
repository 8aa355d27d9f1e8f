"""What a person decided about a text: a role for each paragraph, and facts.

All functions are pure: they take marks and return others.
"""

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final, Literal

from commentarchive.transcripts.paragraphs import Paragraph, Place, measure


class Role(StrEnum):
    """What a paragraph is."""

    ARTICLE = "article"
    START = "start"
    MORE = "more"
    QUOTATION = "quotation"
    SIGNATURE = "signature"
    NO_PART = "no_part"


# What people read on screen.
ROLE_LABELS: Final = {
    Role.ARTICLE: "article",
    Role.START: "starts a comment",
    Role.MORE: "goes on",
    Role.QUOTATION: "quotation",
    Role.SIGNATURE: "signature",
    Role.NO_PART: "heading or menu, not part",
}

type TimeKind = Literal["unknown", "exact", "day", "about", "between"]
TIME_LABELS: Final[dict[TimeKind, str]] = {
    "unknown": "not known",
    "exact": "exact",
    "day": "day",
    "about": "about",
    "between": "between",
}


@dataclass(frozen=True, slots=True)
class Time:
    """A time as the text prints it, and as it is understood.

    `since` and `until` are as they were typed, in ISO 8601: a day, or a day and an
    hour, with or without an offset. `until` is of "between" alone; "about" may have
    printed words only. `faults` says what is wrong with them.
    """

    kind: TimeKind = "unknown"
    printed: str = ""
    since: str = ""
    until: str = ""


UNKNOWN_TIME: Final = Time()
# What a comment answers if it answers no other comment.
THE_ARTICLE: Final = "article"
type Answers = Place | Literal["article"] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentFacts:
    """What is known of a comment; `name` is "" and `answers` None where it is not."""

    name: str = ""
    time: Time = UNKNOWN_TIME
    answers: Answers = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossPost:
    """Where an article was first published: as its attribution says."""

    blog: str = ""
    author: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleFacts:
    """What is known of the article."""

    title: str = ""
    blog: str = ""
    address: str = ""
    date: Time = UNKNOWN_TIME
    author: str = ""
    cross_post: CrossPost | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a comment says of comments that were blocked; 0 for a number not said."""

    blog: str
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One paragraph: where it begins, and what was decided about it."""

    place: Place
    # None is undecided.
    role: Role | None = None
    # Of a paragraph that starts a comment, and of no other.
    facts: CommentFacts | None = None
    # Whether a quotation that it announces is missing after it.
    lacks_quotation: bool = False
    claim: Claim | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """All that was decided about one text.

    `sha256` is of the text's bytes, `lines` their number: marks are of one text only.
    `width` is where its lines were wrapped (see `paragraphs.measure`).
    """

    sha256: str
    lines: int
    width: int
    paragraphs: tuple[Mark, ...]
    article: ArticleFacts = field(default_factory=ArticleFacts)
    # Suggestions, by id.
    accepted: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()

    @property
    def places(self) -> tuple[Place, ...]:
        """Return where the paragraphs begin."""
        return tuple(each.place for each in self.paragraphs)


class CannotMark(ValueError):
    """What was asked cannot be done to these marks; they stay as they are."""


def undecided(sha256: str, lines: list[str]) -> Marks:
    """Return the marks of a text about which nothing was decided yet."""
    measured = measure(lines)
    return Marks(
        sha256=sha256,
        lines=len(lines),
        width=measured.width,
        paragraphs=tuple(Mark(place=place) for place in measured.places),
    )


def number_of(marks: Marks, place: Place) -> int:
    """Return which paragraph begins at a place. Raise CannotMark if none does."""
    number = bisect_right(marks.paragraphs, place, key=lambda each: each.place) - 1
    if number < 0 or marks.paragraphs[number].place != place:
        message = f"no paragraph begins at line {place}"
        raise CannotMark(message)
    return number


def with_role(marks: Marks, place: Place, role: Role | None) -> Marks:
    """Decide what a paragraph is; only what starts a comment has a comment's facts."""
    number = number_of(marks, place)
    mark = marks.paragraphs[number]
    facts = (mark.facts or CommentFacts()) if role is Role.START else None
    return _changed(marks, number, replace(mark, role=role, facts=facts))


def with_facts(marks: Marks, place: Place, facts: CommentFacts) -> Marks:
    """Decide what is known of a comment. Raise CannotMark where none starts."""
    number = number_of(marks, place)
    mark = marks.paragraphs[number]
    if mark.role is not Role.START:
        message = f"no comment starts at line {place}"
        raise CannotMark(message)
    return _changed(marks, number, replace(mark, facts=facts))


def with_lost_quotation(marks: Marks, place: Place, *, is_lost: bool) -> Marks:
    """Decide whether a quotation that a paragraph announces is missing after it."""
    number = number_of(marks, place)
    mark = replace(marks.paragraphs[number], lacks_quotation=is_lost)
    return _changed(marks, number, mark)


def with_claim(marks: Marks, place: Place, claim: Claim | None) -> Marks:
    """Decide what a paragraph claims about comments that were blocked."""
    number = number_of(marks, place)
    return _changed(marks, number, replace(marks.paragraphs[number], claim=claim))


def comment_around(marks: Marks, place: Place) -> Place | None:
    """Return where the comment starts that a paragraph is part of; None if of none."""
    number_of(marks, place)
    return comments_around(marks)[place]


def comments_around(marks: Marks) -> dict[Place, Place | None]:
    """Return for each paragraph where the comment starts that it is part of."""
    found: dict[Place, Place | None] = {}
    start: Place | None = None
    for mark in marks.paragraphs:
        if mark.role is Role.START:
            start = mark.place
        elif mark.role is Role.ARTICLE:
            start = None
        found[mark.place] = start
    return found


def split(marks: Marks, paragraph: Paragraph, offset: int) -> Marks:
    """Divide a paragraph before a character of its text; the second part is undecided.

    Raise CannotMark where no words would be on one side.
    """
    number = number_of(marks, paragraph.place)
    before, after = paragraph.text[: max(0, offset)], paragraph.text[max(0, offset) :]
    if not before.strip() or not after.strip():
        message = f"line {paragraph.first}: words have to stand on both sides"
        raise CannotMark(message)
    skipped = len(after) - len(after.lstrip())
    second = Mark(place=paragraph.place_at(offset + skipped))
    marked = marks.paragraphs
    return replace(
        marks, paragraphs=(*marked[: number + 1], second, *marked[number + 1 :])
    )


def merged(marks: Marks, place: Place) -> Marks:
    """Make a paragraph part of the one before it, and of what that is.

    What answered it is undecided again. Raise CannotMark for the first one.
    """
    number = number_of(marks, place)
    if not number:
        message = "no paragraph stands before the first one"
        raise CannotMark(message)
    first, second = marks.paragraphs[number - 1 : number + 1]
    both = replace(
        first,
        lacks_quotation=first.lacks_quotation or second.lacks_quotation,
        claim=first.claim or second.claim,
    )
    left = (*marks.paragraphs[: number - 1], both, *marks.paragraphs[number + 1 :])
    return replace(
        marks, paragraphs=tuple(_without_answer(each, place) for each in left)
    )


def _without_answer(mark: Mark, place: Place) -> Mark:
    if mark.facts is None or mark.facts.answers != place:
        return mark
    return replace(mark, facts=replace(mark.facts, answers=None))


def _changed(marks: Marks, number: int, mark: Mark) -> Marks:
    before, after = marks.paragraphs[:number], marks.paragraphs[number + 1 :]
    return replace(marks, paragraphs=(*before, mark, *after))
