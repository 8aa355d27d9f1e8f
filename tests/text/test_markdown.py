import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentarchive.text import markdown
from commentarchive.text.clean_html import BEYOND_LIMITS, clean
from commentarchive.text.markdown import html_of_markdown

pytestmark = pytest.mark.pure


@pytest.mark.parametrize("depth", range(1, 60))
@pytest.mark.parametrize("mark", ["> ", "- ", "1. ", "> - "])
def test_no_depth_of_quotations_and_lists_loses_words(mark, depth):
    cleaned = clean(mark * depth + "inside\n\noutside", "markdown")
    assert "inside" in cleaned.plain
    assert "outside" in cleaned.plain
    assert "inside" in cleaned.html


@given(st.lists(st.sampled_from(["> ", "- ", "  ", "word ", "\n", "1. ", "\n\n"])))
def test_every_word_is_shown(parts):
    raw = "".join(parts)
    assert clean(raw, "markdown").plain.count("word") == raw.count("word")


def test_what_goes_too_far_is_shown_as_written(monkeypatch):
    deep = "> " * 30 + "*a* <b>"
    assert html_of_markdown(deep) is None
    cleaned = clean(deep, "markdown")
    assert cleaned.html == f"<p>{'&gt; ' * 30}*a* &lt;b&gt;</p>{BEYOND_LIMITS}"
    assert cleaned.plain == deep
    for costly in ("[" * 2001, "> " * 5 + "a\n" * 4001):
        assert html_of_markdown(costly) is None
    assert html_of_markdown("> " * 5 + "a\n" * 4000)
    monkeypatch.setattr(markdown, "LONGEST", 10)
    assert html_of_markdown("*a*") == "<p><em>a</em></p>\n"
    assert html_of_markdown("*a* and more") is None
