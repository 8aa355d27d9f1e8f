"""Fields inside of what is known: named, counted, and hiding what says it is hidden."""

import json

import pytest

from tests.importers.reading import read
from tests.wxr import comment, export, item

pytestmark = pytest.mark.pure


def meta(key, value, *, plain=True):
    space = "" if plain else "<!-- by hand -->"
    return (
        f"<wp:commentmeta>{space}<wp:meta_key><![CDATA[{key}]]></wp:meta_key>"
        f"<wp:meta_value><![CDATA[{value}]]></wp:meta_value></wp:commentmeta>"
    )


def with_meta(number, *metas):
    return comment(number).replace("</wp:comment>", "".join(metas) + "</wp:comment>")


def disqus(inside):
    return (
        '<?xml version="1.0" encoding="utf-8"?><disqus xmlns="http://disqus.com" '
        'xmlns:dsq="http://disqus.com/disqus-internals">'
        '<thread dsq:id="1"><id/><link>https://quay.example/1/</link>'
        "<title>One</title><createdAt>2012-05-01T10:00:00Z</createdAt></thread>"
        '<post dsq:id="7"><id/><message><![CDATA[<p>A remark.</p>]]></message>'
        "<createdAt>2012-05-02T10:00:00Z</createdAt><isDeleted>false</isDeleted>"
        "<isSpam>false</isSpam><author><name>Ann</name>"
        f"<isAnonymous>false</isAnonymous>{inside}</author>"
        '<thread dsq:id="1"/></post></disqus>'
    ).encode()


def remark42(**user):
    record = {
        "id": "7",
        "pid": "",
        "text": "<p>A remark.</p>",
        "user": {"name": "Ann", "id": "github_1", "block": False, **user},
        "locator": {"site": "quay", "url": "https://quay.example/1/"},
        "time": "2012-05-02T10:00:00Z",
    }
    return f'{{"version":1,"users":[],"posts":[]}}\n{json.dumps(record)}\n'.encode()


def wxr(key, value, *, plain):
    return export(item(with_meta(1, meta(key, value, plain=plain)), comment(2)))


FILES = [
    (lambda key, value: wxr(key, value, plain=True), "what plugins keep with a comment"),
    (lambda key, value: wxr(key, value, plain=False), "what plugins keep with a comment"),
    (lambda key, value: disqus(f"<{key}>{value}</{key}>"), "a comment's author"),
    (lambda key, value: remark42(**{key: value}), "a comment's user"),
]  # fmt: skip


def told(data):
    posts, reading = read(data)
    reasons = [each.reason for each in reading.problems]
    return [each.state for post in posts for each in post.comments], reasons


@pytest.mark.parametrize(("make", "of"), FILES)
def test_what_is_not_known_is_named_and_counted(make, of):
    states, reasons = told(make("mood", "cheerful"))
    assert set(states) == {"live"}
    assert reasons == [f"the field “mood” of {of} is not known here; not read (1)"]


@pytest.mark.parametrize(("make", "of"), FILES)
@pytest.mark.parametrize(
    ("key", "value"),
    [("hidden", "1"), ("is_approved", "0"), ("visibility", "friends")],
)
def test_what_says_that_readers_do_not_see_it_hides_that_comment(make, of, key, value):
    states, reasons = told(make(key, value))
    assert states[0] == "unknown"
    assert set(states[1:]) <= {"live"}
    assert any(f"“{key}” of {of} says that readers do not" in each for each in reasons)


@pytest.mark.parametrize(("make", "_of"), FILES)
def test_a_plain_no_hides_nothing(make, _of):
    assert told(make("hidden", "0"))[0][0] == "live"


@pytest.mark.parametrize("plain", [True, False])
@pytest.mark.parametrize(
    "key",
    ["_wp_trash_meta_status", "akismet_result", "dsq_post_id", "blogger_permalink"],
)
def test_what_is_known_is_not_reported(key, plain):
    assert told(wxr(key, "1", plain=plain)) == (["live", "live"], [])


def test_of_two_that_contradict_each_other_the_hiding_one_counts():
    remark = with_meta(1, meta("hidden", "0"), meta("hidden", "yes"))
    assert told(export(item(remark)))[0] == ["unknown"]
