"""A byte that breaks a tag costs neither the comment nor its neighbours."""

import re

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


def _record_of(name, data, text):
    """Return where the record of a text begins and ends."""
    tag = {"wordpress": "wp:comment", "feed": "entry", "disqus": "post"}.get(
        name, "entry"
    )
    place = data.index(text)
    starts = [each.start() for each in re.finditer(f"<{tag}(?=[ >])".encode(), data)]
    end = data.index(f"</{tag}>".encode(), place) + len(tag) + 3
    return max(each for each in starts if each < place), end


def _blogger(*texts):
    entries = "".join(
        f"<entry><id>tag:blogger.com,1999:blog-1.post-{number}</id><blogger:parent>"
        "tag:blogger.com,1999:blog-1.post-9</blogger:parent><blogger:type>COMMENT"
        "</blogger:type><blogger:status>LIVE</blogger:status><author><name>N</name>"
        f"</author><content type='html'>{text}</content></entry>"
        for number, text in enumerate(texts, 1)
    )
    return (
        "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:blogger='http://schemas.google."
        f"com/blogger/2018'><title>b</title>{entries}</feed>"
    ).encode()


@pytest.mark.parametrize("is_put_in", [True, False])
@pytest.mark.parametrize("source", ["wordpress", "feed", "disqus", "blogger"])
def test_a_bad_byte_in_any_tag_costs_no_neighbour_and_is_named(source, is_put_in):
    make = {**SOURCES, "blogger": _blogger}[source]
    data = make("first", "second", "third")
    start, end = _record_of(source, data, b"second")
    places = [
        at for at in range(start, end)
        if data.rfind(b"<", 0, at + 1) > data.rfind(b">", 0, at)
    ]  # fmt: skip
    assert len(places) > 100
    survived = 0
    for at in places:
        for bad in (b"\xff", b"\0"):
            posts, reading = read(data[:at] + bad + data[at + (not is_put_in) :])
            texts = [each.raw for post in posts for each in post.comments]
            assert {"first", "third"} <= {*texts}, data[at - 20 : at + 5]
            assert reading.problems or reading.repairs, data[at - 20 : at + 5]
            survived += "second" in texts
    assert 2 * survived > len(places)
