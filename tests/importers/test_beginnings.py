"""A file is what its own beginning says, not what it quotes."""

import gzip
import io
import json
import sqlite3
import tarfile
import zipfile

import pytest

from commentarchive.importers.parsed import Reading, Unreadable
from commentarchive.importers.registry import IMPORTERS, detect
from tests.importers.reading import fixture, importer_of, read
from tests.importers.test_nothing_is_swallowed import TEXTS as FILES
from tests.importers.test_nothing_is_swallowed import WXR
from tests.wxr import comment, export, item, write

pytestmark = pytest.mark.pure

BROWSERS = (
    b"<br />\n<b>Warning</b>:  Cannot modify header information - headers already sent"
    b" by (output started at /a/<b>.php:3) in <b>/b.php</b> on line <b>12</b><br />\n"
)
TERMINAL = b"PHP Notice:  Undefined index: [0] {x} in /a/b.php on line 5\n\n"
MARK = b"\xef\xbb\xbf"
TEXTS = {
    name.partition("/")[0]: fixture(name).lstrip() for name in FILES if name != WXR
}
TEXTS |= {
    "wordpress": export(item(comment(1))),
    "blogger": fixture("blogger/takeout.atom"),
    "feed": b'<?xml version="1.0"?><rss version="2.0"><channel></channel></rss>',
    "wordpress_rest": fixture("wordpress_rest/comments.json").lstrip(),
    "disqus": b'<disqus xmlns="http://disqus.com"></disqus>',
    "web_page": b"<!DOCTYPE html><html><body></body></html>",
}
JSON = [name for name, data in TEXTS.items() if data.startswith((b"{", b"["))]


@pytest.mark.parametrize("before", [MARK, b"\n\n" + MARK, BROWSERS, TERMINAL, BROWSERS * 2
                                    + TERMINAL], ids=repr)  # fmt: skip
@pytest.mark.parametrize("name", TEXTS)
def test_marks_and_warnings_before_a_file_do_not_hide_what_it_is(name, before):
    assert importer_of(before + TEXTS[name]).name == name


@pytest.mark.parametrize("before", [MARK, BROWSERS], ids=["mark", "warning"])
@pytest.mark.parametrize("name", JSON)
def test_json_is_read_as_whole_with_them_as_without(name, before):
    plain, plain_reading = read(TEXTS[name])
    posts, reading = read(before + TEXTS[name])
    told = [[(each.raw, each.byte) for each in post.comments] for post in posts]
    assert told == [
        [(each.raw, each.byte + len(before)) for each in post.comments]
        for post in plain
    ]
    assert reading.is_whole == plain_reading.is_whole
    repairs = len(reading.repairs) - len(plain_reading.repairs)
    assert repairs == (before == BROWSERS)


def test_warnings_before_an_export_are_left_out_and_said():
    data = BROWSERS + export(item(comment(1)))
    posts, reading = read(data)
    assert posts[0].comments[0].source_id == "1"
    assert posts[0].comments[0].byte == data.index(b"<wp:comment>")
    assert [each.reason for each in reading.repairs] == [
        "text before the first element; left out"
    ]
    assert reading.is_whole


QUOTED = {
    "an export of WordPress": '<rss xmlns:wp="http://wordpress.org/export/1.2/">',
    "one of Disqus": '<disqus xmlns="http://disqus.com">',
    "one of Blogger": "<category scheme='http://schemas.google.com/g/2005#kind' "
    "term='http://schemas.google.com/blogger/2008/kind#comment'/>",
    "an answer": '[{"content":{"rendered":"x"},"_links":"/wp/v2/"}]',
    "one of Isso": '[{"id":"a","comments":[]}]',
    "one of Remark42": '{"version":1,"users":[]}{"locator":{}}',
    "one of Commento": '{"version":1,"comments":[]}',
    "Movable Type's": "AUTHOR: a\nTITLE: b\n-----\n",
    "a database": "SQLite format 3\0 comments threads uri",
    "an archive": "WARC/1.0\r\n",
}


@pytest.mark.parametrize("what", QUOTED)
@pytest.mark.parametrize(
    "around",
    [
        "Dear all,\n\nthis is how it looks:\n\n{}\n",
        "# How it looks\n\n    <?xml version='1.0'?>{}\n",
        '{{"note": "{}"}}',
        "<notes><!-- {} --><![CDATA[{}]]></notes>",
    ],
)
def test_a_text_about_a_format_is_none_of_it(what, around):
    quoted = QUOTED[what]
    if around.startswith("{{"):
        quoted = json.dumps(quoted)[1:-1]
    data = around.replace("{{", "{").replace("}}", "}").replace("{}", quoted).encode()
    assert importer_of(data) is None


@pytest.mark.parametrize("what", QUOTED)
def test_a_page_about_a_format_is_a_page(what):
    page = f"<!DOCTYPE html><html><head></head><body><pre>{QUOTED[what]}</pre><!-- "
    data = f"{page}{QUOTED[what]} --></body></html>".encode()
    assert importer_of(data).name == "web_page"


@pytest.mark.parametrize("quote", ["<![CDATA[{}]]>", "<!-- {} -->"])
def test_a_feed_that_speaks_of_blogger_is_no_export_of_it(quote):
    kind = (
        QUOTED["one of Blogger"] + " xmlns:b='http://schemas.google.com/blogger/2018'"
    )
    data = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>{quote.format(kind)}'
    assert importer_of(data.encode()).name == "feed"


def _zip(parts, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def _tar(data):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        info = tarfile.TarInfo("export.xml")
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


DATA = export(item(comment(1)))
INNER = {
    "a ZIP": _zip({"a.xml": DATA}),
    "a stored ZIP": _zip({"a.xml": DATA}, zipfile.ZIP_STORED),
    "a stored answer": _zip(
        {"a.json": fixture("wordpress_rest/comments.json")}, zipfile.ZIP_STORED
    ),
    "a tar archive": _tar(DATA),
    "a packed tar archive": gzip.compress(_tar(DATA)),
    "a 7z archive": b"7z\xbc\xaf\x27\x1c" + DATA,
    "a RAR archive": b"Rar!\x1a\x07\x00" + DATA,
    "an xz file": b"\xfd7zXZ\0" + DATA,
    "a gzip file": gzip.compress(gzip.compress(DATA)),
    "a zstd file": b"\x28\xb5\x2f\xfd" + DATA,
}


@pytest.mark.parametrize("name", INNER)
def test_what_is_packed_twice_is_refused_with_one_sentence(name, tmp_path):
    word = name.replace("stored answer", "ZIP").replace("stored ", "")
    word = word.replace("packed ", "")
    for method in (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED):
        data = _zip({"readme.txt": b"hello", "inner": INNER[name]}, method)
        with pytest.raises(Unreadable, match=f"^{word} lies in the ZIP") as refused:
            detect(write(tmp_path, data, "outer.zip"))
        assert "its file 1" in str(refused.value)
    if word != "a ZIP":
        with pytest.raises(Unreadable, match=f"^it is {word}: unpack it"):
            detect(write(tmp_path, INNER[name], "plain"))


def test_what_is_packed_beside_an_export_is_named_as_a_loss(tmp_path):
    data = _zip({"a.xml": DATA, "b.zip": INNER["a ZIP"], "c.txt": b"hello"})
    reading = Reading()
    posts = list(detect(write(tmp_path, data, "outer.zip")).posts(reading))
    assert len(posts) == 1
    assert [each.reason for each in reading.problems] == [
        "file 2 of the ZIP is a ZIP; unpack that by itself",
        "file 3 of the ZIP is no export; left out",
    ]
    assert not reading.is_whole


def test_a_database_is_what_its_tables_make_it():
    with sqlite3.connect(":memory:") as database:
        database.executescript(
            "CREATE TABLE notes (words); INSERT INTO notes VALUES "
            "('comments and threads, each with a uri; CREATE TABLE comments (');"
        )
        assert importer_of(database.serialize()) is None
    assert importer_of(fixture("isso/comments.sql")).name == "isso"


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_file_in_utf16_is_refused_as_one(codec, tmp_path):
    with pytest.raises(Unreadable, match="it is written in UTF-16"):
        detect(write(tmp_path, DATA.decode().encode(codec)))


def test_an_empty_zip_is_said_to_be_one(tmp_path):
    with pytest.raises(Unreadable, match="the ZIP is empty"):
        detect(write(tmp_path, _zip({}), "empty.zip"))


def test_the_names_of_importers_stay():
    assert {*TEXTS} <= {each.name for each in IMPORTERS}


def test_an_export_of_another_kind_is_named_as_a_loss_and_a_page_is_not(tmp_path):
    isso = b'[{"id": "/1/", "title": "Ferry", "comments": []}]'
    page = b"<!DOCTYPE html><html><body><p>Read me.</p></body></html>"
    for other, label, is_loss in (
        (isso, "database or JSON of Isso", True),
        (page, "saved web page (HTML)", False),
    ):
        reading = Reading()
        path = write(tmp_path, _zip({"a.xml": DATA, "b": other}), "outer.zip")
        assert len(list(detect(path).posts(reading))) == 1
        assert [each.reason for each in reading.problems] == [
            f"file 2 of the ZIP is another kind of source ({label}); give it by itself"
        ]
        assert reading.is_whole is not is_loss
