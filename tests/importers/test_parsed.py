import pytest

from commentarchive.importers.parsed import ParsedPost, parent_of, type_word

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    "told",
    [
        *("", "0", "000", "root", "Root", "null", "None", "nil", "undefined", "-1"),
        *("00000000-0000-0000-0000-000000000000", " 0 ", "7"),
    ],
)
def test_words_that_mean_no_parent_and_a_comment_that_answers_itself(told):
    assert parent_of(told, "7") == ""


def test_any_other_word_is_a_parent():
    assert parent_of("10", "1") == "10"
    assert parent_of("rooted", "1") == "rooted"
    assert parent_of("0a", "1") == "0a"
    assert len(parent_of("p" * 300, "1")) == 200


def test_a_type_is_one_word_of_bounded_length():
    assert type_word("edd_payment_note") == "edd_payment_note"
    assert type_word(" a, b\nc ") == "a_b_c"
    assert type_word("€") == "_"
    assert len(type_word("x" * 99)) == 60


def test_no_reading_is_of_a_whole_thread_by_default():
    """What a later whole copy lacks was gone at the blog: importers have to say so."""
    facts = {"scheme": "a", "source_id": "1", "status": "publish", "is_live": True}
    with pytest.raises(TypeError, match="is_whole"):
        ParsedPost(**facts, form="html")
