"""Spans of a text are blacked out: no hidden word is left, and all others are."""

import re

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from commentarchive.text.blacking_out import (
    MOST_SPANS,
    Sentence,
    Span,
    SpanError,
    black_out,
    hidden_words,
    length_class,
    seen_text,
    sentences,
)
from commentarchive.text.clean_html import clean

RULE = "blacked out under rule 4"
MARK = re.compile(r'<a class="blacked-out"[^>]*>\[[^\]]*\]</a>')
TAG = re.compile(r"<(/?)([a-z0-9]+)[^>]*>")


def cut(cleaned: str, *words: str) -> str:
    """Black out words, each where it stands first."""
    text = seen_text(cleaned)
    spans = [Span(text.index(w), text.index(w) + len(w), RULE) for w in words]
    return MARK.sub("#", black_out(cleaned, spans, statement="/s/"))


def is_well_formed(marked: str) -> bool:
    begun = []
    for end, name in TAG.findall(marked):
        if name in {"br", "hr", "img"}:
            continue
        if not end:
            begun.append(name)
        elif not begun or begun.pop() != name:
            return False
    return not begun


def test_mark_names_rule_length_and_statement() -> None:
    made = black_out("<p>one two three</p>", [Span(4, 7, RULE)], statement="/d/1/")
    assert made == (
        '<p>one <a class="blacked-out" dir="ltr" lang="en" href="/d/1/">'
        "[blacked out under rule 4: a few words]</a> three</p>"
    )


@pytest.mark.parametrize(
    ("cleaned", "words", "left"),
    [
        ("<p>a thief <b>and liar</b> b</p>", "thief and", "<p>a #<b> liar</b> b</p>"),
        ("<p>a <b>bad</b> b</p>", "bad", "<p>a <b>#</b> b</p>"),
        ("<p>a x<b>bad</b>y b</p>", "xbady", "<p>a # b</p>"),
        ("<p>a bad</p><p>worse b</p>", "badworse", "<p>a #</p><p> b</p>"),
        ("<p>a x<br>y b</p>", "xy", "<p>a # b</p>"),
        ("<p>a<br>bad<br>b</p>", "bad", "<p>a<br>#<br>b</p>"),
        ("<p>a x</p><p>y</p><p>z b</p>", "xyz", "<p>a #</p><p> b</p>"),
        (
            "<ul><li>x</li><li>y</li></ul><p>b</p>",
            "xy",
            "<ul><li>#</li></ul><p>b</p>",
        ),
        (
            '<p>see <a href="http://bad.example/thief" rel="nofollow">the thief</a> b</p>',
            "thief",
            "<p>see # b</p>",
        ),
        ('<p>a <abbr title="Thief">T</abbr> b</p>', "T", "<p>a <abbr>#</abbr> b</p>"),
        ("<p>a &lt;b&amp;c&gt; d</p>", "<b&c>", "<p>a # d</p>"),
        ("<pre>one\n  bad\nthree</pre>", "bad", "<pre>one\n  #\nthree</pre>"),
        (
            "<blockquote><p>bad</p></blockquote><p>b</p>",
            "bad",
            "<blockquote><p>#</p></blockquote><p>b</p>",
        ),
        ("<p>a cafe\u0301 b</p>", "cafe", "<p>a # b</p>"),
        ("<p>a \U0001f468\u200d\U0001f469 b</p>", "\U0001f468", "<p>a # b</p>"),
        ("<p>a \U0001f600x b</p>", "x", "<p>a \U0001f600# b</p>"),
        ("<p>שלום רע b</p>", "רע", "<p>שלום # b</p>"),
    ],
)
def test_markup_stays_whole(cleaned: str, words: str, left: str) -> None:
    assert cut(cleaned, words) == left


def test_name_of_a_links_host_goes_with_it() -> None:
    cleaned = clean(
        '<p>see <a href="http://thief.example/">good.example</a> there</p>', "html"
    ).html
    assert "goes to" in cleaned
    assert "thief" not in cut(cleaned, "good.example")


def test_neighbours_under_one_rule_are_joined() -> None:
    spans = [Span(0, 3, RULE), Span(4, 7, RULE), Span(2, 5, RULE)]
    made = black_out("<p>one two three</p>", spans, statement="/s/")
    assert len(MARK.findall(made)) == 1


def test_neighbours_under_two_rules_keep_their_marks() -> None:
    spans = [Span(0, 3, RULE), Span(4, 7, "blacked out under rule 5")]
    made = black_out("<p>one two three</p>", spans, statement="/s/")
    assert len(MARK.findall(made)) == 2


@pytest.mark.parametrize(
    ("spans", "reason"),
    [
        ([], "Choose the words"),
        ([Span(3, 4, RULE)], "no words"),
        ([Span(1, 1, RULE)], "no words"),
        ([Span(5, 99, RULE)], "not in the text"),
        ([Span(-1, 2, RULE)], "not in the text"),
        ([Span(0, 7, RULE)], "Block"),
        ([Span(0, 3, RULE), Span(4, 7, "rule 5")], "Block"),
        ([Span(0, 3, RULE), Span(1, 2, "rule 5")], "two rules"),
        ([Span(0, 1, RULE)] * (MOST_SPANS + 1), "At most"),
    ],
)
def test_refused(spans: list[Span], reason: str) -> None:
    with pytest.raises(SpanError, match=reason):
        black_out("<p>one two</p>", spans, statement="/s/")


def test_exact_length_is_never_told() -> None:
    assert [length_class("x" * n) for n in (1, 60, 61, 300, 301, 1201)] == [
        *("a few words", "a few words", "a sentence", "a sentence"),
        *("a paragraph", "several paragraphs"),
    ]


def test_mark_cannot_be_forged() -> None:
    forged = black_out("<p>one two</p>", [Span(0, 3, RULE)], statement="/s/")
    for form in ("html", "page", "wp-autop", "markdown"):
        assert "class" not in re.sub(r">[^<]*<", "><", clean(forged, form).html)


@pytest.mark.parametrize(
    ("cleaned", "told"),
    [
        ("<p>One. Two! Three</p>", ["One. ", "Two! ", "Three"]),
        ("<p>One</p>\n<p>Two</p>", ["One", "\nTwo"]),
        ("<p>他是小偷。我不信！</p>", ["他是小偷。", "我不信！"]),
        ("<p>3.5 km</p>", ["3.5 km"]),
        ("<p>“Stop!” he said. No</p>", ["“Stop!” ", "he said. ", "No"]),
    ],
)
def test_sentences(cleaned: str, told: list[str]) -> None:
    assert [each.words for each in sentences(cleaned)] == told


_markup = st.lists(
    st.sampled_from(
        [
            *("<p>", "</p>", "<b>", "</b>", "<br>", "<ul><li>", "</li></ul>", "<pre>"),
            *(
                '<a href="http://q.example/zz">',
                "</a>",
                "<blockquote>",
                "&amp;",
                "</i>",
            ),
            *('<abbr title="zz">', "</abbr>", "<table><tr><td>", "</td></tr></table>"),
            *(
                " ",
                "word",
                "e\u0301",
                "\U0001f600",
                "\u200f\u05e9",
                "。",
                ". ",
                "\n",
                "&nbsp;",
            ),
        ]
    ),
    max_size=40,
)


@settings(suppress_health_check=[HealthCheck.filter_too_much])
@given(_markup, st.data())
def test_no_hidden_word_is_left_and_no_other_is_lost(
    parts: list[str], data: st.DataObject
) -> None:
    cleaned = clean(f"<p>kept</p>{''.join(parts)}", "html").html
    text = seen_text(cleaned)
    places = st.integers(0, len(text))
    spans = [
        Span(min(pair), max(pair), RULE)
        for pair in data.draw(
            st.lists(st.tuples(places, places), min_size=1, max_size=3)
        )
    ]
    try:
        made = black_out(cleaned, spans, statement="/s/")
    except SpanError:
        assume(False)
    hidden = hidden_words(cleaned, spans)
    left = seen_text(MARK.sub("\ue000", made))
    # What is left and what is hidden, put together again, is the text.
    pieces = left.split("\ue000")
    assert len(pieces) == len(hidden) + 1
    again = pieces[0] + "".join(h + p for h, p in zip(hidden, pieces[1:], strict=True))
    assert again == text
    assert is_well_formed(made)
    for span in spans:
        assert any(text[span.start : span.end].strip() in each for each in hidden)


@given(_markup)
def test_sentences_lose_nothing(parts: list[str]) -> None:
    cleaned = clean("".join(parts), "html").html
    text = seen_text(cleaned)
    found = sentences(cleaned)
    assert "".join(each.words for each in found) == (text if text.strip() else "")
    assert all(
        isinstance(e, Sentence) and e.words == text[e.start : e.end] for e in found
    )
