import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentarchive.text.clean_html import clean
from commentarchive.text.similar import bare_words, same_words

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ('He said "no" - twice...', "<p>He said “no” – twice…</p>"),
        ("It's 9x9 :-)", "<p>It’s 9×9 🙂</p>"),
        ("One\ntwo\n\nthree", "<p>One<br />two</p><p>three</p>"),
        (
            "See http://a.example/?x=1&y=2",
            '<p>See <a href="#">http://a.example/?x=1&#038;y=2</a></p>',
        ),
        ("caf\u0065\u0301 (tm)", "<p>café ™</p>"),
    ],
)
def test_typography_makes_no_other_text(stored, shown):
    assert same_words(clean(stored, "wp-autop").plain, clean(shown, "page").plain)


@pytest.mark.parametrize(
    ("one", "other"),
    [("It leaks.", "It leaked."), ("5", "6"), ("a b", "a c"), ("!", "?")],
)
def test_other_words_are_another_text(one, other):
    assert not same_words(one, other)


@given(st.text(st.characters(categories=["L", "N", "P"]), max_size=30), st.text())
def test_bare_words_are_bare_for_good(text, other):
    assert bare_words(bare_words(text)) == bare_words(text)
    assert same_words(text, f" {text}\n")
    assert same_words(text, other) == same_words(other, text)
