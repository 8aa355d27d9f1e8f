import json
import sqlite3

import pytest

from commentarchive.importers.parsed import Unreadable
from tests.importers.reading import comments_of, importer_of, read

pytestmark = pytest.mark.pure


def test_the_database():
    posts, reading = read("isso/comments.sql")
    assert [(post.source_id, post.addresses) for post in posts] == [
        ("/2013/ferry/", ("/2013/ferry/",)),
        ("/2013/quay/", ("/2013/quay/",)),
        ("", ()),
    ]
    assert {post.parents for post in posts} == {"shown"}
    comments = comments_of(posts)
    assert {key: each.state for key, each in comments.items()} == {
        "1": "live",
        "2": "pending",
        "3": "deleted",
        "4": "unknown",
        # Its thread is not there.
        "5": "unknown",
    }
    assert comments["1"].html.strip() == "<p>It <em>never</em> comes.</p>"
    assert comments["1"].when.utc.isoformat() == "2013-10-01T10:00:00.500000+00:00"
    assert comments["2"].name == ""
    assert [each.reason for each in reading.problems] == [
        "comment 4: its mode is none that Isso has",
        "thread 7 of comment 5 is not in the file; kept for staff only",
    ]


def test_the_json():
    [post, empty] = read("isso/threads.json")[0]
    assert (post.title, empty.comments) == ("The ferry", [])
    assert [each.name for each in post.comments] == ["Mona", ""]
    assert "<blockquote>" in post.comments[1].html
    # Without an offset: it is put on the blog's clock.
    assert post.comments[0].when.utc.tzinfo is None


def test_the_order_of_names_does_not_matter():
    remark = {
        "text": "hello",
        "id": 0,
        "author": "Ada",
        "created": "2005-02-24 04:03:37",
    }
    for thread in (
        {"comments": [remark], "id": "/posts/1/", "title": "A"},
        {"title": "A", "comments": [remark], "id": "/posts/1/"},
        {"comments": [remark | {"text": "long " * 50_000}], "id": "/posts/1/"},
    ):
        [post], reading = read(json.dumps([thread]).encode())
        assert (post.source_id, len(post.comments)) == ("/posts/1/", 1)
        assert reading.is_whole
    assert importer_of(json.dumps([{"comments": 3, "id": 1}]).encode()) is None


def test_a_mode_that_isso_does_not_have_is_for_staff():
    for mode, state in ((1, "live"), (2, "pending"), (7, "unknown"), (True, "unknown")):
        remark = {"id": 1, "text": "x", "created": "2005-02-24 04:03:37", "mode": mode}
        [post], reading = read(json.dumps([{"id": "/", "comments": [remark]}]).encode())
        assert post.comments[0].state == state
        assert bool(reading.problems) == (state == "unknown")


COLUMNS = (
    "1 AS tid, {id} AS id, 0 AS parent, 0 AS created, 1 AS mode, '' AS remote_addr"
)
NAMES = "'' AS author, '' AS email, '' AS website"


@pytest.mark.parametrize(
    ("number", "text", "words"),
    [
        ("a.x", "'x' AS text", "longer than any file of its size should"),
        ("1", "replace(hex(zeroblob(9000000)), '0', '0123456789') AS text", "too big"),
    ],
)
def test_tables_that_compute_without_end_are_refused(number, text, words):
    """Sixteen thousand million rows, and a text of 180 MB, in a file of 12 kB.

    What the view says of a table makes the file look like one of Isso's.
    """
    tables = "n AS a" if number == "1" else "n AS a, n AS b, n AS c, n AS d"
    with sqlite3.connect(":memory:") as database:
        database.executescript(f"""
            CREATE TABLE threads (id INTEGER PRIMARY KEY, uri TEXT, title TEXT);
            CREATE TABLE n (x INTEGER);
            WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r LIMIT 360)
                INSERT INTO n SELECT x FROM r;
            CREATE VIEW comments AS
                SELECT /* CREATE TABLE comments */
                {COLUMNS.format(id=number)}, {text}, {NAMES} FROM {tables};
        """)
        data = database.serialize()
    with pytest.raises(Unreadable, match=words):
        read(data)
