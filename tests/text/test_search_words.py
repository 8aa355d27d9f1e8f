import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentarchive.text.search_words import LONGEST_WORD, words_of

_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u4e00-\u9fff]")


def plain_words(text):
    """Read a text's words in the plainest way, one character after another."""
    found = []
    for char in unicodedata.normalize("NFKD", text):
        if char in "'’‘‛ʼʹʻ′`´" or unicodedata.category(char) in {"Mn", "Me", "Cf"}:
            continue
        if unicodedata.category(char)[0] not in "LMN":
            found.append(" ")
        elif _UNSPACED.match(char):
            found.append(f" {char} ")
        else:
            found.append(char.casefold())
    return "".join(found).split()


@given(
    st.text(
        st.one_of(
            st.characters(max_codepoint=0x24F),
            st.characters(min_codepoint=0x370, max_codepoint=0x5FF),
            st.sampled_from("“”’–…東京ภาﬁＡ１\u00ad\u200b\u0301"),
        ),
        max_size=80,
    )
)
def test_reads_the_words_that_a_plain_reading_finds(text):
    assert words_of(text) == plain_words(text)


@given(st.text())
def test_words_hold_nothing_but_letters_marks_and_digits(text):
    for word in words_of(text):
        assert 0 < len(word) <= LONGEST_WORD
        assert all(unicodedata.category(char)[0] in "LMN" for char in word)


@given(st.text(), st.text())
def test_a_text_has_the_words_of_its_parts(one, other):
    assert words_of(f"{one} {other}") == [*words_of(one), *words_of(other)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Don’t DON'T don`t", ["dont", "dont", "dont"]),
        ("naïve Straße ﬁne ＡＢＣ", ["naive", "strasse", "fine", "abc"]),
        ("by-election, x_y", ["by", "election", "x", "y"]),
        ("東京 タワー", ["東", "京", "タ", "ワ", "ー"]),
        ("so\u00adft\u200bly", ["softly"]),
        ("", []),
    ],
)
def test_examples(text, words):
    assert words_of(text) == words
