import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentarchive.transcripts.paragraphs import (
    RAGGED,
    Place,
    measure,
    paragraphs,
)
from tests.transcripts import texts

pytestmark = pytest.mark.pure

PROSE = [
    "The fence is up again, and it is not the fence that we were promised by the council "
    "last year, nor is it the fence that anybody had asked for at the meeting in the hall.",
    "It is lower than the old one. It is also green, which some people like and I do not, "
    "since the old one was of the colour of the sea on a day without much light.",
    "I asked whether it would be mended and was told that it would not, because it is not "
    "broken, and that if it were broken it would not be the task of those whom I had asked.",
]


@pytest.mark.parametrize("width", [50, 72, 76, 110])
def test_a_text_that_was_wrapped_at_a_column_is_joined(width):
    text = "\n\n".join(textwrap.fill(each, width) for each in PROSE)
    lines = text.split("\n")
    found = measure(lines)
    assert [each.text for each in paragraphs(lines, found.places, found.width)] == PROSE
    last = paragraphs(lines, found.places, found.width)[-1]
    assert lines[last.first - 1].startswith("I asked")
    assert last.last == len(lines)


def test_it_is_joined_without_blank_lines_too():
    lines = "\n".join(textwrap.fill(each, 60) for each in PROSE).split("\n")
    found = measure(lines)
    assert [each.text for each in paragraphs(lines, found.places, found.width)] == PROSE


def test_a_text_wrapped_by_hand_is_joined_where_a_sentence_goes_on():
    lines = [
        "the fence is up",
        "and it is green",
        "",
        "it is lower too",
        "than it was",
        "or will be",
    ]
    found = measure(lines)
    assert found.width == RAGGED
    assert [each.text for each in paragraphs(lines, found.places, found.width)] == [
        "the fence is up and it is green",
        "it is lower too than it was or will be",
    ]


@pytest.mark.parametrize("blank", [False, True])
def test_lines_of_any_length_are_paragraphs_by_themselves(blank):
    lines = [*PROSE, "Ann", "“Well”, he said.", "Wilf 88", "Nan 41", "A short one."]
    if blank:
        lines = "\n\n".join(lines).split("\n")
    found = measure(lines)
    assert found.width == 0
    assert [each.text for each in paragraphs(lines, found.places, found.width)] == [
        each for each in lines if each
    ]


def test_short_lines_and_quotations_in_a_wrapped_text_stay_apart():
    verse = ["The tide is out", "And so am I"]
    quoted = ["> " + line for line in textwrap.wrap(PROSE[0], 60)]
    lines = [
        *textwrap.wrap(PROSE[1], 66),
        "",
        *verse,
        "",
        *quoted,
        *textwrap.wrap(PROSE[2], 66),
    ]
    found = measure(lines)
    read = [each.text for each in paragraphs(lines, found.places, found.width)]
    assert read == [PROSE[1], *verse, "> " + PROSE[0], PROSE[2]]


def test_an_indented_line_begins_a_paragraph():
    lines = []
    for each in PROSE:
        lines += textwrap.wrap(each, 60, initial_indent="    ")
    found = measure(lines)
    assert found.width
    read = paragraphs(lines, found.places, found.width)
    assert [each.text[:9] for each in read] == [each[:9] for each in PROSE]


def test_a_word_wrapped_at_its_hyphen_is_one_word():
    text = " ".join(PROSE).replace("council", "by-election committee")
    lines = textwrap.wrap(text, 82)
    assert any(each.endswith("by-") for each in lines)
    found = measure(lines)
    assert paragraphs(lines, found.places, found.width)[0].text == text


@given(texts.lines)
def test_every_line_with_words_is_in_a_paragraph_once(lines):
    found = measure(lines)
    read = paragraphs(lines, found.places, found.width)
    numbers = [n for each in read for n in range(each.first, each.last + 1)]
    with_words = {n for n, line in enumerate(lines, 1) if line.strip()}
    assert set(numbers) >= with_words
    assert numbers == sorted(set(numbers))
    for each in read:
        for piece in each.pieces:
            line = lines[piece.line - 1][piece.column :][: piece.length]
            assert each.text[piece.offset :].startswith(line)


@given(texts.lines, st.data())
def test_the_words_of_a_divided_text_are_the_same(lines, data):
    found = measure(lines)
    read = paragraphs(lines, found.places, found.width)
    each = data.draw(st.sampled_from(read))
    offset = data.draw(st.integers(0, len(each.text) - 1))
    place = each.place_at(offset)
    assert each.place <= place or each.pieces[0].column > 0
    assert place.line <= each.last


def test_places_that_leave_out_words_are_refused():
    with pytest.raises(ValueError, match="before the first"):
        paragraphs(["one", "two"], [Place(2)], 0)
    with pytest.raises(ValueError, match="no words"):
        paragraphs(["one", "", "two"], [Place(1), Place(2), Place(3)], 0)
    with pytest.raises(ValueError, match="no words"):
        paragraphs(["one", "two"], [Place(1), Place(1, 9)], 0)
