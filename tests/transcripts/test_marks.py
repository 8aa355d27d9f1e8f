import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentarchive.transcripts.marks import (
    CannotMark,
    Claim,
    CommentFacts,
    Role,
    comment_around,
    merged,
    split,
    with_claim,
    with_facts,
    with_lost_quotation,
    with_role,
)
from commentarchive.transcripts.paragraphs import Place, paragraphs
from tests.transcripts import texts
from tests.transcripts.texts import begun

pytestmark = pytest.mark.pure

TEXT = "The fence.\nIt is green. Is it?\nIt is.\nMenu\n"


def test_a_role_is_decided_and_taken_back():
    _lines, _blocks, marks = begun(TEXT)
    decided = with_role(marks, Place(2), Role.START)
    assert decided.paragraphs[1].facts == CommentFacts()
    assert with_role(decided, Place(2), None) == marks


def test_facts_go_with_the_start_of_a_comment_alone():
    _lines, _blocks, marks = begun(TEXT)
    with pytest.raises(CannotMark, match="no comment starts at line 2"):
        with_facts(marks, Place(2), CommentFacts(name="Ann"))
    marks = with_facts(
        with_role(marks, Place(2), Role.START), Place(2), CommentFacts(name="Ann")
    )
    assert marks.paragraphs[1].facts.name == "Ann"
    # Deciding the same again forgets nothing.
    assert with_role(marks, Place(2), Role.START) == marks
    assert with_role(marks, Place(2), Role.MORE).paragraphs[1].facts is None


def test_a_place_at_which_nothing_begins_is_refused():
    _lines, _blocks, marks = begun(TEXT)
    for act in (
        lambda: with_role(marks, Place(9), Role.MORE),
        lambda: with_role(marks, Place(0), Role.MORE),
        lambda: merged(marks, Place(2, 3)),
        lambda: with_claim(marks, Place(7), Claim(blog="x")),
        lambda: with_lost_quotation(marks, Place(7), is_lost=True),
    ):
        with pytest.raises(CannotMark, match="no paragraph begins at line"):
            act()


def test_a_comment_is_found_around_its_paragraphs():
    _lines, _blocks, marks = begun(TEXT)
    marks = with_role(marks, Place(1), Role.ARTICLE)
    marks = with_role(marks, Place(2), Role.START)
    assert comment_around(marks, Place(1)) is None
    assert comment_around(marks, Place(3)) == Place(2)
    marks = with_role(marks, Place(3), Role.ARTICLE)
    assert comment_around(marks, Place(4)) is None


def test_a_paragraph_is_divided_within_its_line():
    lines, blocks, marks = begun(TEXT)
    divided = split(marks, blocks[1], len("It is green."))
    assert divided.places == (Place(1), Place(2), Place(2, 13), Place(3), Place(4))
    read = paragraphs(lines, divided.places, divided.width)
    assert [each.text for each in read[1:3]] == ["It is green.", "Is it?"]
    assert merged(divided, Place(2, 13)) == marks


@pytest.mark.parametrize("offset", [-3, 0, 19, 99])
def test_nothing_is_divided_from_no_words(offset):
    _lines, blocks, marks = begun(TEXT)
    with pytest.raises(CannotMark, match="line 2: words have to stand on both sides"):
        split(marks, blocks[1], offset)


def test_the_first_paragraph_has_none_before_it():
    _lines, _blocks, marks = begun(TEXT)
    with pytest.raises(CannotMark, match="before the first"):
        merged(marks, Place(1))


def test_what_was_answered_is_undecided_once_it_starts_nothing():
    _lines, _blocks, marks = begun(TEXT)
    for line in (2, 3, 4):
        marks = with_role(marks, Place(line), Role.START)
    marks = with_facts(marks, Place(4), CommentFacts(name="Bo", answers=Place(3)))
    facts = merged(marks, Place(3)).paragraphs[-1].facts
    assert facts == CommentFacts(name="Bo")


@given(texts.lines, st.data())
def test_merging_takes_back_a_division(lines, data):
    _lines, blocks, marks = begun("\n".join(lines))
    block = data.draw(st.sampled_from(blocks))
    try:
        divided = split(marks, block, data.draw(st.integers(0, len(block.text))))
    except CannotMark:
        return
    new = set(divided.places) - set(marks.places)
    assert len(new) == 1
    again = paragraphs(_lines, divided.places, divided.width)
    number = divided.places.index(new.copy().pop())
    parts = again[number - 1].text + again[number].text
    assert "".join(parts.split()) == "".join(block.text.split())
    assert merged(divided, new.pop()) == marks
