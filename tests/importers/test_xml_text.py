import pytest
from lxml import etree

from commentarchive.importers.xml_text import text_of

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ("", ""),
        (" plain &amp; simple ", "plain & simple"),
        ("<![CDATA[<b>bold</b>]]> tail", "<b>bold</b> tail"),
        ("Lead <b>bold</b> tail.", "Lead <b>bold</b> tail."),
        ("<p>1 &lt; 2</p><p>b<br/>c</p>", "<p>1 &lt; 2</p><p>b<br>c</p>"),
        ('<a href="/?a&amp;b">x</a>', '<a href="/?a&amp;b">x</a>'),
        ("one <!-- aside -->two<?ask x?> three", "one two three"),
        ("one <!-- aside --><i>two</i><?ask x?> three", "one <i>two</i> three"),
        ("<b>1</b>2<b/>3", "<b>1</b>2<b></b>3"),
    ],
)
def test_all_of_the_text_and_its_markup(inside, text):
    spaces = 'xmlns="urn:a" xmlns:d="urn:b"'
    assert text_of(etree.fromstring(f"<m {spaces}>{inside}</m>")) == text
