"""Lists of results or of names: neighbouring lines of one shape."""

import re
from collections.abc import Iterable, Iterator, Sequence

from commentarchive.transcripts.marks import Marks
from commentarchive.transcripts.paragraphs import Paragraph
from commentarchive.transcripts.suggestions.context import going_on
from commentarchive.transcripts.suggestions.languages import language_of
from commentarchive.transcripts.suggestions.names import is_name
from commentarchive.transcripts.suggestions.once import once
from commentarchive.transcripts.suggestions.suggestion import (
    Kind,
    Proposal,
    Suggestion,
    suggestion,
)

FEWEST = 3
# Lines of names alone may be a menu: more of them are asked for.
FEWEST_NAMES = 4
LONGEST = 80
# Of words, brackets, marks and a number in one row.
MOST_KINDS = 4
_share = re.compile(r"\(\d[\d.,]* ?%?\)")
_token = re.compile(r"\([^()]*\)|\d[\d.,]*%?|[^\W\d_][\w'’.&-]*|\S")


def rows(paragraphs: Sequence[Paragraph], marks: Marks) -> Iterator[Suggestion]:
    """Yield runs of short lines that end in a number, or are names, in one shape."""
    for run in row_runs(paragraphs):
        yield _run(paragraphs[run.start : run.stop], marks)


@once
def row_runs(paragraphs: Sequence[Paragraph]) -> list[range]:
    """Return which paragraphs are rows of one list."""
    found = []
    start = 0
    words = language_of(paragraphs)
    spoken = words.pronouns | words.openers if words else frozenset()
    shapes = [_shape(each.text, spoken) for each in paragraphs]
    for number in range(1, len(paragraphs) + 1):
        shape = shapes[start]
        if number < len(paragraphs) and shapes[number] == shape:
            continue
        fewest = FEWEST_NAMES if shape == "names" else FEWEST
        if shape and number - start >= fewest:
            found.append(range(start, number))
        start = number
    return found


def _run(run: Sequence[Paragraph], marks: Marks) -> Suggestion:
    reason = f"{len(run)} lines of one shape: a list, which belongs together"
    proposal = Proposal(roles=going_on(marks, run[0], run[1:]))
    span = (0, len(run[0].text))
    return suggestion(Kind.ROWS, run[0], span, reason, proposal, last=run[-1])


def _shape(text: str, spoken: frozenset[str]) -> str:
    """Return what a line is made of; "" where that is no row's.

    Words in brackets are one thing, and so are the words before them: "WBN". Words
    that are `spoken` are of sentences.
    """
    if len(text) > LONGEST or "\n" in text:
        return ""
    if is_name(text, fewest=2):
        return "names"
    tokens = _token.findall(text)
    if len(tokens) > 2 and _share.fullmatch(tokens[-1]):
        # A number may stand twice: in votes, and of a hundred.
        tokens.pop()
    is_row = (
        len(tokens) > 1
        and tokens[-1][0].isdigit()
        and tokens[0][0].isupper()
        and not any(token.lower() in spoken for token in tokens)
    )
    shape = _joined(map(_kind, tokens)) if is_row else ""
    # A number inside is a date's, or a sentence's.
    return shape if shape.count("N") == 1 and len(shape) <= MOST_KINDS else ""


def _kind(token: str) -> str:
    if token[0] == "(":
        return "B"
    if token[0].isdigit():
        return "N"
    return "W" if token[0].isalpha() else token


def _joined(kinds: Iterable[str]) -> str:
    """Return kinds in order, with neighbouring words as one."""
    shape = ""
    for kind in kinds:
        if kind != "W" or not shape.endswith("W"):
            shape += kind
    return shape
