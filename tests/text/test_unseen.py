import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentarchive.text.clean_html import clean, undeceiving
from commentarchive.text.unseen import (
    GROWTH_ALLOWANCE,
    MAX_GROWTH,
    escaped_json,
    hides_something,
    isolated,
    marked,
    marked_html,
    marked_line,
    marked_page,
)

pytestmark = pytest.mark.pure
CONTROLS = [
    *map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))),
    *("\u200e", "\u200f", "\u061c"),
]
FORMS = ("wp-autop", "html", "text", "markdown", "page")


@pytest.mark.parametrize("control", CONTROLS)
def test_every_control_is_named_in_words_and_in_texts_of_every_form(control):
    assert control not in marked(f"Ann{control}Bell")
    assert marked(f"Ann{control}Bell").startswith("Ann[")
    for form in FORMS:
        for words in (f"one {control}two", f"<b>one</b>{control}", f"{control}<i>x"):
            cleaned = clean(words, form)
            assert control not in cleaned.html
            assert control in cleaned.plain


@pytest.mark.parametrize(
    "words",
    [
        *("می‌خواهم", "क्\u200dष", "നന്\u200dമ", "สวัส\u200bดี", "שלום\u200f!", "ة\u061c"),
        *(
            "👨\u200d👩\u200d👧",
            "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        ),
        *(
            "👍🏽",
            "❤\ufe0f\u200d🔥",
            "1\ufe0f\u20e3",
            "#\ufe0f\u20e3",
            "ℹ\ufe0f",
            "🏳\ufe0f\u200d🌈",
        ),
        *(
            "👩🏽\u200d🚀",
            "🧑\u200d🤝\u200d🧑",
            "⛹🏽\u200d♂\ufe0f",
            "👁\ufe0f\u200d🗨\ufe0f",
        ),
        *(
            "葛\U000e0100",
            "ᄒ\u1160",
            "René",
            "Zoë e\u0301",
            "O’Brien",
            "İstanbul",
            "naïve",
        ),
        *("ᠮᠣᠩ\u180eᠠ", "a\u0308\u034f\u0323", "Сергей", "日本", ""),
    ],
)
def test_what_a_script_or_an_emoji_needs_stays(words):
    assert marked(words) == words
    assert marked_html(f"<p>{words}</p>") == f"<p>{words}</p>"
    assert not hides_something(words)


@pytest.mark.parametrize(
    ("words", "seen"),
    [
        ("\u202erotaredom", "[right-to-left override]rotaredom"),
        ("Ann\u200b\u200b\u200b", "Ann[3 × zero width space]"),
        ("Ann\u200dBell", "Ann[zero width joiner]Bell"),
        ("Ann\ufe0f", "Ann[variation selector-16]"),
        ("Ann\U000e0100", "Ann[variation selector]"),
        ("x\U000e0061\U000e0062", "x[2 × tag]"),
        ("🏴\U000e0061", "🏴[tag]"),
        ("\u3164", "[hangul filler]"),
        ("Ann\u115f", "Ann[hangul choseong filler]"),
        ("\u2800", "[braille pattern blank]"),
        ("Ann\x1b[31m", "Ann[control U+001B][31m"),
        ("Ren\u00ade", "Ren[soft hyphen]e"),
        ("a\u2028b", "a[line separator]b"),
        ("abc\u200f", "abc[right-to-left mark]"),
        ("a\u202e\u2066b", "a[right-to-left override and 1 more unseen characters]b"),
    ],
)
def test_what_could_deceive_in_a_name_is_named(words, seen):
    assert marked(words) == seen
    assert marked(seen) == seen
    assert hides_something(words)


def test_what_a_clipboard_left_beside_words_stays_in_texts_and_not_inside_one():
    assert marked_html("<p>\ufeffa \u200b b soft\u00adhyphen</p>").count("[") == 0
    assert marked_html("<p>li\u200bbel</p>") == "<p>li[zero width space]bel</p>"


def test_addresses_are_written_in_percent_and_fields_as_they_were_typed():
    page = (
        '<a href="/x\u202ey" title="a\u202e">b</a><textarea>c\u202e</textarea>'
        '<input value="d\u202e"><title>\u2068ש\u2069 – e\u202e</title>'
    )
    assert marked_page(page) == (
        '<a href="/x%E2%80%AEy" title="a[right-to-left override]">b</a>'
        '<textarea>c\u202e</textarea><input value="d\u202e">'
        "<title>\u2068ש\u2069 – e[right-to-left override]</title>"
    )


def test_words_are_set_apart_only_where_they_could_move_others():
    assert isolated("Ann") == "Ann"
    assert isolated("שלום") == "\u2068שלום\u2069"
    assert marked_line(f"{isolated('שלום')} – Ann\u202e") == (
        "\u2068שלום\u2069 – Ann[right-to-left override]"
    )
    # Words of one side alone close or open nothing.
    assert "\u2069" not in marked_line("a\u2069b")


@given(
    st.text(alphabet=st.sampled_from([*CONTROLS, *"aб שة<>&\"'\u200b\u200d\U000e0041"]))
)
def test_nothing_turns_words_and_nothing_grows_without_bounds(words):
    for control in CONTROLS[:9]:
        assert control not in marked(words)
        assert control not in clean(words, "html").html
    assert marked(marked(words)) == marked(words)
    html = clean(words, "html").html
    assert undeceiving(html) == html
    assert json.loads(escaped_json(json.dumps(words, ensure_ascii=False))) == words


def test_a_text_of_nothing_else_stays_within_its_bounds():
    words = "a\u202e" * 30_000
    assert len(marked(words)) <= MAX_GROWTH * len(words) + GROWTH_ALLOWANCE
    assert "[U+202E]" in marked(words)
