import pytest

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
    ]
    assert post.comments[0].when == ("?", None, None)
