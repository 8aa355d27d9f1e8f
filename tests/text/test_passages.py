"""Passages that are said again: by what they are kept, and what counts as said."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentarchive.text.blacking_out import seen_text
from commentarchive.text.passage_places import places_of, text_beside
from commentarchive.text.passages import Passage, kept_by, sentences_of

WORDS = [
    "".join(random.Random(number).choices("abcdefghjkmopqstuvwxyz", k=6))
    for number in range(400)
]
SAID = "The treasurer of the rowing club kept the raffle money for himself."
# Letters that look like others, and what nobody sees.
_LIKE = str.maketrans("aeopcx", "аеорсх")


def evasions(text):
    yield text.upper()
    yield text.translate(_LIKE)
    yield "".join(
        chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text
    )
    yield text.replace("e", "e\u200b").replace("r", "\u00adr")
    yield text.replace("o", "ö").replace("a", "á")
    yield text.replace("i", "1").replace("o", "0")
    yield text.replace(" ", " … ")


@pytest.mark.parametrize("said", list(evasions(SAID)))
def test_whatever_the_letters_look_like_it_is_said_again(said):
    text = f"As I heard it in the pub: {said} Make of it what you like."
    passage = Passage(SAID)
    assert passage.likeness(text).is_exact
    assert set(passage.phrases(400)) & set(kept_by(text))


words = st.lists(st.sampled_from(WORDS), max_size=40)
evade = st.sampled_from(range(7))


@given(
    before=words,
    said=st.lists(st.sampled_from(WORDS), min_size=8, max_size=30),
    after=words,
    how=evade,
)
def test_eight_words_in_a_row_are_always_found(before, said, after, how):
    again = list(evasions(" ".join(said)))[how]
    text = " ".join([*before, again, *after])
    for most in (400, 1):
        assert set(Passage(" ".join(said)).phrases(most)) & set(kept_by(text))
    assert Passage(" ".join(said)).likeness(text)


@given(
    text=st.lists(st.sampled_from(WORDS[:200]), max_size=60),
    said=st.lists(st.sampled_from(WORDS[200:]), min_size=1, max_size=30),
)
def test_a_text_that_shares_none_of_the_words_is_not(text, said):
    passage = Passage(" ".join(said))
    assert not set(passage.phrases(400)) & set(kept_by(" ".join(text)))
    assert passage.likeness(" ".join(text)) is None


@pytest.mark.parametrize(
    ("said", "text", "is_said"),
    [
        ("He is a thief.", "he is a THIEF", True),
        ("He is a thief.", "Well. He is a thief. So there.", True),
        ("He is a thief.", "He is a thief and a liar.", True),
        ("He is a thief.", "He is no thief.", False),
        ("Liar.", "liar!!", True),
        ("???", "???", False),
        ("Ring 020 7946 0018 and ask for the big one.", "Ring 020 7946 0018.", False),
        (
            f"I am told this by a friend who rows there, so it must be so. {SAID}",
            "The treasurer of the rowing club kept",
            True,
        ),
        (SAID, "The treasurer of the rowing club is ill.", False),
        (
            SAID,
            "The treasurer of the rowing club, he kept the raffle money for himself.",
            True,
        ),
        ("他是个小偷他拿走了钱", "有人说他是个小偷他拿走了钱吗", True),
    ],
)
def test_what_counts_as_said_again(said, text, is_said):
    passage = Passage(said)
    found = passage.says_something and passage.likeness(text)
    assert bool(found) is is_said


def test_short_sentences_are_kept_as_a_whole():
    kept = set(kept_by("Good morning. He is a thief. Vote for somebody else in May!"))
    assert set(Passage("He is a thief").phrases(400)) <= kept


def test_a_long_text_is_looked_for_by_some_of_its_rows():
    chance = random.Random(1)
    passage = Passage(" ".join(chance.choices(WORDS, k=3000)))
    few, many = passage.phrases(400), passage.phrases(9000)
    assert 1000 < len(few) < 1500
    assert len(many) > 2900


def test_sentences_can_be_chosen():
    assert sentences_of(
        "One thing. “Another!” said he.\nA third one? 他来了。他走了。"
    ) == [
        "One thing.",
        "“Another!",
        "said he.",
        "A third one?",
        "他来了。",
        "他走了。",
    ]


@pytest.mark.parametrize("text", [SAID, *evasions(SAID)])
def test_places_of_a_passage_take_all_of_it_and_nothing_else(text):
    cleaned = f"<p>Ann:</p><blockquote><p>{text}</p></blockquote>Barn, he says"
    [(start, end)] = places_of(Passage(SAID), cleaned)
    assert seen_text(cleaned)[start:end].strip() == text.strip()
    assert text_beside(cleaned, [(start, end)]).split() == [
        "Ann:",
        "Barn,",
        "he",
        "says",
    ]
    # What looks like one letter of its last word goes with that.
    barn = places_of(Passage("barn"), cleaned)
    assert [seen_text(cleaned)[s:e] for s, e in barn] == ["Barn"]
    assert places_of(Passage(f"{SAID} Ann"), cleaned) == []
