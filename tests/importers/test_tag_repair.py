"""A byte that breaks a tag costs neither the comment nor its neighbours."""

import pytest

from commentarchive.importers.tag_repair import MOST_BROKEN, mended_tags
from tests.importers.reading import read
from tests.importers.test_characters import SOURCES

pytestmark = pytest.mark.pure
WHOLE = b"<a><b:c>x</b:c><d e='f'><![CDATA[<g>]]></d><h/></a>"


@pytest.mark.parametrize(
    "broken",
    [
        WHOLE.replace(b"<b:c>", b"<b\xe2\x80\x99:c>"),
        WHOLE.replace(b"<b:c>", b"<\xef\xbf\xbd:c>"),
        WHOLE.replace(b"</b:c>", b"</\xef\xbf\xbdb:c>"),
        WHOLE.replace(b"</b:c>", b"</b:\xef\xbf\xbd>"),
        WHOLE.replace(b"</b:c>", b"<\xef\xbf\xbd/b:c>"),
        WHOLE.replace(b"<b:c>", b"<b: c>"),
        WHOLE.replace(b"</d>", b"</d\xef\xbf\xbd>"),
        WHOLE.replace(b"<![CDATA[", b"<![CD\xef\xbf\xbdATA["),
        WHOLE.replace(b"<![CDATA[", b"<![CD\xef\xbf\xbdTA["),
        WHOLE.replace(b"]]>", b"]]\xef\xbf\xbd>"),
        WHOLE.replace(b"]]>", b"]\xef\xbf\xbd>"),
    ],
)
def test_a_broken_tag_is_as_its_other_end_says(broken):
    assert broken != WHOLE
    assert mended_tags(broken) == WHOLE


@pytest.mark.parametrize(
    "piece",
    [
        WHOLE,
        b"<a><b>x</a>",
        b"</a>",
        b"<a>\xc3\xa9</a>",
        b"<a b='\xc3\xa9'>x</a>",
        b"<",
    ],
)
def test_what_is_whole_or_broken_otherwise_stays(piece):
    assert mended_tags(piece) == piece


def test_a_file_of_broken_tags_alone_is_left_as_it_is():
    piece = b"<a\xef\xbf\xbd>x</a>" * (MOST_BROKEN + 1)
    assert mended_tags(piece) == piece


@pytest.mark.parametrize("source", ["wordpress", "feed", "disqus"])
@pytest.mark.parametrize("wrong", [b"\x92", b"\xff", b"\xe2\x80"], ids=repr)
def test_a_bad_byte_in_any_name_of_a_tag_is_survived(source, wrong):
    data = SOURCES[source]("first", "second", "third")
    place = data.index(b"second")
    # Inside the record, not in its own tags.
    end = min(
        at for each in (b"</wp:comment>", b"</entry>", b"</post>")
        if (at := data.find(each, place)) > 0
    )  # fmt: skip
    names = [
        at for at in range(place, end)
        if data[at - 1 : at].isalpha() and data.rfind(b"</", 0, at) > data.rfind(b">", 0, at)
    ]  # fmt: skip
    assert len(names) > 5
    for at in names:
        posts, reading = read(data[:at] + wrong + data[at:])
        texts = [each.raw for post in posts for each in post.comments]
        assert texts == ["first", "second", "third"], data[:at][-20:]
        assert any("tag that was broken" in each.reason for each in reading.repairs)
