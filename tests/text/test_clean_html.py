import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentarchive.text import clean_html
from commentarchive.text.clean_html import clean
from commentarchive.text.paragraphs import add_paragraphs

pytestmark = pytest.mark.pure
ALLOWED = clean_html._INLINE | clean_html._BLOCKS | clean_html._HEADINGS


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
    assert short.html == cleaned
    assert short.plain == clean_html.plain_text(cleaned)


def test_an_image_becomes_words_and_a_link_with_its_host():
    html = clean('<img src="https://pix.example/a.png" alt="The wall">', "html").html
    assert html == (
        '<a href="https://pix.example/a.png" rel="nofollow ugc noopener">'
        "[image at pix.example: The wall]</a>"
    )


def test_too_deep_is_shown_as_written():
    raw = "".join(f"<b {n}>" for n in range(3000)) + "x</b>" * 3000
    cleaned = clean(raw, "html")
    assert cleaned.html.startswith("<p>&lt;b 0&gt;")
    assert len(cleaned.html) < 8 * len(raw)


def test_paragraphs_and_lists_are_kept():
    raw = "One\ntwo\n\nthree\n<ul>\n<li>a</li>\n</ul>\n<blockquote>q\n\nr</blockquote>"
    assert clean(raw, "wp-autop").html == (
        "<p>One<br>\ntwo</p>\n<p>three</p>\n<ul>\n<li>a</li>\n</ul>\n"
        "<blockquote>\n<p>q</p>\n<p>r</p>\n</blockquote>"
    )
