import json

import pytest

from commentarchive.importers.parsed import When
from tests.importers.reading import read

pytestmark = pytest.mark.pure


def test_states_threads_and_times():
    [post] = read("remark42/backup.jsonl")[0]
    assert post.addresses == ("https://toll.example/bridge/",)
    assert post.title == "The toll bridge"
    first, answer, deleted = post.comments
    assert (answer.parent_id, deleted.state, deleted.name) == ("r1", "deleted", "")
    assert first.when.utc.isoformat() == "2019-04-01T08:00:00.123456+00:00"
    assert (first.when.offset, answer.when.offset) == (120, None)
    assert (first.person, first.ip) == ("github_1", "0a1b")


def test_a_line_that_is_no_comment_is_named_and_the_others_are_read():
    data = b"""{"version":1,"users":[],"posts":[]}
{"id":"a","text":"<p>x</p>","locator":{"url":"https://a.example/"},"time":"?"}
{"id":"b","text":"<p>y</p>","locator":{"url":"https://a.example/"}
{"nothing":1}
{"id":"c","text":"<p>z</p>","locator":{"url":"https://a.example/"}}
"""
    [post], reading = read(data)
    assert [each.source_id for each in post.comments] == ["a", "c"]
    assert [each.reason for each in reading.problems] == [
        "a comment was left out: it is no JSON from its character 67 on",
        "a line is no comment of Remark42; it was left out",
        "3 comments begin in the file and 2 could be read",
    ]
    assert post.comments[0].when == When("?")


def line(**facts):
    return (
        json.dumps(
            {
                "id": "a",
                "pid": "",
                "text": "<p>x</p>",
                "user": {"name": "Ada", "id": "github_1"},
                "locator": {"url": "https://a.example/"},
                "time": "2019-04-01T10:00:00Z",
            }
            | facts
        ).encode()
        + b"\n"
    )


def test_the_order_of_names_does_not_matter():
    heads = [
        b'{"users":[],"version":1,"posts":[]}\n',
        b'{"posts":[],"users":[{"id":"u"}],"version":1}\n',
        b'{"posts":[],"version":1}\n',
        b"",
    ]
    for head in heads:
        for names in (("locator", "text"), ("text", "locator", "pid")):
            whole = json.loads(line())
            turned = {name: whole.pop(name) for name in names} | whole
            data = head + json.dumps(turned).encode() + b"\n"
            [post], reading = read(data)
            assert [each.source_id for each in post.comments] == ["a"]
            assert reading.is_whole


def test_words_for_no_parent():
    for word in ("root", "0", None, "a", "00000000-0000-0000-0000-000000000000"):
        [post], _reading = read(line(pid=word))
        assert post.comments[0].parent_id == ""


def test_only_a_plain_no_is_no_mark_of_deletion():
    for mark, state in (
        *((True, "deleted"), (False, "live"), (None, "live")),
        *(("true", "unknown"), (1, "unknown"), ({}, "unknown")),
    ):
        [post], reading = read(line(delete=mark))
        assert post.comments[0].state == state
        assert not post.comments[0].is_by_author
        assert bool(reading.problems) == (state == "unknown")


def test_a_login_without_a_name_leaves_no_name():
    for writer, name, known in (
        ("anonymous_77", "Anonymous", ""),
        ("anonymous_77", "Ada", "Ada"),
        ("github_1", "Anonymous", "Anonymous"),
        ("deleted", "deleted", ""),
    ):
        [post], _reading = read(line(user={"id": writer, "name": name}))
        assert post.comments[0].name == known
