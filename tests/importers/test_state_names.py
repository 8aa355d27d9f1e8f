"""A field that nobody knows, but whose name says "not for readers", hides a record."""

import json
import re
import sqlite3

import pytest

from commentarchive.importers.state_names import hides, hiding_names
from tests.importers.reading import FIXTURES, read
from tests.importers.test_nothing_is_swallowed import (
    TEXTS,
    WXR,
    said,
    source,
    with_member,
)

pytestmark = pytest.mark.pure

HIDING = [
    ("hidden", True), ("is_hidden", 1), ("isHidden", "yes"), ("HIDDEN", "1"),
    ("ishidden", "true"), ("commentHidden", 1), ("comment.hidden", True),
    ("deleted", True), ("deletedAt", "2012-01-01T00:00:00Z"), ("deleted_by", "anna"),
    ("hiddenByModerator", 7), ("hidden_reason", "rude"), ("soft-deleted", True),
    ("private", "members"), ("isPrivate", True), ("trashed", "t"), ("spam", 0.5),
    ("pending", True), ("unapproved", 1), ("shadow_banned", True), ("draft", "on"),
    ("approved", False), ("approved", None), ("isApproved", "0"), ("approved", "maybe"),
    ("visible", False), ("visible", ""), ("is_public", 0), ("published", None),
    ("published", "0001-01-01T00:00:00Z"), ("wasPublished", "no"), ("active", False),
    ("not_public", True), ("notApproved", 1), ("nonPublic", "true"), ("approved", -1),
    ("status", "hidden"), ("comment_status", "in review"), ("visibility", "staff"),
    ("moderation_status", "waiting"), ("state", 0), ("flags", ["pinned", "hidden"]),
]  # fmt: skip
SHOWING = [
    ("hidden", False), ("is_hidden", 0), ("isHidden", "No"), ("deleted", None),
    ("deletedAt", None), ("deleted_at", "0000-00-00 00:00:00"), ("deleted_by", ""),
    ("deletedTime", "0001-01-01T00:00:00Z"), ("spam", "0"), ("private", "off"),
    ("approved", True), ("approved", "1"), ("isApproved", "Y"), ("visible", 1),
    ("published", "2012-03-04T05:06:07Z"), ("published_at", 1335000000),
    ("not_hidden", True), ("never_deleted", 1), ("status", "approved"), ("state", 1),
    ("visibility", "Public"), ("flags", ["pinned"]), ("flags", []),
    # Other fields in whose names such a word stands.
    ("deleted_replies_count", 3), ("spam_score", 0.9), ("public_key", "a"),
    ("hide_email", True), ("private_note", "x"), ("author_hidden", True), ("mood", True),
    ("statue", "hidden"), ("alive", False), ("notable", False), ("island", False),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), HIDING)
def test_such_a_field_hides(name, value):
    assert hides(name, value)


@pytest.mark.parametrize(("name", "value"), SHOWING)
def test_such_a_field_does_not(name, value):
    assert not hides(name, value)


def test_objects_are_looked_into_to_a_depth():
    assert hiding_names({"moderation": {"marks": {"hidden": 1}}}) == ["hidden"]
    deep = {"hidden": True}
    for _level in range(6):
        deep = {"a": deep}
    assert hiding_names(deep) == []
    assert hiding_names({"moderation": {}, "mood": {"glad": True}}) == ["moderation"]


MARKS = {
    "JSON": [b'"is_hidden":1', b'"visible":false', b'"marks":{"deleted":"yes"}'],
    "XML": [
        b"<isHidden>true</isHidden>",
        b"<x:hidden xmlns:x='urn:x'/>",
        b"<visible>0</visible>",
        b"<marks><deleted>yes</deleted></marks>",
        b"<visible>1</visible><visible>0</visible>",
    ],
    "harmless JSON": [b'"is_hidden":0', b'"visible":true', b'"marks":{"deleted":null}'],
    "harmless XML": [
        b"<isHidden>false</isHidden>",
        b"<visible>1</visible>",
        b"<deletedAt/>",
        b"<marks><deleted>no</deleted></marks>",
    ],
}
XML = {"disqus/forum.xml": rb"</post>", "blogger/takeout.atom": rb"</entry>",
       "feed/comments.rss": rb"</item>", "feed/comments.atom": rb"</entry>",
       WXR: rb"</wp:comment>"}  # fmt: skip
# Those with comments that readers see.
JSON = [
    name
    for name in TEXTS
    if source(name).lstrip().startswith((b"{", b"["))
    and any(
        each.state == "live" for post in read(source(name))[0] for each in post.comments
    )
]


def marked(name, data, mark, number):
    """Put a mark into one of the comments."""
    if name in JSON:
        return with_member(name, data, mark, number)
    place = list(re.finditer(XML[name], data))[number].start()
    return data[:place] + mark + data[place:]


def test_every_source_in_text_is_tried():
    for name in TEXTS:
        is_tried = name in JSON or name.partition("/")[0] in {
            each.partition("/")[0] for each in XML
        }
        # Files without such comments, and plain text: its fields are closed.
        assert is_tried or name.startswith(("movable_type", "wordpress_rest")), (
            f"add {name} to XML, with the end of one of its comments"
        )


def states(posts):
    return [each.state for post in posts for each in post.comments]


def cases(kind):
    return [
        (name, mark)
        for names, sort in ((XML, "XML"), (JSON, "JSON"))
        for name in names
        for mark in MARKS[f"{kind}{sort}"]
    ]


@pytest.mark.parametrize(("name", "mark"), cases(""))
def test_a_comment_with_such_a_mark_is_kept_for_staff_and_named(name, mark):
    data = source(name)
    before, sound = read(data)
    hidden = 0
    for number in range(2 if name in XML else len(states(before))):
        posts, reading = read(marked(name, data, mark, number))
        changed = [
            (old, new)
            for old, new in zip(states(before), states(posts), strict=True)
            if old != new
        ]
        assert changed in ([], [("live", "unknown")])
        hidden += len(changed)
        if changed:
            assert "says that readers do not see it; kept for staff" in said(reading)
        assert reading.is_whole == sound.is_whole
    assert hidden


@pytest.mark.parametrize(("name", "mark"), cases("harmless "))
def test_a_mark_that_says_no_changes_nothing(name, mark):
    data = source(name)
    before, sound = read(data)
    posts, reading = read(marked(name, data, mark, 0))
    assert states(posts) == states(before)
    kept = "kept for staff"
    assert said(reading).count(kept) == said(sound).count(kept)


def test_an_attribute_of_a_comment_is_a_field():
    data = source(WXR).replace(b"<wp:comment>", b'<wp:comment hidden="1">', 1)
    posts, _reading = read(data)
    assert states(posts) == ["unknown", "live", "live"]


@pytest.mark.parametrize("table", ["comments", "threads"])
def test_an_unknown_column_is_a_field(table):
    with sqlite3.connect(":memory:") as database:
        database.executescript((FIXTURES / "isso/comments.sql").read_text())
        before, _reading = read(database.serialize())
        database.execute(f'ALTER TABLE {table} ADD COLUMN "is ""hidden" INTEGER')
        data = database.serialize()
        assert states(read(data)[0]) == states(before)
        database.execute(f'UPDATE {table} SET "is ""hidden" = 1')
        posts, reading = read(database.serialize())
    assert "live" in states(before)
    assert "live" not in states(posts)
    for state in ("pending", "deleted"):
        assert states(posts).count(state) == states(before).count(state)
    assert "kept for staff only" in said(reading)


def test_a_type_that_is_let_through_does_not_show_what_is_hidden():
    answer = [
        {"id": 1, "post": 3, "author_name": "A", "type": "review", "hidden": True},
        {"id": 2, "post": 3, "author_name": "B", "type": "review"},
    ]
    for each in answer:
        each |= {"status": "approved", "content": {"rendered": "<p>x</p>"}}
    posts, _reading = read(json.dumps(answer).encode())
    assert [each.told for each in posts[0].comments] == ["unknown", "live"]


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (WXR, b"<wp:status>", b"<wp:hidden>1</wp:hidden><wp:status>"),
        ("blogger/classic.xml", b"<published>", b"<hidden/><published>"),
        ("wordpress_rest/posts.json", b'"guid":', b'"hidden":true,"guid":'),
    ],
)
def test_an_article_with_such_a_mark_is_kept_for_staff(name, old, new):
    data = source(name)
    assert old in data
    before, _reading = read(data)
    posts, reading = read(data.replace(old, new))
    assert any(each.is_live for each in before)
    assert not any(each.is_live or each.told_live for each in posts)
    assert "kept for staff only" in said(reading)


def test_a_thread_with_such_a_mark_hides_its_comments():
    data = source("disqus/forum.xml").replace(b"</thread>", b"<hidden/></thread>")
    assert "live" not in states(read(data)[0])
    data = source("isso/threads.json").replace(b'"title":', b'"hidden":1,"title":')
    assert "live" not in states(read(data)[0])
    data = source("commento/v3.json").replace(
        b'"isReadonly":', b'"public":0,"isReadonly":'
    )
    assert "live" not in states(read(data)[0])
