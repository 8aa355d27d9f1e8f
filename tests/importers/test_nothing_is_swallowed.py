"""Fixtures joined, and interleaved with what nobody knows: nothing vanishes unsaid."""

import json
import re

import pytest

from tests.importers.reading import all_fixtures, fixture, importer_of, read
from tests.wxr import comment, export, item

pytestmark = pytest.mark.pure

_XML = ("blogger", "disqus", "feed", "wordpress/")
WXR = "wordpress/export.xml"
# Pages; and records of our own, of which another form is refused as a whole.
_OTHERWISE = ("warc", "web_page", "mail", "document")
NAMES = [
    *(
        name
        for name in all_fixtures()
        if not name.startswith(_OTHERWISE) and "posts.json" not in name
    ),
    WXR,
]
TEXTS = [name for name in NAMES if not name.endswith(".sql")]


def source(name):
    if name != WXR:
        return fixture(name)
    return export(item(comment(1), comment(2, parent=1)), item(comment(3), number=2))


def count(posts):
    return sum(len(post.comments) for post in posts)


def said(reading):
    return " ".join(each.reason for each in reading.problems)


@pytest.mark.parametrize("name", NAMES)
def test_joined_files_are_read_both_or_the_rest_is_named(name):
    data = source(name)
    once, _reading = read(data)
    for between in (b"", b"\n", b"\n\xef\xbb\xbf"):
        posts, reading = read(data + between + data)
        if count(posts) < 2 * count(once):
            assert not reading.is_whole, between
            assert count(posts) >= count(once)
        if name.startswith(_XML):
            assert "another file begins here" in said(reading)


def test_words_between_two_articles_are_named():
    data = source(WXR).replace(b"</item>\n<item>", b"</item>\nlost words<item>")
    posts, reading = read(data)
    assert count(posts) == 3
    assert said(reading) == "text between two records; not read"
    assert "lost" not in said(reading)
    assert not reading.is_whole


def with_field(name, data):
    """Add a field that no format has to the first comment, or its article."""
    if name.startswith("movable_type"):
        return data.replace(b"STATUS:", b"MOOD: glad\nSTATUS:", 1)
    if name.startswith("blogger"):
        return data.replace(b"<published>", b"<mood>glad</mood><published>", 1)
    if name.startswith(_XML):
        closing = re.search(rb"</(?:post|item|entry|wp:comment)>", data)
        start = closing.start()
        return data[:start] + b"<mood>glad</mood>" + data[start:]
    return with_member(name, data, b'"mood":{"text":["glad"]}')


def with_member(name, data, member, number=0):
    """Put a member into a comment of a source in JSON, before all that it has."""
    places = sorted(each.byte for post in read(data)[0] for each in post.comments)
    start = places[number] if places else data.find(b"{")
    assert data[start : start + 1] == b"{", (
        f"a comment's byte is that of its {{ in JSON; for another kind of source, say "
        f"here how a field is added to {name}"
    )
    return data[: start + 1] + member + b"," + data[start + 1 :]


@pytest.mark.parametrize("name", TEXTS)
def test_an_unknown_field_is_named_and_nothing_else_changes(name):
    data = source(name)
    before, sound = read(data)
    posts, reading = read(with_field(name, data))
    assert count(posts) == count(before)
    assert "“mood”" in said(reading).lower()
    assert reading.is_whole == sound.is_whole


def test_an_unknown_field_of_an_article_of_wordpress_is_named():
    whole = export(item(comment(1)))
    _posts, reading = read(
        whole.replace(b"<wp:status>", b"<wp:mood>1</wp:mood><wp:status>")
    )
    assert "“mood” of an article" in said(reading)


def test_an_unknown_column_is_named():
    from tests.importers.reading import FIXTURES

    script = (FIXTURES / "isso/comments.sql").read_text()
    import sqlite3

    with sqlite3.connect(":memory:") as database:
        database.executescript(script)
        database.execute("ALTER TABLE comments ADD COLUMN mood TEXT")
        data = database.serialize()
    _posts, reading = read(data)
    assert "“mood” of a comment" in said(reading)


def with_record(name, data):
    """Put a record of a kind that no format has between the others."""
    if name.startswith("movable_type"):
        return data.replace(
            b"-----\nEXCERPT:", b"-----\nPOLL:\nyes\n-----\nEXCERPT:", 1
        )
    if name.startswith(_XML):
        closing = re.search(rb"</(?:thread|item|entry)>", data)
        end = closing.end()
        return data[:end] + b"<poll><vote>yes</vote></poll>" + data[end:]
    if importer_of(data).may_end_after == b"}":
        return data + b'{"poll":"yes"}\n'
    if data.startswith(b"{"):
        return data.replace(b"{", b'{"polls":[{"vote":"yes"}],', 1)
    assert data.startswith(b"["), f"say here how a record is added to {name}"
    return data.rstrip()[:-1] + b',{"poll":"yes"}]'


@pytest.mark.parametrize("name", TEXTS)
def test_an_unknown_record_is_named_and_makes_the_copy_partial(name):
    data = source(name)
    before, _reading = read(data)
    posts, reading = read(with_record(name, data))
    assert count(posts) == count(before)
    assert not reading.is_whole
    assert reading.problems


@pytest.mark.parametrize("name", ["blogger/classic.xml", "disqus/forum.xml", WXR])
def test_a_record_that_swallowed_the_next_one_is_counted_all_the_same(name):
    data = source(name)
    closing = {"b": b"</entry>", "d": b"</post>", "w": b"</wp:comment>"}[name[0]]
    before, _reading = read(data)
    start = data.rindex(closing, 0, data.rindex(closing))
    posts, reading = read(data[:start] + data[start + len(closing) :])
    assert count(posts) < count(before)
    assert "begin in the file" in said(reading)
    assert not reading.is_whole


@pytest.mark.parametrize(
    "data",
    [
        [{"id": 1, "post": 3, "author_name": "A", "type": "comment"}, {"slug": "a"}],
        [{"id": 1, "post": 3, "author_name": "A", "type": "comment"}, 7],
    ],
)
def test_an_answer_with_something_else_in_it_is_partial(data):
    data[0] |= {"status": "approved", "content": {"rendered": "<p>x</p>"}}
    posts, reading = read(json.dumps(data).encode())
    assert count(posts) == 1
    assert not reading.is_whole
