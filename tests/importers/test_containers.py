"""Files as they are sent: packed, damaged, and made to harm."""

import gzip
import io
import zipfile

import pytest

from commentarchive.importers import containers
from commentarchive.importers.isolated_source import IsolatedSource
from commentarchive.importers.parsed import Reading, Unreadable
from commentarchive.importers.registry import detect
from tests.importers.reading import all_fixtures, fixture
from tests.wxr import comment, export, item, write

pytestmark = pytest.mark.pure


def comments(path):
    reading = Reading()
    posts = list(detect(path).posts(reading))
    return sorted(each.raw for post in posts for each in post.comments), reading


@pytest.mark.parametrize("name", all_fixtures())
def test_gzip_and_zip_around_any_source(name, tmp_path):
    data = fixture(name)
    plain, _reading = comments(write(tmp_path, data, "plain"))
    packed = write(tmp_path, gzip.compress(data), "packed")
    assert comments(packed)[0] == plain
    both = tmp_path / "both.zip"
    with zipfile.ZipFile(both, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../outside", gzip.compress(data))
        archive.writestr("readme", b"hello")
    assert comments(both)[0] == plain
    # Names in a ZIP are never paths of ours.
    assert not (tmp_path.parent.parent / "outside").exists()


def test_what_came_before_the_damage_is_read(tmp_path):
    data = gzip.compress(export(*(item(comment(n), number=n) for n in range(1, 3000))))
    found, reading = comments(write(tmp_path, data[: len(data) // 2], "cut.gz"))
    assert 100 < len(found) < 2999
    assert not reading.is_whole
    assert any("damaged from here" in each.reason for each in reading.problems)


@pytest.mark.parametrize("packed_in", ["gzip", "zip", "gzip in zip"])
def test_a_bomb_stops_at_its_limit(packed_in, tmp_path, monkeypatch):
    """Counted as it inflates, whatever the headers say."""
    monkeypatch.setattr(containers, "RATIO_FROM", 1 << 20)
    bomb = export(item(comment(1, "x" * (30 << 20))))
    packed = gzip.compress(bomb) if "gzip" in packed_in else bomb
    path = write(tmp_path, packed, "bomb")
    if "zip" in packed_in.removeprefix("gzip"):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.xml", packed)
        path = write(tmp_path, out.getvalue(), "bomb.zip")
    with pytest.raises(Unreadable, match="inflates to more than 200 times"):
        comments(path)


def test_a_zip_that_declares_too_much_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(containers, "MAX_INFLATED", 1000)
    path = tmp_path / "large.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(3):
            archive.writestr(f"{number}.xml", b"x" * 500)
    with pytest.raises(Unreadable, match="the files of the ZIP have more than"):
        detect(path)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "the file is empty"),
        (b"\x1f\x8b", "what is packed in it is damaged"),
        (b"PK\x03\x04", "no whole ZIP"),
        (b'{"db":[{"meta":{},"data":{"posts":[]}}]}', "Ghost leaves comments"),
        (b"\xff\xfeh\0i\0", "UTF-16"),
        (
            b"hello",
            "can be read here .*--help lists them.*plain text, give it with --dr",
        ),
        (b"Caf\xe9, said Ann.\r\n", "plain text, give it with --draft"),
        (b"[]", r"it is not a source that can be read here [^;]*\Z"),
        (b"\x89PNG\r\n\0", r"it is not a source that can be read here [^;]*\Z"),
        (b" CDX N b a m s k r M S V g\n", "index of a web archive .*give the WARC"),
        (b"CDX A b e a m s c k r V v\n", "index of a web archive"),
        (b'com,reed)/a 20120501000000 {"url": "x"}\n', "index of a web archive"),
        (b"com,reed:8080)/ 20120501000000 http://reed", "index of a web archive"),
        (b"!OpenWayback-CDXJ 1.0\n", "index of a web archive"),
        (b'[["urlkey","timestamp","original"]]', "index of a web archive"),
        (b"(com) 20120501000000 is a date\n", "plain text, give it with --draft"),
        (b"<?xml version='1.0'?><!DOCTYPE x><x/>", "line 1, byte 21: a DOCTYPE"),
    ],
)
def test_one_sentence_for_what_is_none(data, words, tmp_path):
    with pytest.raises(Unreadable, match=words) as refused:
        IsolatedSource(write(tmp_path, data, "what"))
    assert refused.value.path.name == "what"
    assert "\n" not in str(refused.value)
