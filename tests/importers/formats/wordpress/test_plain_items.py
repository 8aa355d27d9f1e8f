"""Items read by pattern say what the XML parser says of them, or are left to it."""

import io
import os
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commentarchive.importers.formats.wordpress import export as wordpress
from commentarchive.importers.formats.wordpress import plain_items
from commentarchive.importers.formats.wordpress.plain_items import read_plain_item
from commentarchive.importers.parsed import Reading, Unreadable
from commentarchive.importers.xml_items import XmlItems
from tests.wxr import comment, export, item

pytestmark = pytest.mark.pure
DEMO = Path(wordpress.__file__).parents[3] / "demo"
ITEM = item(
    comment(1, "One\n\ntwo <b>three</b> & four"),
    comment(2, "It is ]] and > and \u00fcml\u00e4ut", parent=1, approved="0"),
    comment(3, "", kind="pingback", url="http://a.example/"),
)
INDENTED = (
    ITEM.replace("><wp:", ">\r\n\t\t<wp:")
    .replace(
        "</wp:comment>", "<wp:comment_user_id>0</wp:comment_user_id>\n</wp:comment>"
    )
    .replace(
        "<dc:", '\n<guid isPermaLink="false">http://a.example/?p=1&amp;b</guid><dc:'
    )
    .replace(
        "</wp:comment>",
        "<wp:commentmeta>\n<wp:meta_key><![CDATA[akismet]]></wp:meta_key>\n"
        "<wp:meta_value>a:1</wp:meta_value></wp:commentmeta></wp:comment>",
        1,
    )
    .replace(
        "<wp:status>",
        '<category domain="category" nicename="a"><![CDATA[A]]></category>'
        '<category domain="post_tag" nicename="b">B &amp; C</category>'
        "<wp:postmeta><wp:meta_key>k</wp:meta_key>\n<wp:meta_value><![CDATA[<v>]]>"
        "</wp:meta_value></wp:postmeta><wp:status>",
    )
)
SAMPLES = {
    "plain": export(ITEM),
    "indented": export(INDENTED, item(number=2, title="Lamps &amp; &lt;b&gt;oats")),
    **{
        path.name: path.read_bytes()
        for path in sorted(DEMO.glob("*.xml"))
        if "disqus" not in path.name
    },
}
# What means something to a parser, put anywhere.
MARKS = (
    b"<", b">", b"&", b"&amp;", b"&#65;", b"]", b"]]>", b"<![CDATA[", b"]]]]><![CDATA[>",
    b"<!--", b"-->", b"</wp:comment>", b"<wp:comment>", b"<wp:comment_id>", b"<wp:a/>",
    b"<wp:comment_type>spam</wp:comment_type>", b"</item>", b"<item>", b'"', b" a='b'",
    b"\0", b"\x0b", b"\x1f", b"\r", b"\r\n", b"\t", b"\xc2\x85", b"\xc2\xa0", b"\xff",
    b"\xef\xbf\xbe", b"\xef\xbf\xbf", b"\xed\xa0\x80", b"\xf0\x9f\x92\xa1", b"<?a b?>",
)  # fmt: skip


def read(data, *, by_pattern):
    reading = Reading()
    try:
        source = wordpress.WordPressExport(io.BytesIO(data), reading)
    except Unreadable as error:
        return str(error)
    if not by_pattern:
        source._is_plain = False
    return list(source.posts()), source.blog, reading


@pytest.mark.parametrize("name", SAMPLES)
def test_an_item_read_in_parts_is_the_same(name, monkeypatch):
    whole = read_last_item(SAMPLES[name])
    monkeypatch.setattr(plain_items, "PART", 1)
    assert read_last_item(SAMPLES[name]) == whole


def read_last_item(data):
    """Read a file's last item by pattern."""
    [*_others, last] = XmlItems(io.BytesIO(data), b"item")
    return read_plain_item(last.data, wordpress._count_ids(last.data))


@pytest.mark.parametrize("name", SAMPLES)
def test_both_readers_say_the_same_of_whole_files(name):
    data = SAMPLES[name]
    assert read(data, by_pattern=True) == read(data, by_pattern=False)
    assert read_last_item(data)


def test_every_category_and_tag_is_read():
    [post, _other], _blog, _notes = read(SAMPLES["indented"], by_pattern=True)
    assert post.topics == ("A", "B & C")


@settings(max_examples=int(os.environ.get("FUZZ", "300")), deadline=None)
@given(st.data())
def test_both_readers_say_the_same_of_damaged_files(data):
    raw = bytearray(SAMPLES[data.draw(st.sampled_from(["plain", "indented"]))])
    first = raw.find(b"<item>") if data.draw(st.booleans()) else 0
    for _turn in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(first, len(raw)))
        end = min(len(raw), start + data.draw(st.integers(0, 40)))
        copied = bytes(raw[start : start + 200])
        raw[start:end] = data.draw(
            st.one_of(
                st.sampled_from(MARKS), st.binary(max_size=3), st.just(copied + copied)
            )
        )
    damaged = bytes(raw)
    # As a long item is read: in parts, here of one comment each.
    with patch.object(plain_items, "PART", data.draw(st.sampled_from([1, 1 << 22]))):
        by_pattern = read(damaged, by_pattern=True)
    assert by_pattern == read(damaged, by_pattern=False)


@settings(max_examples=int(os.environ.get("FUZZ", "200")), deadline=None)
@given(st.text(st.one_of(st.characters(), st.sampled_from("]>&<\r\n\t\ufffe\x85\xa0"))))
def test_both_readers_say_the_same_of_any_text(text):
    text = text.encode("utf-8", "surrogatepass")
    data = export(item(comment(1, "TEXT", author="TEXT"), body="TEXT"))
    written = data.replace(b"TEXT", text)
    assert read(written, by_pattern=True) == read(written, by_pattern=False)
    written = data.replace(b"<![CDATA[TEXT]]>", text)
    assert read(written, by_pattern=True) == read(written, by_pattern=False)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"<wp:comment_type>", b"<wp:karma>1</wp:karma><wp:comment_type>"),
        (
            b"<wp:comment_type>",
            b"<wp:comment_type>a</wp:comment_type><wp:comment_type>",
        ),
        (b"<wp:comment>", b"<wp:comment a='b'>"),
        (b"<wp:comment_id>", b"<wp:comment_id >"),
        (b"One", b"]]]]><![CDATA[>"),
        (b"One", b"]]> and ]]>"),
        (b"One", b"a \x0b tab"),
        (b"One", b"\xef\xbf\xbf"),
        (b"One", b"\xff"),
        (b"One", b"</wp:comment><wp:comment>"),
        (b"One", b"<wp:comment_id>9</wp:comment_id>"),
        (b"nell@mail", b"nell&amp;@mail"),
        (b"</wp:comment>", b"</wp:comment>words"),
        (b"</wp:comment>", b"</wp:comment><!-- no -->"),
        (b"<item><title>", b"<item><dc:comment>a</dc:comment><title>"),
        (b"<item><title>", b"<item><title><b>c</b>"),
        (b"<item><title>", b"<item><encoded>a</encoded><title>"),
    ],
)
def test_whatever_is_unusual_is_left_to_the_parser(before, after):
    whole = export(ITEM)
    assert before in whole
    damaged = whole.replace(before, after, 1)
    assert read_last_item(damaged) is None
    assert read(damaged, by_pattern=True) == read(damaged, by_pattern=False)


@pytest.mark.parametrize(
    "change",
    [
        (b"UTF-8", b"iso-8859-1"),
        (b"xmlns:dc=", b"xmlns:dd="),
        (b"1.2/excerpt/", b"1.2/other/"),
        (b"purl.org/dc/", b"purl.org/excerpt/"),
        (b' xmlns:dc="', b' xmlns:no="excerpt" xmlns:dc="'),
        (b"\n xmlns:dc=", b" a=b xmlns:dc="),
    ],
)
def test_a_root_of_another_kind_leaves_the_file_to_the_parser(change):
    data = export(INDENTED).replace(*change, 1)
    source = wordpress.WordPressExport(io.BytesIO(data), Reading())
    assert not source._is_plain
