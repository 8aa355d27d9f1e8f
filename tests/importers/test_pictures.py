"""Pictures inside texts, and texts that are too long for any limit of a parser."""

import base64
import json
from html import escape

import pytest

from commentarchive.importers import (
    page_source,
    pictures,
    safe_json,
    safe_xml,
    xml_items,
)
from commentarchive.importers.cut import cut
from commentarchive.importers.formats.wordpress import plain_items
from commentarchive.importers.parsed import Reading
from commentarchive.importers.pictures import without_pictures
from commentarchive.importers.registry import detect
from tests.importers.reading import read
from tests.importers.test_characters import SOURCES
from tests.wxr import comment, export, item, write

pytestmark = pytest.mark.pure

DATA = base64.b64encode(bytes(range(256)) * 12).decode()
LINES = "\n".join(DATA[at : at + 76] for at in range(0, len(DATA), 76))
IMAGE = f'before <img src="data:image/png;base64,{DATA}" alt="A map"> after'
LEFT = 'before <img src="data:," alt="A map"> after'


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (IMAGE, LEFT),
        (IMAGE.replace(DATA, LINES), LEFT),
        (IMAGE.replace(DATA, LINES.replace("\n", "\r\n")), LEFT),
        (escape(IMAGE), escape(LEFT)),
        (IMAGE.replace("image/png;", ""), LEFT),
        (IMAGE.replace("png;", "svg+xml;charset=utf-8;"), LEFT),
        (IMAGE.replace("data:image", "DATA:IMAGE").replace("DATA:", "data:"), LEFT),
        (json.dumps(IMAGE), json.dumps(LEFT)),
        (json.dumps(IMAGE).replace("/", "\\/"), json.dumps(LEFT)),
        (json.dumps(IMAGE.replace(DATA, LINES)), json.dumps(LEFT)),
        (f"![a map](data:image/gif;base64,{DATA}) b", "![a map](data:,) b"),
        (f"see data:image/gif;base64,{DATA}\nThanks", "see data:,\nThanks"),
        ('a "data:image/svg+xml,' + "%3Csvg%20" * 40 + '" b', 'a "data:," b'),
    ],
)
def test_pictures_go_and_words_stay(text, left):
    assert without_pictures(text.encode()).decode() == left


@pytest.mark.parametrize(
    "text",
    [
        "data: image/png;base64, which is how they write it",
        "data:image/png;base64,iVBORw0KGgo=",
        "metadata:a,b " * 50,
        "data:text," + "words and spaces " * 50,
    ],
)
def test_words_about_pictures_are_words(text):
    assert without_pictures(text.encode()).decode() == text


@pytest.mark.parametrize("source", SOURCES)
def test_a_comment_of_eleven_megabytes_is_read_with_its_words(source):
    picture = f'<img src="data:image/png;base64,{"QUJD" * 2_800_000}" alt="A map">'
    text = f"before {picture} after"
    made = SOURCES[source]("first", "#", "third")
    data = made.replace(b"#", text.replace('"', "'").encode())
    if source == "feed":
        data = made.replace(b"#", escape(text).encode())
    posts, reading = read(data)
    first, second, third = (each for post in posts for each in post.comments)
    assert (first.raw, third.raw) == ("first", "third")
    assert second.plain == "before [image: A map] after"
    assert len(second.raw) < 200
    assert reading.is_whole
    assert [each.reason for each in reading.repairs] == [pictures.PICTURES]
    byte = int(reading.repairs[0].place.removeprefix("byte "))
    assert data[byte:].startswith(b"data:image")


def test_an_article_of_pictures_is_read_and_its_comments_keep_their_bytes():
    body = (
        f'<p>Words.</p><img alt="One" src="data:image/png;base64,{"QUJD" * 3_000_000}">'
    )
    data = export(item(comment(1), comment(2), body=body + body), item(number=2))
    posts, reading = read(data)
    assert "base64" not in posts[0].raw
    assert posts[0].raw.count('alt="One"') == 2
    assert reading.is_whole
    for each in posts[0].comments:
        assert data[each.byte :].startswith(b"<wp:comment>")


@pytest.mark.parametrize("source", SOURCES)
def test_a_text_beyond_the_limit_is_cut_there_and_named(source, monkeypatch):
    for module in (pictures, safe_xml, safe_json, plain_items):
        monkeypatch.setattr(module, "MAX_TEXT", 300)
    data = SOURCES[source]("first", "y" * 2000, "third")
    posts, reading = read(data)
    texts = [each.raw for post in posts for each in post.comments]
    assert texts == ["first", "y" * 300, "third"] or (
        source == "movable_type" and 250 < len(texts[1]) <= 300
    )
    assert not reading.is_whole
    assert reading.has_all_records
    [problem] = reading.problems
    assert problem.reason == pictures.TOO_LONG
    byte = int(problem.place.removeprefix("byte "))
    assert data.index(b"first") < byte <= data.index(b"yyy")


def test_the_limit_is_named_with_its_number():
    assert "4,194,304 characters" in pictures.TOO_LONG


def test_a_text_that_no_parser_would_take_is_read_up_to_the_limit():
    data = export(item(comment(1, "word " * 3_000_000), comment(2, "next")))
    posts, reading = read(data)
    long, next_one = posts[0].comments
    assert len(long.raw) == pictures.MAX_TEXT
    assert next_one.raw == "next"
    assert [each.reason for each in reading.problems] == [pictures.TOO_LONG]


@pytest.mark.parametrize("chunk", [7, 1000])
def test_a_record_beyond_the_limit_is_cut_and_the_next_ones_are_read(
    chunk, monkeypatch
):
    monkeypatch.setattr(xml_items, "MAX_ITEM", 5000)
    monkeypatch.setattr(xml_items, "CHUNK", chunk)
    long = item(*(comment(n) for n in range(1, 40)))
    data = export(item(comment(100), number=7), long, item(comment(101), number=8))
    posts, reading = read(data)
    assert [post.source_id for post in posts] == ["7", "1", "8"]
    assert 3 < len(posts[1].comments) < 20
    place = f"byte {data.index(long.encode())}"
    assert (place, xml_items.TOO_LONG) in [
        (each.place, each.reason) for each in reading.problems
    ]
    assert not reading.is_whole


PAGE = (
    '<!DOCTYPE html><html><head><meta name="generator" content="WordPress 3">'
    '</head><body class="single postid-3"><h1 class="entry-title">T</h1>'
    '<ol class="commentlist"><li class="comment" id="comment-1"><div '
    'id="div-comment-1" class="comment-body"><div class="comment-author vcard">'
    '<cite class="fn">Ann</cite></div><div class="comment-meta commentmetadata">'
    '<a href="#comment-1">1 May 2012</a></div><p>{}</p></div></li></ol></body></html>'
)


def test_a_page_of_forty_megabytes_of_pictures_is_read():
    image = f'<img src="data:image/png;base64,{"QUJD" * 10_500_000}" alt="A map">'
    [post], reading = read(PAGE.format(f"See {image}").encode())
    assert post.comments[0].plain == "See [image: A map]"
    assert reading.is_whole


def test_a_page_beyond_the_limit_is_cut_there_and_named(monkeypatch):
    data = PAGE.format("words " * 100).encode()
    monkeypatch.setattr(page_source, "MAX_BYTES", len(data) - 20)
    reading = Reading()
    page = page_source.read_page(data, reading)
    assert not page.is_ended
    assert "cut there" in reading.problems[0].reason


def test_one_bad_byte_of_a_page_costs_itself_alone():
    data = PAGE.format("Grüße, caf#").encode().replace(b"#", b"\x81")
    [post], reading = read(data)
    assert post.comments[0].plain == "Grüße, caf\ufffd"
    assert reading.problems[0].place == f"byte {data.index(0x81)}"
    data = PAGE.format("don#t").encode().replace(b"#", b"\x92")
    [post], reading = read(data)
    assert post.comments[0].plain == "don’t"
    assert reading.is_whole


@pytest.mark.parametrize("number", [1, 2, 3])
def test_comments_beside_pictures_and_bad_bytes_are_cut_out_for_an_erasure(
    number, tmp_path
):
    picture = f'<img src="data:image/png;base64,{DATA}" alt="A map">'
    texts = ["one #", f"two {picture}", "three \x0b it\N{EURO SIGN}"]
    data = export(item(*(comment(n, text) for n, text in enumerate(texts, 1))))
    path = write(tmp_path, data.replace(b"#", b"\x81"))

    def is_wanted(_post, each):
        return each.source_id == str(number)

    target = tmp_path / "cut"
    assert cut(detect(path), target, is_wanted, {str(number)}) == 1
    left = [each.source_id for post in detect(target).posts(Reading())
            for each in post.comments]  # fmt: skip
    assert left == [str(n) for n in (1, 2, 3) if n != number]
    word = texts[number - 1].split()[0].encode()
    assert word not in target.read_bytes()
