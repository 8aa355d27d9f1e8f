import html as html_module
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentarchive.text.clean_html import clean
from commentarchive.threads import long_texts
from commentarchive.threads.long_texts import LONG, SHOWN, in_list
from commentarchive.threads.render import join, render_window
from tests.threads.test_render import row

pytestmark = pytest.mark.pure
REF = "c" * 27


class Whole(HTMLParser):
    """Asserts that every tag has its end, and collects the words."""

    def __init__(self, html):
        super().__init__(convert_charrefs=False)
        self.stack, self.words = [], ""
        self.feed(html)
        self.close()
        assert self.stack == []

    def handle_starttag(self, tag, attrs):
        if tag not in {"br", "hr", "img"}:
            self.stack.append(tag)

    def handle_endtag(self, tag):
        assert self.stack.pop() == tag

    def handle_data(self, data):
        assert "<" not in data
        self.words += data

    def handle_entityref(self, name):
        self.words += html_module.unescape(f"&{name};")


def test_a_text_of_256_kib_is_whole_and_one_byte_more_is_cut():
    text = f"<p>{'a ' * (LONG // 2 - 4)}b</p>"
    assert len(text) == LONG
    assert in_list(text, REF) == text
    longer = text.replace("b</p>", "bé</p>")
    cut = in_list(longer, REF)
    assert len(cut) < SHOWN + 300
    assert cut.endswith(
        '…</p><p class="cut">This text is cut here; it has 256 KiB. '
        f'<a href="/comments/{REF}/">Show all of it</a></p>'
    )
    assert "it has 3.0 MiB." in in_list("é" * (3 << 19), REF)


@given(
    st.text("ab <>&/=\"'éqpi\n", max_size=300).map(
        lambda raw: clean(f"<ul><li>{raw}<a href='http://a.example/?<>'>", "html").html
    ),
    st.integers(1, 400),
)
def test_it_is_cut_between_tags_and_characters(html, shown):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(long_texts, "LONG", 0)
        patch.setattr(long_texts, "SHOWN", shown)
        beginning = in_list(html, REF).partition('<p class="cut">')[0]
    words = Whole(beginning).words
    assert words.endswith("…")
    assert Whole(html).words.startswith(words[:-1])
    assert len(beginning) <= shown + 60


@pytest.mark.parametrize("text", ["a" * LONG * 2, "&amp;" * LONG, "<br>" * LONG])
def test_a_text_without_a_space_is_cut_too(text):
    assert SHOWN - 20 < len(in_list(text, REF)) < SHOWN + 300


def test_pages_cut_a_long_text_and_the_comments_own_page_does_not():
    text = f"<p>{'many words ' * 30_000}at last</p>"
    rows = [row(0, 0, html=text), row(1, 1, "held"), row(2, 1)]
    page = join([render_window(rows)]).decode()
    assert "at last" not in page
    assert f'href="/comments/{rows[0].ref}/">Show all of it</a>' in page
    assert len(page) < SHOWN + 5000
    own = join([render_window(rows, whole_ref=rows[0].ref)]).decode()
    assert "at last" in own
    assert "Show all" not in own
