import pytest

from commentarchive.text.word_differences import differences

pytestmark = pytest.mark.pure
TEXT = " ".join(
    f"The lamp number {n} on the quay costs {n * 7} pounds." for n in range(30)
)


def test_texts_without_words_do_not_differ():
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
