"""A bad byte in an id: the comment is kept, nobody becomes an orphan, and it is named."""

import re

import pytest

from commentarchive.importers.broken_ids import meant, place_of
from commentarchive.importers.parsed import Reading
from commentarchive.importers.registry import detect
from tests.importers.reading import read
from tests.importers.test_nothing_is_swallowed import TEXTS, WXR, source
from tests.wxr import write

pytestmark = pytest.mark.pure

IDS = [
    ("disqus/forum.xml", rb'<post dsq:id="?(\d+)'),
    ("disqus/forum.xml", rb'<parent dsq:id="?(\d+)'),
    ("disqus/forum.xml", rb'<thread dsq:id="?(50\d)"/>'),
    ("blogger/classic.xml", rb"post-(2\d+)</id>"),
    ("blogger/takeout.atom", rb"inReplyTo>[^<]*post-(\d+)"),
    ("blogger/takeout.atom", rb"parent>[^<]*post-(\d+)"),
    ("remark42/backup.jsonl", rb'"id":"(r\d)"'),
    ("remark42/backup.jsonl", rb'"pid":"(r\d)"'),
    ("commento/v1.json", rb'"commentHex":"(\w+)"'),
    ("commento/v1.json", rb'"parentHex":"(aa\w+)"'),
    ("commento/v3.json", rb'"pageId":"([\w-]+)"'),
    ("isso/threads.json", rb'"id":\s*(\d+)'),
    ("wordpress_rest/comments.json", rb'"id":\s*(\d+)'),
    ("wordpress_rest/comments.json", rb'"parent":\s*(\d+)'),
    ("wordpress_rest/comments.json", rb'"post":\s*(\d+)'),
    ("feed/comments.atom", rb"<id>[^<]*?(\d+)</id>"),
    (WXR, rb"<wp:comment_id>(\d+)"),
    (WXR, rb"<wp:comment_parent>([1-9]\d*)"),
    (WXR, rb"<wp:post_id>(\d+)"),
]
# Texts without ids of comments, or without any that has another one beside it.
_WITHOUT = ("movable_type", "feed/comments.rss", "wordpress_rest")


def ids_in(name):
    """Return a pattern for each id of a comment or a parent in a source in JSON."""
    posts, _reading = read(source(name))
    comments = [each for post in posts for each in post.comments]
    told = {one for each in comments for one in (each.source_id, each.parent_id)} - {""}
    assert told, f"add the ids of {name} to IDS"
    # As a string where it is one anywhere: numbers may be of anything.
    is_string = all(f'"{one}"'.encode() in source(name) for one in told)
    quote = rb'"' if is_string else b""
    return [
        (name, rb'":\s*%s(%s)(?=[",}\s])' % (quote, re.escape(one.encode())))
        for one in sorted(told)
    ]


_NAMED = {name for name, _pattern in IDS}
IDS += [
    each
    for name in TEXTS
    if name not in _NAMED and not name.startswith(_WITHOUT)
    for each in ids_in(name)
]


def told(data, tmp_path):
    reading = Reading()
    posts = list(detect(write(tmp_path, data, "source")).posts(reading))
    return posts, reading


def orphans(posts):
    return sum(
        each.parent_id not in {"", *(other.source_id for other in post.comments)}
        for post in posts
        for each in post.comments
    )


@pytest.mark.parametrize("bad", [b"\xff", b"\x92", b"\xe2\x80"])
@pytest.mark.parametrize("is_put_in", [True, False])
@pytest.mark.parametrize(("name", "pattern"), IDS)
def test_a_comment_stays_and_is_no_orphan(name, pattern, is_put_in, bad, tmp_path):
    data = source(name)
    before, _sound = told(data, tmp_path)
    places = [found.start(1) for found in re.finditer(pattern, data)]
    assert places
    for at in places:
        broken = data[:at] + bad + data[at + (not is_put_in) :]
        posts, reading = told(broken, tmp_path)
        texts = sorted(each.raw for post in posts for each in post.comments)
        assert texts == sorted(each.raw for post in before for each in post.comments)
        assert orphans(posts) <= orphans(before)
        ids = [post.source_id for post in posts]
        ids += [
            each
            for post in posts
            for c in post.comments
            for each in (c.source_id, c.parent_id)
        ]
        assert all(each.isascii() for each in ids if name[:4] not in {"isso", "feed"})
        notes = [*reading.problems, *reading.repairs]
        assert any(
            each.place.endswith(f"byte {at}") or "broken" in each.reason
            for each in notes
        )


def test_only_one_id_can_be_meant():
    assert meant("�9001", {"9001", "9002"}) == "9001"
    assert meant("90�1", {"9001", "9002"}) == "9001"
    assert meant("900�", {"9001", "9002"}) == ""
    assert meant("�", {"1", "2"}) == ""
    assert meant("7�", {"1"}) == ""
    assert place_of("9001", ()) == "9001"
    assert place_of("�1", ()) == "�1"
