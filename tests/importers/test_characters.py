"""One bad byte costs one byte, whatever the format it stands in."""

import json
import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentarchive.importers import xml_items
from commentarchive.importers.characters import codec_of, decoded
from commentarchive.importers.parsed import Unreadable
from tests.importers.reading import fixture, importer_of, read
from tests.wxr import comment, export, item

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("data", "text", "byte", "is_loss"),
    [
        (b"good caf\xe9 here", "good café here", 8, False),
        (b"a don\x92t b", "a don’t b", 5, False),
        (b"Gr\xfc\xdfe aus K\xf6ln", "Grüße aus Köln", 2, False),
        (b"il va \xe0 Paris", "il va à Paris", 6, False),
        ("„Spaß“ für 5 €".encode("cp1252"), "„Spaß“ für 5 €", 0, False),
        # What Windows-1252 does not explain.
        (b"a \x81 b", "a \ufffd b", 2, True),
        ("Привет мир".encode("cp1251"), "\ufffd" * 6 + " " + "\ufffd" * 3, 0, True),
        ("zażyły".encode("cp1250"), "za\ufffdy\ufffdy", 2, True),
        ("été".encode() + b" caf\xe9 x", "été caf\ufffd x", 9, True),
        # Characters that were cut in two.
        (b"they said \xe2\x80", "they said \ufffd", 10, True),
        (b"they said \xc3", "they said \ufffd", 10, True),
        ("日本".encode()[:-1], "日\ufffd", 3, True),
        (b"a \xf0\x9f\x98 b", "a \ufffd b", 2, True),
        # Halves of characters.
        (b"a \xed\xa0\xbd\xed\xb8\x80 b", "a 😀 b", 2, False),
        (b"a \xed\xa0\xbd b", "a \ufffd b", 2, True),
        (b"a &#55357;&#56832; b", "a 😀 b", 2, False),
        (b"a &amp;#xD83D;&amp;#xde00; b", "a 😀 b", 2, False),
        (b"a &#57343; b", "a \ufffd b", 2, True),
        # Control characters.
        (b"one\x0btwo", "one\ntwo", 3, False),
        (b"one\x00\x01two", "one two", 3, False),
        (b"don\xc2\x92t", "don’t", 3, False),
        (b"one\xef\xbf\xbftwo", "one\ufffdtwo", 3, True),
    ],
)
def test_what_a_fault_costs(data, text, byte, is_loss):
    found = decoded(data)
    assert found.data.decode() == text
    [fault] = found.faults
    assert (fault.byte, fault.is_loss) == (byte, is_loss)


def test_a_stretch_is_judged_by_itself():
    """A sound text beside a wrong one is evidence of nothing."""
    found = decoded("<b>été</b> caf".encode() + b"\xe9\n\xe2\x80")
    assert found.data.decode() == "<b>été</b> café\n\ufffd"
    assert [fault.byte for fault in found.faults] == [16, 18]


@given(st.text(max_size=30), st.binary(max_size=4), st.text(max_size=30))
def test_sound_bytes_stay_and_every_place_is_right(before, wrong, after):
    data = before.encode() + b"<" + wrong + b">" + after.encode()
    found = decoded(data)
    found.data.decode()
    if found.data == data:
        assert not found.faults
    assert all(0 <= fault.byte < len(data) for fault in found.faults)
    mark = found.data.rfind(b">" + decoded(after.encode()).data)
    assert data[found.byte(mark) : found.byte(mark) + 1] == b">"


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("ISO-8859-1", "don’t “see” it, café"),
        ("l1", "don’t “see” it, café"),
        ("us-ascii", "don’t “see” it, café"),
        ("ISO-8859-9", "İstanbul’da “ağaç”"),
        ("TIS-620", "ภาษาไทย…"),
        ("x-gbk", "中文，你好€"),
        ("gb2312", "朱镕基"),
        ("Shift_JIS", "①髙ソース"),
        ("x-sjis", "表示"),
        ("euc-kr", "똠방각하"),
        ("windows-31j", "テスト"),
        ("koi", "привет"),
        ("iso-8859-8-i", "שלום"),
        ("macintosh", "naïve"),
        ("cp437", "é"),
    ],
)
def test_a_label_means_what_browsers_mean_by_it(label, text):
    meant = {"us-ascii": "cp1252", "l1": "cp1252", "ISO-8859-1": "cp1252"}
    data = export(item(comment(1, text)), encoding=label).decode()
    posts, reading = read(data.encode(meant.get(label, codec_of(label))))
    assert posts[0].comments[0].raw == text
    assert (reading.repairs, reading.problems) == ([], [])


@pytest.mark.parametrize("label", ["no-such", "utf-7", "rot13", "unicode_escape"])
def test_an_unknown_label_is_refused_with_its_place(label):
    with pytest.raises(Unreadable, match="line 1, byte 0: its charset"):
        read(export(item(comment(1)), encoding=label))


def test_what_is_utf8_is_read_as_that_whatever_is_declared():
    data = export(item(comment(1, "été"), comment(2, "x")), encoding="ISO-8859-1")
    posts, reading = read(data)
    assert [each.raw for each in posts[0].comments] == ["été", "x"]
    assert reading.is_whole
    assert "read as UTF-8" in reading.repairs[0].reason
    # Nor is a file in UTF-16 that says so in ASCII.
    posts, reading = read(export(item(comment(1, "été")), encoding="UTF-16"))
    assert posts[0].comments[0].raw == "été"


ATOM = (
    '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" '
    'xmlns:thr="http://purl.org/syndication/thread/1.0"><title>b</title>{}</feed>'
)
ENTRY = (
    '<entry><id>tag:{number}</id><thr:in-reply-to ref="a" href="https://a.example/1"/>'
    "<author><name>N</name></author><title>t</title>"
    '<content type="html">{text}</content></entry>'
)
DISQUS = (
    '<?xml version="1.0"?><disqus xmlns="http://disqus.com" '
    'xmlns:dsq="http://disqus.com/disqus-internals"><thread dsq:id="1">'
    "<link>https://a.example/</link></thread>{}</disqus>"
)
DISQUS_POST = (
    '<post dsq:id="{number}"><message><![CDATA[{text}]]></message>'
    "<isDeleted>false</isDeleted><isSpam>false</isSpam><author><name>N</name></author>"
    '<thread dsq:id="1"/></post>'
)
MOVABLE = "AUTHOR: a\nTITLE: t\n-----\nBODY:\nx\n-----\n{}--------\n"
MOVABLE_COMMENT = "COMMENT:\nAUTHOR: n{number}\n{text}\n-----\n"


def _wordpress(*texts):
    return export(item(*(comment(n, each) for n, each in enumerate(texts, 1))))


def _joined(whole, part):
    def made(*texts):
        parts = [part.format(number=n, text=each) for n, each in enumerate(texts, 1)]
        return whole.format("".join(parts)).encode()

    return made


def _rest(*texts):
    records = [
        {
            "id": n,
            "post": 1,
            "parent": 0,
            "author_name": "N",
            "link": "",
            "type": "comment",
            "status": "approved",
            "content": {"rendered": each},
        }
        for n, each in enumerate(texts, 1)
    ]
    return json.dumps(records).encode()


SOURCES = {
    "wordpress": _wordpress,
    "feed": _joined(ATOM, ENTRY),
    "disqus": _joined(DISQUS, DISQUS_POST),
    "movable_type": _joined(MOVABLE, MOVABLE_COMMENT),
    "wordpress_rest": _rest,
}


@pytest.mark.parametrize("wrong", [b"\x81", b"\xe2\x80", b"\xed\xa0\xbd"], ids=repr)
@pytest.mark.parametrize("source", SOURCES)
def test_one_bad_byte_costs_one_byte_in_every_source(source, wrong):
    data = SOURCES[source]("first", "seco#nd", "third")
    place = data.index(b"#")
    posts, reading = read(data.replace(b"#", wrong))
    assert importer_of(data).name == source
    texts = [each.raw for post in posts for each in post.comments]
    assert texts == ["first", "seco\ufffdnd", "third"]
    [problem] = reading.problems
    assert problem.place == f"byte {place}"
    assert not reading.is_whole
    assert reading.has_all_records
    assert reading.repairs == []


@pytest.mark.parametrize("source", SOURCES)
def test_signs_of_windows_1252_are_read_as_such_in_every_source(source):
    data = SOURCES[source]("first", "don#t", "third").replace(b"#", b"\x92")
    posts, reading = read(data)
    texts = [each.raw for post in posts for each in post.comments]
    assert texts == ["first", "don’t", "third"]
    assert reading.is_whole
    assert reading.repairs[0].place == f"byte {data.index(0x92)}"


@pytest.mark.parametrize("source", SOURCES)
def test_control_characters_part_words_in_every_source(source):
    data = SOURCES[source]("first", "one#two", "third").replace(b"#", b"\x0b")
    posts, reading = read(data)
    texts = [each.raw for post in posts for each in post.comments]
    assert texts == ["first", "one\ntwo", "third"]
    assert reading.is_whole
    assert reading.repairs


@pytest.mark.parametrize(
    ("where", "byte"),
    [
        (b"<title>An article</title>", b"article"),
        (b'<?xml version="1.0" encoding="UTF-8" ?>\n<rss version="2.0"', b"2.0"),
        (b"<wp:comment_author_url>x y</wp:comment_author_url>", b"x y"),
        (b"<title>Test blog</title>", b"blog"),
        (b'<category domain="d" nicename="a b"/><wp:comment><', b"a b"),
    ],
)
def test_a_bad_byte_in_a_name_a_title_an_attribute_or_the_head(where, byte):
    data = export(item(comment(1, "fine", url="x y"), comment(2, "too")))
    data = data.replace(b"<wp:comment><", b'<category domain="d" nicename="a b"/>'
                        b"<wp:comment><", 1)  # fmt: skip
    assert where in data
    broken = data.replace(where, where.replace(byte, byte + b"\x81"), 1)
    posts, _reading = read(broken)
    assert [each.raw for each in posts[0].comments] == ["fine", "too"]
    assert posts[0].is_live


@pytest.mark.parametrize("chunk", [1, 7, 4096, 65536])
def test_where_reads_end_makes_no_difference_to_a_fault(chunk, monkeypatch):
    """Around the ends of what is read at once stand long and bad characters."""
    before = read(export(item(comment(1, "x" * 4070), comment(2, "y" * 61_000))))
    data = export(item(*(comment(n, "é" * 200 + "caf#") for n in range(1, 200))))
    data = data.replace(b"#", b"\xe2\x80")
    whole = read(data)
    monkeypatch.setattr(xml_items, "CHUNK", chunk)
    assert before[1].is_whole
    if chunk > 7:
        assert read(data) == whole
    assert len(whole[0][0].comments) == len(whole[1].problems) == 199
    places = [f"byte {place}" for place in _places(data)]
    assert [each.place for each in whole[1].problems] == places


def _places(data):
    place = -1
    while (place := data.find(b"\xe2\x80]", place + 1)) >= 0:
        yield place


def test_references_in_elements_and_in_cdata_become_characters():
    text = "a &#55357;&#56838; b &#x1F600; c It&#146;s d&#11;e &#xFFFE;"
    bare = export(item(comment(1, "T"))).replace(b"<![CDATA[T]]>", text.encode())
    posts, reading = read(bare)
    assert posts[0].comments[0].raw == "a 😆 b 😀 c It’s d\ne \ufffd"
    assert [each.reason for each in reading.problems] == [
        "a reference to what is no character; U+FFFD stands for it"
    ]
    posts, reading = read(export(item(comment(1, "a &#55357;&#56838; b &#55357;"))))
    assert posts[0].comments[0].raw == "a 😆 b \ufffd"
    assert len(reading.repairs) == len(reading.problems) == 1


def test_the_memory_that_faults_take_is_bounded():
    data = export(item(comment(1, "<b>\x00</b>" * 100_000)))
    posts, reading = read(data)
    assert len(posts[0].comments) == 1
    assert len(reading.repairs) <= 20_001


def test_bad_bytes_of_a_database_are_read_and_said():
    with sqlite3.connect(":memory:") as database:
        database.deserialize(fixture("isso/comments.sql"))
        wrong = "UPDATE comments SET text = CAST(? AS TEXT) WHERE id = ?"
        ids = [row[0] for row in database.execute("SELECT id FROM comments LIMIT 2")]
        database.execute(wrong, (b"don\x92t", ids[0]))
        database.execute(wrong, (b"a\x00b \x81", ids[1]))
        database.commit()
        posts, reading = read(database.serialize())
    texts = {each.source_id: each.raw for post in posts for each in post.comments}
    assert texts[str(ids[0])] == "don’t"
    assert texts[str(ids[1])] == "a b \ufffd"
    assert not reading.is_whole
    assert reading.has_all_records
