"""The paragraphs of a plain text: what a person decides about, one by one.

A line is a paragraph, unless a measurement shows that the text was wrapped: at a
column, or loosely, with blank lines between its paragraphs. A paragraph begins at a
place and goes on to the next one's, so that together they hold the whole text.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

# Lines are only joined where they were wrapped at a column between these.
NARROWEST, WIDEST = 40, 120
# The width of a text that was wrapped, but at no column: there any line may go on.
RAGGED = 1
# What a text has to show before its lines are joined.
FEWEST_BREAKS = 3
_word = re.compile(r"\S+")
# How mails mark what they quote.
_quote_marks = re.compile(r"[> \t]*")
_TERMINAL = '.!?:;…”"’»'


class Place(NamedTuple):
    """Where a paragraph begins: a line, from 1, and a character in it, from 0."""

    line: int
    column: int = 0

    def __str__(self) -> str:
        return f"{self.line}.{self.column}" if self.column else str(self.line)


class Piece(NamedTuple):
    """A stretch of one line that is part of a paragraph's text.

    `offset` is where it stands in that text, `column` where in its line.
    """

    line: int
    column: int
    offset: int
    length: int


class Paragraph(NamedTuple):
    """One paragraph: where it begins, its first and last line, and its text."""

    place: Place
    first: int
    last: int
    text: str
    pieces: tuple[Piece, ...]

    def place_at(self, offset: int) -> Place:
        """Return the place of a character of the text.

        That of the next piece for a space or a line end between two of them. Raise
        ValueError outside the text.
        """
        for piece in self.pieces:
            if offset < piece.offset + piece.length and offset >= 0:
                return Place(piece.line, piece.column + max(0, offset - piece.offset))
        message = f"line {self.first}: there is no character {offset} in it"
        raise ValueError(message)


class Measured(NamedTuple):
    """How a text is laid out: where its lines were wrapped, and its paragraphs' places.

    `width` is 0 where each line is a paragraph.
    """

    width: int
    places: tuple[Place, ...]


def measure(lines: Sequence[str]) -> Measured:
    """Return how a text is laid out, and where its paragraphs begin."""
    # An indent takes room in a line, too.
    bodies = [line.rstrip() for line in lines]
    width = _width(bodies)
    places = [
        Place(number + 1)
        for number, body in enumerate(bodies)
        if body
        and not (width and number and _goes_on(lines, bodies, number - 1, width))
    ]
    return Measured(width, tuple(places))


def paragraphs(
    lines: Sequence[str], places: Sequence[Place], width: int
) -> list[Paragraph]:
    """Return the paragraphs that begin at some places, in order.

    Raise ValueError where they cannot be those of this text: they leave words out, or
    there is nothing between two of them.
    """
    ends = [*places[1:], Place(len(lines) + 1)]
    if any(line.strip() for line in _between(lines, Place(1), (*places, ends[-1])[0])):
        message = "words stand before the first paragraph"
        raise ValueError(message)
    return [
        _paragraph(lines, place, end, width)
        for place, end in zip(places, ends, strict=True)
    ]


def _between(lines: Sequence[str], start: Place, end: Place) -> Iterator[str]:
    """Yield what stands between two places, line by line."""
    for number in range(start.line, min(end.line, len(lines)) + 1):
        line = lines[number - 1]
        last = end.column if number == end.line else len(line)
        yield line[start.column if number == start.line else 0 : last]


def _paragraph(lines: Sequence[str], place: Place, end: Place, width: int) -> Paragraph:
    pieces: list[Piece] = []
    words: list[str] = []
    length = 0
    before = ""
    for number, part in enumerate(_between(lines, place, end), place.line):
        body = part.strip()
        column = len(part) - len(part.lstrip())
        column += place.column if number == place.line else 0
        if pieces and (marks := _marks_of(body)) and width:
            # What mails quote is marked on each line, and once in a paragraph.
            body, column = body[len(marks) :], column + len(marks)
        if not body:
            continue
        if pieces:
            joiner = _joiner(before, body, width)
            words.append(joiner)
            length += len(joiner)
        pieces.append(Piece(number, column, length, len(body)))
        words.append(body)
        length += len(body)
        before = part.rstrip()
    if not pieces or pieces[0].line != place.line:
        message = f"line {place.line}: no words stand in a paragraph that begins there"
        raise ValueError(message)
    text = "".join(words)
    return Paragraph(place, pieces[0].line, pieces[-1].line, text, tuple(pieces))


def _joiner(before: str, after: str, width: int) -> str:
    """Return what stands between two lines of one paragraph: a space if wrapped."""
    if not width or not _is_full(before, after, width):
        return "\n"
    # A word of two parts was wrapped inside it.
    is_in_word = re.search(r"[^\W\d_]-\Z", before) and after[:1].islower()
    return "" if is_in_word else " "


def _marks_of(body: str) -> str:
    found = _quote_marks.match(body)
    return found[0] if found else ""


def _is_full(line: str, following: str, width: int) -> bool:
    """Return whether the first word of the next line had no room in a line."""
    found = _word.match(following)
    needed = len(line) + 1 + (found.end() if found else 0)
    return needed > width or _is_mid_sentence(line, following)


def _is_mid_sentence(line: str, following: str) -> bool:
    """Return whether a line ends, and the next begins, in the middle of a sentence."""
    return line[-1:] not in _TERMINAL and following[:1].islower()


def _goes_on(
    lines: Sequence[str], bodies: Sequence[str], number: int, width: int
) -> bool:
    """Return whether a line's paragraph goes on in the line after it."""
    body, following = bodies[number], bodies[number + 1]
    if not body or not following:
        return False
    marks, next_marks = _marks_of(body), _marks_of(following)
    if marks.count(">") != next_marks.count(">"):
        return False
    if width == RAGGED:
        return _is_mid_sentence(body, following[len(next_marks) :])
    # An indented line begins something, unless all are.
    indent, next_indent = (
        len(each) - len(each.lstrip()) for each in lines[number : number + 2]
    )
    if next_indent > indent:
        return False
    return _is_full(body, following[len(next_marks) :], width)


def _width(bodies: Sequence[str]) -> int:
    """Return the column at which a text was wrapped, RAGGED, or 0 for neither.

    1. Look at each line break inside a block of lines. Where the text was wrapped at
       a column, the next line's first word had no room before it: the column lies
       between the line's length and that with this word.
    2. Take the column that explains most breaks.
    3. Believe it if most of those are in the middle of a sentence, and few lines go
       beyond it: in a text whose paragraphs are lines nothing is so.
    """
    breaks = [
        (line, _without_marks(following))
        for line, following in pairwise(bodies)
        if line and following
    ]
    columns: list[list[bool]] = [[] for _column in range(WIDEST + 1)]
    for line, following in breaks:
        found = _word.match(following)
        longest = len(line) + (found.end() if found else 0)
        for column in range(max(len(line), NARROWEST), min(longest, WIDEST) + 1):
            columns[column].append(_is_mid_sentence(line, following))
    width = max(range(len(columns)), key=lambda column: len(columns[column]))
    explained = columns[width]
    beyond = sum(len(line) > width and " " in line for line in bodies)
    is_common = len(explained) >= FEWEST_BREAKS and 4 * len(explained) > len(breaks)
    is_prose = 2 * sum(explained) > len(explained) and 10 * beyond <= len(bodies)
    if is_common and is_prose:
        return width
    # Wrapped by hand: only blank lines show where paragraphs end.
    inside = sum(_is_mid_sentence(*each) for each in breaks)
    is_ragged = inside >= FEWEST_BREAKS and 2 * inside > len(breaks)
    return RAGGED if is_ragged and "" in bodies else 0


def _without_marks(body: str) -> str:
    return body[len(_marks_of(body)) :]
