"""What `find_in` finds, compared with a search of every text for every word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.private_words import find_in

pytestmark = pytest.mark.pure
TEXTS = st.text(alphabet='ab\n"', max_size=8)


@given(st.lists(TEXTS, max_size=4), st.sets(TEXTS.filter(bool), max_size=6))
def test_a_word_is_found_wherever_it_is(texts, words):
    named = {f"page {number}": text for number, text in enumerate(texts)}
    found = find_in(named, words)
    assert set(found) == {
        (name, word) for name, text in named.items() for word in words if word in text
    }


def test_a_word_across_lines_and_quotation_marks_is_found():
    pages = {"/": 'One "hidden\nword" here.', "/about/": "Hidden word."}
    assert find_in(pages, ["hidden\nword", '"hidden', "Other"]) == [
        ("/", "hidden\nword"),
        ("/", '"hidden'),
    ]
