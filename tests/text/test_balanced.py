import re
from html.parser import HTMLParser

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.shapes import SHAPES
from commentarchive.text import balanced as module
from commentarchive.text.balanced import DEPTH, balanced
from commentarchive.text.clean_html import _articles

pytestmark = pytest.mark.pure
TAGS = [
    *("a", "b", "i", "p", "li", "ul", "td", "tr", "table", "div", "h2", "dd"),
    *("pre", "q", "form", "title", "script", "blockquote", "caption", "tbody"),
]
markup = st.lists(
    st.one_of(
        st.sampled_from([f"<{tag}>" for tag in TAGS]),
        st.sampled_from([f"</{tag}>" for tag in TAGS]),
        st.sampled_from(["<b x='</b>'>", "<a href=x", '"', "<!--", "-->", "<br/>"]),
        st.text("ab <>/&\n", max_size=5),
    ),
    max_size=60,
).map("".join)


class Nesting(HTMLParser):
    """Reads what was rebuilt: every tag has its end, and how deep they go."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.open, self.deepest, self.attributes, self.said = [], 0, 0, ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.attributes = max(self.attributes, len(attrs))
        if tag not in module.EMPTY:
            self.open.append(tag)
            self.deepest = max(self.deepest, len(self.open))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.said += data


@given(markup)
def test_every_tag_has_its_end(marked):
    Nesting(balanced(marked).html)


@given(markup)
def test_a_parser_has_nothing_to_repair(marked):
    """What is rebuilt once stays as it is, and a cleaner changes no tag of it."""
    html = balanced(marked).html
    assert balanced(html).html == html
    everything = nh3.Cleaner(tags=set(module._KNOWN | module.EMPTY), link_rel=None)
    cleaned = everything.clean(html)
    # The parser adds the <tbody> that a table may go without.
    assert tags(cleaned) == tags(html)


def tags(html):
    return [tag for tag in re.findall(r"</?[a-z0-9]+", html) if tag[-5:] != "tbody"]


@given(st.text("ab <>/&;'\"=!-", max_size=80))
def test_no_word_is_lost_of_what_is_no_tag(words):
    """Each letter that stands outside of tags and comments is still there."""
    bare = re.sub(r"<!--.*?-->|<[a-zA-Z!?/][^>]*>", "", words, flags=re.DOTALL)
    if '"' in words or "'" in words:
        return
    said = Nesting(balanced(words).html).said
    assert [c for c in bare if c in "ab"] == [c for c in said if c in "ab"]


@pytest.mark.parametrize(
    ("marked", "rebuilt"),
    [
        ("<b>x<i>y</b>z</i>", "<b>x<i>y</i></b><i>z</i>"),
        ("<b><p>x</b>y</p>", "<b><p>x</p></b><p>y</p>"),
        ("<p>a<p><b>b<p>c", "<p>a</p><p><b>b</b></p><p><b>c</b></p>"),
        ("<ul><li>a<li>b</ul>c", "<ul><li>a</li><li>b</li></ul>c"),
        ("<dl><dt>a<dd>b", "<dl><dt>a</dt><dd>b</dd></dl>"),
        ("<td>a</td></b></p>", "a"),
        ("<table>x<tr><td>y", "<table><tr><td>x</td></tr><tr><td>y</td></tr></table>"),
        ("<a href=x title='</a>'>y", '<a href="x" title="&lt;/a>">y</a>'),
        ("<a href=x<b>y", '<a href="x&lt;b">y</a>'),
        ("<img src='a\"b' src=c x=y>", '<img src="a&quot;b">'),
        ("1 < 2 <b", "1 &lt; 2 &lt;b"),
        ("a<!-- b --><!-->c<!-- d", "ac&lt;!-- d"),
        ("<script>a<b></script>c", "c"),
        ("<title>a<b></title>", "a&lt;b&gt;"),
        ("<section>a</section><h2>b</h3>c", "<div>a</div><h2>b</h2>c"),
        ("a</br>b<BR/>", "a<br>b<br>"),
    ],
)
def test_rebuilds(marked, rebuilt):
    assert balanced(marked).html == rebuilt


@pytest.mark.parametrize("name", [name for name in SHAPES if "Markdown" not in name])
def test_no_shape_gets_past_the_limits(name):
    found = Nesting(balanced(SHAPES[name][1](1 << 15)).html)
    # A missing cell is opened, and a few tags are opened again, at any depth.
    assert found.deepest <= DEPTH + 5
    assert found.attributes <= 4


def test_says_how_much_is_left_out(monkeypatch):
    assert balanced("<div>" * DEPTH).left_out == 0
    assert balanced("<div>" * DEPTH + "<b>a</b>" + "</div>b").left_out == 1
    monkeypatch.setattr(module, "MOST_TAGS", 3)
    assert balanced("<b>a</b><i>b<br>c<i>d</i></i>e<q>f</q>") == (
        "<b>a</b><i>b<br>cd</i>ef",
        2,
    )


@given(markup)
def test_the_cleaner_makes_the_same_of_a_tree_that_is_in_order(marked):
    ordered = balanced(marked).html
    assert _articles.clean(ordered) == _articles.clean(balanced(ordered).html)
