"""Suggestions cost in proportion to their text: counted in steps, not in seconds."""

import sys
from itertools import count

import pytest

from commentarchive.transcripts.suggestions import headers
from commentarchive.transcripts.suggestions.accepting import all_accepted
from commentarchive.transcripts.suggestions.every import suggestions
from tests.transcripts.quality import OWN, data_of
from tests.transcripts.texts import begun

pytestmark = pytest.mark.pure
LINES = 400
# Twice the text may cost so much; what compares all with all costs four times.
MOST = 2.4
_events = sys.monitoring.events


def _many(name):
    """Return lines of one habit, each of them once, as many as are asked for."""
    made = data_of(name).decode("utf-8", "replace").splitlines()
    for number in count():
        for line in made:
            yield f"{line} {number}" if len(line) > 60 else line


def _shaped(*shapes):
    for number in count():
        for shape in shapes:
            yield shape.format(n=number, word=f"Quay{number % 97}x{number // 97}")


SHAPES = {
    **{name: lambda name=name: _many(name) for name in OWN},
    "headers of many people": lambda: _shaped(
        "Ann{n} on 3 May 2012 at 10:15", "The tide of the {n} is not in it."
    ),
    "claims and sources": lambda: _shaped(
        "Reposted from {word} Post by Ann Dale, the {n} of it.",
        "They blocked two of my comments on Other{n} Post, and that is the end of it.",
    ),
    "quotations that are left open": lambda: _shaped(
        "“The tide of the {n} is in, and it goes on,"
    ),
    "one quotation again and again": lambda: _shaped(
        "It is “the tide of the harbour is in” to me, {n} of them."
    ),
    "names below comments": lambda: _shaped(
        "The tide of the {n} is in, and it is the end.", "Ann {word}"
    ),
    "somebody is spoken to": lambda: _shaped(
        "@{word} the tide of it is in.", "Ann{n}, you said that the tide was in."
    ),
    "buttons": lambda: _shaped("Reply", "The tide of the {n} is in.", "{n} likes"),
    "numbers": lambda: _shaped("1) The tide of the {n} is in.", "2) It is of it."),
    "quotations that are missing": lambda: _shaped(
        "In a comment from {word}:", "The tide of the {n} is in."
    ),
}


def steps(act, *arguments):
    """Return how many lines of code are run, and calls made, by doing something."""
    done = 0

    def note(*_where):
        nonlocal done
        done += 1

    tool = sys.monitoring.PROFILER_ID
    sys.monitoring.use_tool_id(tool, "steps")
    asked = _events.LINE | _events.CALL | _events.JUMP
    try:
        for event in (_events.LINE, _events.CALL, _events.JUMP):
            sys.monitoring.register_callback(tool, event, note)
        sys.monitoring.set_events(tool, asked)
        found = act(*arguments)
    finally:
        sys.monitoring.set_events(tool, 0)
        for event in (_events.LINE, _events.CALL, _events.JUMP):
            sys.monitoring.register_callback(tool, event, None)
        sys.monitoring.free_tool_id(tool)
    return done, found


@pytest.mark.parametrize("shape", SHAPES)
def test_twice_the_text_costs_twice_the_steps(shape):
    costs = []
    for number in (LINES, 2 * LINES):
        lines = [line for line, _n in zip(SHAPES[shape](), range(number), strict=False)]
        _lines, blocks, marks = begun("\n".join(lines))
        cost, found = steps(suggestions, blocks, marks)
        accepting, _marks = steps(_accept_all, marks, found)
        costs.append((cost, accepting))
    (once, accepted_once), (twice, accepted_twice) = costs
    assert twice <= MOST * once
    assert accepted_twice <= MOST * accepted_once + LINES


def _accept_all(marks, found):
    try:
        return all_accepted(marks, found)
    except ValueError:
        return marks


def test_what_several_suggestions_need_is_looked_for_once(monkeypatch):
    looked = []
    find = headers._groups
    monkeypatch.setattr(
        headers, "_groups", lambda parts: looked.append(1) or find(parts)
    )
    _lines, blocks, marks = begun(data_of("forum"))
    suggestions(blocks, marks)
    assert len(looked) == 1
