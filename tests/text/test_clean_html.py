import re
import sys
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.shapes import SHAPES
from commentarchive.text import clean_html
from commentarchive.text.clean_html import BEYOND_LIMITS, clean, is_cleaned_alike
from commentarchive.text.paragraphs import add_paragraphs

pytestmark = pytest.mark.pure
ALLOWED = clean_html._IN_ARTICLES


class Oracle(HTMLParser):
    """An independent parser that lists what a policy would forbid."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.wrong = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag not in ALLOWED or tag == "img":
            self.wrong.append(tag)
        for name, value in attrs:
            if name == "href":
                if not re.match(r"(?:https?://|mailto:).", value or "", re.IGNORECASE):
                    self.wrong.append(value)
            elif name not in {"rel", "title", "start", "colspan", "rowspan"}:
                self.wrong.append(name)


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=' \x01javascript:alert(1)'>x</a>",
    "<a href='//evil.example'>x</a>",
    "<a href='https:evil'>x</a>",
    '<q cite="javascript:alert(1)">x</q>',
    "<svg><a><set attributeName=href to=javascript:alert(1)>",
    "<math><mtext><style><img src=x onerror=alert(1)>",
    "<![><img src=x>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<b style='position:fixed' class=x id=y onclick=z>b</b>",
    "<p title='<img src=x onerror=alert(1)>'>",
    '<img alt="&quot;><script>alert(1)</script>" src="http://h.example/a?b&c">',
    "<form action=https://evil.example><input>",
]


def test_the_oracle_sees():
    assert Oracle("<img src=x onerror=alert(1)>").wrong
    assert Oracle("<a href='javascript:x'>x</a>").wrong


@pytest.mark.parametrize("raw", HOSTILE)
@pytest.mark.parametrize("form", ["html", "wp-autop", "text"])
def test_nothing_hostile_is_left(raw, form):
    assert Oracle(clean(raw, form, article=True).html).wrong == []


@given(st.text(alphabet="<>/=&\"' abpiqsx\n!-[]", max_size=200))
def test_nothing_hostile_is_left_of_anything(raw):
    assert Oracle(clean(raw, "wp-autop").html).wrong == []


@given(st.text(st.characters(exclude_characters="<>&\r\xa0", codec="utf-8")))
def test_the_short_way_gives_what_the_cleaner_gives(raw):
    short = clean(raw, "wp-autop")
    cleaned = clean_html._comments.clean(add_paragraphs(raw))
    assert short.html == clean_html.undeceiving(cleaned)
    assert short.plain == clean_html.plain_text(cleaned)


def test_an_image_becomes_words_and_a_link_with_its_host():
    html = clean('<img src="https://pix.example/a.png" alt="The wall">', "html").html
    assert html == (
        '<a href="https://pix.example/a.png" rel="nofollow ugc noopener">'
        "[image at pix.example: The wall]</a>"
    )


@pytest.mark.parametrize("raw", HOSTILE)
@pytest.mark.parametrize("form", ["html", "wp-autop", "markdown"])
def test_nothing_hostile_is_left_of_a_text_beyond_the_limits(raw, form):
    for padding in ("<b>" * 200, "<p>x</p>" * 200, "x" * 9000, "> " * 30):
        for marked in (padding + raw, raw + padding, raw + padding + raw):
            assert Oracle(clean(marked, form, article=True).html).wrong == []


@given(st.text(alphabet="<>/=&\"' abpiqsx\n!-[]", max_size=200), st.booleans())
def test_nothing_hostile_is_left_of_anything_long(raw, is_article):
    marked = "<i>" * 101 + raw
    assert Oracle(clean(marked, "html", article=is_article).html).wrong == []


def lines_run(raw, form):
    """Count the lines of Python that are run; the parser's own work is bounded
    by what it is given, which tests/text/test_balanced.py holds."""
    count = 0

    def counted(_code, _line):
        nonlocal count
        count += 1

    monitoring = sys.monitoring
    monitoring.use_tool_id(monitoring.PROFILER_ID, "lines")
    monitoring.register_callback(
        monitoring.PROFILER_ID, monitoring.events.LINE, counted
    )
    monitoring.set_events(monitoring.PROFILER_ID, monitoring.events.LINE)
    try:
        clean(raw, form)
    finally:
        monitoring.set_events(monitoring.PROFILER_ID, 0)
        monitoring.free_tool_id(monitoring.PROFILER_ID)
    return count


@pytest.mark.parametrize("name", SHAPES)
def test_work_grows_as_the_text_does(name):
    form, make = SHAPES[name]
    clean("", form)
    # Markdown is rendered in Python, and slowly while it is counted.
    size = 1 << (10 if form == "markdown" else 14)
    one, two = make(size), make(2 * size)
    assert lines_run(two, form) <= 2.5 * lines_run(one, form) + 500


@pytest.mark.parametrize("name", SHAPES)
def test_what_is_shown_grows_as_the_text_does(name):
    form, make = SHAPES[name]
    raw = make(1 << 13)
    assert len(clean(raw, form).html) <= 8 * len(raw) + 5000


def test_the_markup_of_what_is_nested_too_deep_is_left_out_and_its_words_stay():
    raw = "".join(f"<b {n}></x>w{n} " for n in range(3000))
    cleaned = clean(raw, "html")
    assert cleaned.plain.split() == [f"w{n}" for n in range(3000)]
    assert cleaned.html.count("<b>") == 100
    assert cleaned.html.endswith(BEYOND_LIMITS)


def test_markup_that_grows_too_much_is_shown_as_written(monkeypatch):
    monkeypatch.setattr(clean_html, "GROWTH_ALLOWANCE", 0)
    monkeypatch.setattr(clean_html, "MAX_GROWTH", 1)
    raw = "<table><td>" * 20
    cleaned = clean(raw, "html")
    assert cleaned.html == f"<p>{'&lt;table&gt;&lt;td&gt;' * 20}</p>{BEYOND_LIMITS}"
    assert cleaned.plain == raw


def test_only_short_texts_are_as_the_first_cleaner_made_them():
    assert is_cleaned_alike("<b>a", "html", "1")
    assert is_cleaned_alike("<b>" * 5000, "text", "1")
    assert not is_cleaned_alike("<b>" * 101, "html", "1")
    assert not is_cleaned_alike("<b>" + "a" * 9000, "wp-autop", "1")
    assert not is_cleaned_alike("a", "markdown", "1")
    assert is_cleaned_alike("<b>" * 101, "html", "2")
    assert is_cleaned_alike("<b>" * 101, "html", "3")
    assert not is_cleaned_alike("a", "html", "4")


def test_paragraphs_and_lists_are_kept():
    raw = "One\ntwo\n\nthree\n<ul>\n<li>a</li>\n</ul>\n<blockquote>q\n\nr</blockquote>"
    assert clean(raw, "wp-autop").html == (
        "<p>One<br>\ntwo</p>\n<p>three</p>\n<ul>\n<li>a</li>\n</ul>\n"
        "<blockquote>\n<p>q</p>\n<p>r</p>\n</blockquote>"
    )
