"""Warnings of PHP before and inside an export cost nothing and are named by place."""

import re

import pytest

from commentarchive.importers.php_warnings import LEFT_OUT
from tests.importers.reading import importer_of, read
from tests.importers.test_nothing_is_swallowed import TEXTS, WXR, source

pytestmark = pytest.mark.pure

WARNINGS = {
    "for browsers": b'<br />\n<b>Warning</b>:  Undefined array key "x[{" in <b>/a/b.php</b>'
    b" on line <b>12</b><br />\n",
    "for a terminal": b"\nWarning: Undefined variable $x in /a/b.php on line 3\n",
    "with its name": b'PHP Deprecated:  strlen(): "null" in /a/b.php on line 5\n',
    "of two kinds": b"\nNotice: Undefined index: a in /a.php on line 1\n"
    b"<br />\n<b>Fatal error</b>:  x in <b>/a.php</b> on line <b>2</b><br />\n",
    "of WordPress": b'<div id="error"><p class="wpdberror"><strong>WordPress database '
    b"error:</strong> [Table &#039;a&#039; does not exist]<br /><code>SELECT 1</code></p>"
    b"</div>\n",
    "of Xdebug": b"<br />\n<font size='1'><table class='xdebug-error xe-notice'><tr><th>( ! )"
    b" Notice: a in /a.php</th></tr></table></font>\n",
}
BEFORE = {"a mark": b"\xef\xbb\xbf", "blank lines": b"\n \r\n",
          "a comment": b"<!-- made by {a} [cache] -->\n"}  # fmt: skip
# An archive's own answer comes from no PHP.
NAMES = [name for name in TEXTS if not name.startswith("commentarchive_thread")]


def told(posts):
    return [
        (
            post.source_id,
            post.title,
            post.raw,
            [each._replace(byte=0) for each in post.comments],
        )
        for post in posts
    ]


@pytest.mark.parametrize("before", [*BEFORE, *WARNINGS])
@pytest.mark.parametrize("name", NAMES)
def test_what_stands_before_a_file_costs_nothing(name, before):
    data = source(name).lstrip()
    words = {**BEFORE, **WARNINGS}[before]
    if before not in BEFORE or "comment" in before:
        declared = re.match(rb"<\?xml.*?\?>\s*", data)
        data = data[declared.end() :] if declared else data
    plain, sound = read(data)
    assert importer_of(words + data).name == importer_of(data).name
    posts, reading = read(words + data)
    assert told(posts) == told(plain)
    assert reading.is_whole == sound.is_whole
    more = len(reading.repairs) - len(sound.repairs)
    is_fine = before in {"a mark", "blank lines"}
    is_fine |= before == "a comment" and data.startswith(b"<")
    assert more == (not is_fine)
    assert [each.reason for each in reading.problems] == [
        each.reason for each in sound.problems
    ]


INSIDE = {
    "movable_type/export.txt": rb"(?<=-----\n)(?=\nCOMMENT)|(?=EMAIL: )|(?=BASENAME: )",
    "wordpress_rest/comments.json": rb"(?<=\[)(?=\{)|(?<=\},)(?=\{)|(?=\"author_name\")|(?=\]\s*\Z)",
    "isso/threads.json": rb"(?<=\[)(?=\{)|(?=\"author\")|(?=\]\s*\Z)",
    "remark42/backup.jsonl": rb"(?<=\n)(?=\{)",
    "commento/v1.json": rb"(?=\"commentHex\")|(?<=\[)(?=\{)|(?=\]\s*\}\s*\Z)",
    "commento/v3.json": rb"(?=\"pageId\")|(?<=\[)",
    WXR: rb"(?=<item>)|(?=<wp:comment>)|(?=<wp:comment_author>)|(?=</channel>)|(?=<title>)",
    "disqus/forum.xml": rb"(?=<post )|(?=<message>)|(?=</post>)|(?=</disqus>)",
    "blogger/classic.xml": rb"(?=<entry>)|(?=<published>)|(?=</feed>)",
    "blogger/takeout.atom": rb"(?=<entry>)|(?=<published>)|(?=</entry>)",
    "feed/comments.rss": rb"(?=<item>)|(?=<pubDate>)|(?=</channel>)",
    "feed/comments.atom": rb"(?=<entry>)|(?=<published>)",
}


@pytest.mark.parametrize("kind", WARNINGS)
@pytest.mark.parametrize("name", NAMES)
def test_what_stands_inside_a_file_costs_nothing_and_is_named(name, kind):
    data = source(name).lstrip()
    plain, sound = read(data)
    if name in INSIDE:
        places = [each.start() for each in re.finditer(INSIDE[name], data)]
    else:
        places = [each.byte for post in plain for each in post.comments]
    assert places
    for place in places:
        words = WARNINGS[kind] if "mova" not in name else WARNINGS[kind].lstrip(b"\n")
        posts, reading = read(data[:place] + words + data[place:])
        assert told(posts) == told(plain), data[place : place + 30]
        assert reading.is_whole == sound.is_whole
        # Warnings before anything of the document are named at its beginning.
        named = [each.place for each in reading.repairs if each.reason == LEFT_OUT]
        begun = place + len(words) - len(words.lstrip())
        if place > 5:
            assert f"byte {begun}" in named, (named, place)
        assert [each.reason for each in reading.problems] == [
            each.reason for each in sound.problems
        ]


QUOTED = b"Warning: Undefined variable $x in /a/b.php on line 3"


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("movable_type/export.txt", b"five.", b"five.\n%s\n" % QUOTED),
        ("movable_type/export.txt", b"I counted", b"%s\nI counted" % QUOTED),
        ("wordpress_rest/comments.json", b"<p>", b"<p>%s" % QUOTED),
        (
            WXR,
            b"<wp:comment_content><![CDATA[",
            b"<wp:comment_content><![CDATA[%s\n" % QUOTED,
        ),
    ],
)
def test_people_who_quote_a_warning_are_heard(name, old, new):
    data = source(name)
    assert old in data
    posts, reading = read(data.replace(old, new, 1))
    texts = [each.raw for post in posts for each in post.comments]
    assert any(QUOTED.decode() in each for each in texts)
    assert not any(each.reason == LEFT_OUT for each in reading.repairs)


def test_what_follows_json_is_left_out_where_a_cache_wrote_it():
    data = source("wordpress_rest/comments.json").rstrip()
    plain, sound = read(data)
    posts, reading = read(data + b"\n<!-- Dynamic page generated in 0.2 seconds. -->\n")
    assert told(posts) == told(plain)
    assert reading.problems == sound.problems
    assert reading.repairs[-1].reason == "text after the end of its JSON; left out"
