import pytest

from commentarchive.search.query import parse
from commentarchive.search.snippets import snippet


@pytest.mark.parametrize(
    ("typed", "text", "made"),
    [
        ("wall", "The WALL, or walls.", "The <mark>WALL</mark>, or walls."),
        ("dont", "I don’t & can’t", "I <mark>don’t</mark> &amp; can’t"),
        ('"the wall"', "the old; the\nwall", "the old; <mark>the\nwall</mark>"),
        ("election", "by-election.", "by-<mark>election</mark>."),
        ("京", "東京タワー", "東<mark>京</mark>タワー"),
        ("strasse", "(Straße)", "(<mark>Straße</mark>)"),
        (
            "b",
            "<b>b</b>",
            "&lt;<mark>b</mark>&gt;<mark>b</mark>&lt;/<mark>b</mark>&gt;",
        ),
        (
            "wall",
            "a \u202ellaw wall",
            "a [right-to-left override]llaw <mark>wall</mark>",
        ),
        ("été", "e\u0301te\u0301!", "<mark>e\u0301te\u0301</mark>!"),
    ],
)
def test_marks_what_was_found(typed, text, made):
    assert snippet(text, parse(typed).wanted) == made


def test_cuts_a_long_text_around_the_first_hit():
    text = "word " * 200 + "needle " + "word " * 200
    made = snippet(text, parse("needle").wanted)
    assert made.startswith("… word")
    assert made.endswith(" …")
    assert "<mark>needle</mark>" in made
    assert len(made) < 340


def test_hostile_texts_cost_little():
    for text in ("<" * 200_000, "a" * 200_000, "a-" * 100_000, "\u0301" * 100_000):
        assert snippet(text, parse("needle").wanted)
