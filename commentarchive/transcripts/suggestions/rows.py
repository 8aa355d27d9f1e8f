"""Lists of results or of names: neighbouring lines of one shape."""

import re
from collections.abc import Iterator, Sequence

from commentarchive.transcripts.marks import Marks
from commentarchive.transcripts.paragraphs import Paragraph
from commentarchive.transcripts.suggestions.context import going_on
from commentarchive.transcripts.suggestions.names import is_name
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
_token = re.compile(r"\([^()]*\)|\d[\d.,]*%?|[^\W\d_][\w'’.&-]*|\S")


def rows(paragraphs: Sequence[Paragraph], marks: Marks) -> Iterator[Suggestion]:
    """Yield runs of short lines that end in a number, or are names, in one shape."""
    for run in row_runs(paragraphs):
        yield _run(paragraphs[run.start : run.stop], marks)


def row_runs(paragraphs: Sequence[Paragraph]) -> list[range]:
    """Return which paragraphs are rows of one list."""
    found = []
    start = 0
    shapes = [_shape(each.text) for each in paragraphs]
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


def _shape(text: str) -> str:
    """Return what a line is made of; "" where that is no row's.

    Words in brackets are one thing, and so are the words before them: "W(B)N".
    """
    if len(text) > LONGEST or "\n" in text:
        return ""
    if is_name(text, fewest=2):
        return "names"
    tokens = _token.findall(text)
    if len(tokens) < 2 or not tokens[-1][0].isdigit() or not tokens[0][0].isupper():
        return ""
    shape = ""
    for token in tokens:
        kind = token
        if token[0] == "(":
            kind = "B"
        elif token[0].isdigit():
            kind = "N"
        elif token[0].isalpha():
            kind = "W"
        if not shape.endswith(kind) or kind != "W":
            shape += kind
    # A number inside is a date's, or a sentence's.
    return shape if shape.count("N") == 1 and len(shape) <= 4 else ""
