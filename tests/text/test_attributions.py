import pytest

from commentarchive.text.attributions import _MARKS, _has_mark, attributions

pytestmark = pytest.mark.pure
LINK = '<a href="https://quay.example/9/">The Quay</a>'


def read(html):
    return [(each.words, each.address) for each in attributions(html)]


@pytest.mark.parametrize(
    "line",
    [
        f"This is a cross-post from {LINK}.",
        f"Cross-posted at {LINK}",
        f"crossposted from {LINK}",
        f"Originally published at {LINK}.",
        f"This piece first appeared on {LINK}.",
        f"First printed in {LINK}",
        f"Also posted at {LINK}",
        f"Reposted from {LINK} with thanks",
        f"Syndicated from {LINK}",
        f"A version of this article ran in {LINK}.",
        f"{LINK} published this first.",
        f"Read it at {LINK}, where it was originally posted.",
        "Originally posted at https://quay.example/9/.",
    ],
)
def test_a_line_says_where_it_was_published(line):
    [(words, address)] = read(f"<p>Before.</p><p>{line}</p><p>After it.</p>")
    assert address == "https://quay.example/9/"
    assert "<" not in words
    assert "Before" not in words


@pytest.mark.parametrize(
    "line",
    [
        f"I read {LINK} at first light.",
        f"This was not originally published at {LINK}.",
        f"It has never been cross-posted from {LINK}.",
        "The postman crossed the road.",
    ],
)
def test_other_lines_say_nothing(line):
    assert read(f"<p>{line}</p>") == []


def test_a_blog_may_be_named_without_an_address():
    assert read("<p>First appeared on The Quay.</p>") == [
        ("First appeared on The Quay.", "")
    ]


def test_a_link_of_another_paragraph_is_none_of_it():
    html = f"<p>{LINK}</p><p>Cross-posted, with thanks.</p><p>{LINK}</p>"
    assert read(html) == [("Cross-posted, with thanks.", "")]


def test_ampersands_of_an_address_are_read():
    html = '<p>Cross-posted from <a href="https://q.example/?a=1&amp;p=2">Q</a></p>'
    assert read(html)[0][1] == "https://q.example/?a=1&p=2"


def test_a_long_line_is_cut_where_it_is_quoted():
    [(words, _address)] = read(f"<p>Cross-posted: {'word ' * 200}</p>")
    assert len(words) <= 301
    assert words.endswith("…")


def test_what_is_looked_for_first_passes_no_mark_over():
    assert [mark for mark in _MARKS if not _has_mark(f"it was {mark}ed at")] == []
    assert not _has_mark("the first of many posted by hand, also across")
