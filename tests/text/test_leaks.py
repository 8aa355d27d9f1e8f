import pytest

from commentarchive.text.leaks import find_leaks, names_in

pytestmark = pytest.mark.pure
HIDDEN = (
    "Everyone knows she paid for the boards from the parish account. Ring 0177 555 2901 "
    "or write to bob@mail.example, see https://www.leaks.example/page/"
)


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        (
            "It says that she PAID for the boards from somewhere.",
            "she PAID for the boards from",
        ),
        ("It gives the number 01775552901.", "01775552901"),
        ("It names Bob@mail.example.", "Bob@mail.example"),
        ("It links to http://leaks.example/page.", "http://leaks.example/page."),
    ],
)
def test_marks_what_is_repeated(facts, found):
    leaks = find_leaks(facts, HIDDEN)
    assert [facts[leak.start : leak.end] for leak in leaks] == [found]


def test_four_words_in_a_row_may_be_shared():
    assert find_leaks("She paid for the printing.", HIDDEN) == []


def test_finds_a_name():
    assert names_in("A remark by nell  farrow.", "Nell Farrow")
    assert not names_in("Nelly", "Nell")
