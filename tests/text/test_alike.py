import pytest

from commentarchive.text.alike import (
    ALIKE,
    KEPT,
    SHARED,
    differences,
    likeness,
    sketch,
)

pytestmark = pytest.mark.pure
TEXT = " ".join(
    f"The lamp number {n} on the quay costs {n * 7} pounds." for n in range(30)
)


def digest(row):
    return sum(ord(char) * 31**place for place, char in enumerate(row)) % 2**61


def test_a_copy_shares_most_of_what_is_kept_of_a_text():
    copy = f"With thanks to the Quay for this one. {TEXT.upper()}"
    shared = set(sketch(TEXT, digest)) & set(sketch(copy, digest))
    assert len(shared) > KEPT / 2 > SHARED
    assert likeness(TEXT, copy) > 90


def test_other_articles_are_not_alike():
    other = " ".join(f"Nobody asked me about bus {n} or its driver." for n in range(30))
    assert not set(sketch(TEXT, digest)) & set(sketch(other, digest))
    assert likeness(TEXT, other) < ALIKE


def test_a_text_of_few_words_tells_nothing():
    assert sketch("Comments are closed on this article.", digest) == []


def test_only_words_differ():
    assert likeness("It's the QUAY, again!", "it’s the quay — again") == 100
    assert differences("", "") == []


def test_differences_hold_all_words_of_both_texts():
    one = "The clerk has answered my letter of 5 March. I print the reply here."
    other = "The clerk has answered the letter of 5 March, late. I print the reply."
    pieces = differences(one, other)
    assert "".join(each.one for each in pieces) == one
    assert [each.is_same for each in pieces] == [True, False, True, False, True, False]
    changed = [(each.one.strip(), each.other.strip()) for each in pieces[1::2]]
    assert changed == [("my", "the"), ("", "late."), ("here.", "")]


def test_a_word_between_two_differences_belongs_to_them():
    pieces = differences("We saw one red lamp on it.", "We saw two red posts on it.")
    assert [(each.is_same, each.one.strip()) for each in pieces] == [
        (True, "We saw"),
        (False, "one red lamp"),
        (True, "on it."),
    ]


def test_a_long_unchanged_stretch_is_cut_in_its_middle():
    pieces = differences(TEXT, TEXT + " And more of it.")
    assert pieces[0].left_out > 200
    assert pieces[-1].other.strip() == "And more of it."
