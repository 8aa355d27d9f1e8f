import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentarchive.importers import xml_items
from commentarchive.importers.xml_items import XmlItems

pytestmark = pytest.mark.pure
PARTS = (
    b"<item>", b"</item>", b"<item/>", b"<items>", b"<![CDATA[", b"]]>", b"<!--", b"-->",
    b"<a>", b"words", b"</rss>", b"<it", b"em>",
)  # fmt: skip


def items_of(data):
    items = XmlItems(io.BytesIO(data), b"item", b"entry")
    return items.head, list(items), items.tail


@given(st.lists(st.sampled_from(PARTS), max_size=12).map(b"".join), st.integers(1, 20))
def test_where_reads_end_makes_no_difference(data, chunk):
    whole = items_of(data)
    before = xml_items.CHUNK
    xml_items.CHUNK = chunk
    try:
        assert items_of(data) == whole
    finally:
        xml_items.CHUNK = before


@given(st.lists(st.sampled_from(PARTS), max_size=12).map(b"".join))
def test_every_item_stands_where_it_says(data):
    head, items, tail = items_of(data)
    assert data.startswith(head)
    for each in items:
        assert data.startswith(each.data, each.offset)
        assert each.data.startswith(b"<item")
        if each.is_whole:
            assert each.data.endswith((b"</item>", b"/>"))
    assert tail.offset + len(tail.data) == len(data)
