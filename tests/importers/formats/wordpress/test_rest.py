import json

import pytest

from commentarchive.importers.parsed import Unreadable
from tests.importers.reading import read

pytestmark = pytest.mark.pure


def test_public_answers():
    [post], reading = read("wordpress_rest/comments.json")
    assert (post.source_id, post.is_live, post.is_whole) == ("7", True, False)
    assert post.addresses == ("https://kiln.example/fire/",)
    first, answer = post.comments
    assert (first.name, answer.parent_id) == ("Gil & Ann", "41")
    assert (first.when.offset, first.form) == (60, "page")
    assert "Half \ufffd of it" in answer.raw
    assert "surrogate" in reading.problems[0].reason


def test_answers_to_an_editor():
    [post], _reading = read("wordpress_rest/edit.json")
    # It may be a draft.
    assert post.is_live is False
    assert [each.state for each in post.comments] == [
        *("pending", "spam", "internal", "trashed")
    ]
    assert (post.comments[0].raw, post.comments[0].form) == (
        "Wait\nfor it",
        "wp-autop",
    )
    assert post.comments[0].ip == "192.0.2.3"


def test_articles():
    fire, ash = read("wordpress_rest/posts.json")[0]
    assert (fire.title, fire.status, fire.has_text) == ("Fire & clay", "publish", True)
    assert (ash.status, ash.is_live, ash.has_text) == ("password", False, False)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'{"code":"rest_forbidden_param","message":"No."}', "rest_forbidden_param"),
        (b"[" + b'{"id":1,"wp":"/wp/v2/"', "cut here"),
    ],
)
def test_errors_and_cuts_are_told(data, words):
    try:
        _posts, reading = read(data)
        assert words in reading.problems[0].reason
    except Unreadable as error:
        assert words in str(error)  # noqa: PT017


def test_warnings_before_the_answer_are_left_out():
    data = (
        b"\xef\xbb\xbf<b>Warning</b>: x in y\n"
        b'[{"id":1,"post":2,"author_name":"A","status":"approved","type":"comment",'
        b'"content":{"rendered":"<p>x</p>"},"link":"http://a.example/?p=2#comment-1"}]'
    )
    [post], reading = read(data)
    assert post.comments[0].source_id == "1"
    assert reading.repairs[0].reason == "text before the JSON; left out"


def test_each_bad_record_is_named_and_the_good_ones_are_read():
    good = (
        '{"id":%d,"post":2,"author_name":"A","status":"approved","type":"comment",'
        '"content":{"rendered":"<p>x</p>"},"link":"http://a.example/?p=2"}'
    )
    bad = [
        '{"id":NaN,"author_name":""}',
        '{"id":1,"id":2,"author_name":""}',
        '{"id":%s}' % ("9" * 5000),
        '{"a":%s}' % ("[" * 100_000 + "]" * 100_000),
        '"word"',
        '{"id":1,}',
    ]
    data = "[" + ",".join([good % 1, *bad, good % 2]) + "]"
    [post], reading = read(data.encode())
    assert [each.source_id for each in post.comments] == ["1", "2"]
    reasons = [
        each.reason.removeprefix("a record was left out: ") for each in reading.problems
    ]
    *reasons, last = reasons
    assert last.startswith("it is no JSON from its character")
    assert reasons == [
        "NaN is no number that JSON knows",
        "a name stands twice in one object",
        "a number has more than 30 digits",
        "it is nested too deeply",
        "it is no object",
    ]


def answer(**facts):
    record = {
        "id": 1,
        "post": 7,
        "parent": 0,
        "author_name": "Ada",
        "date": "2012-05-01T10:00:00",
        "date_gmt": "2012-05-01T09:00:00",
        "content": {"rendered": "<p>x</p>"},
        "status": "approved",
        "type": "comment",
    }
    return json.dumps([record | facts]).encode()


@pytest.mark.parametrize(
    ("word", "kept"),
    [
        *(("comment", ("comment", "", "live", None)),),
        *((None, ("comment", "", "live", None)), ("", ("comment", "", "live", None))),
        ("review", ("other", "review", "internal", "live")),
        (["x"], ("other", "no_word", "internal", "live")),
        ("note", ("note", "", "internal", None)),
    ],
)
def test_a_type_that_is_not_known_is_internal_under_its_own_word(word, kept):
    [post], _reading = read(answer(type=word))
    [one] = post.comments
    assert (one.kind, one.source_type, one.state, one.told) == kept


def test_an_article_of_a_type_that_is_not_known_is_not_live():
    record = {
        "id": 7,
        "type": "shop_order",
        "status": "publish",
        "title": {"rendered": "A"},
    }
    [post], _reading = read(json.dumps([record]).encode())
    assert (post.kind, post.source_type) == ("other", "shop_order")
    assert (post.is_live, post.told_live) == (False, True)


def test_an_answer_without_a_name_is_a_comment_and_a_refusal_needs_no_order():
    whole = json.loads(answer())
    del whole[0]["author_name"]
    [post], reading = read(json.dumps(whole).encode())
    assert len(post.comments) == reading.raw_comments == 1
    refusal = {"message": "No.", "data": {"status": 401}, "code": "rest_forbidden"}
    with pytest.raises(Unreadable, match="rest_forbidden"):
        read(json.dumps(refusal).encode())


def test_two_clocks_that_no_zone_explains_leave_utc():
    [post], reading = read(answer(date="2012-05-01T17:23:00"))
    assert post.comments[0].when.offset is None
    assert "no time zone" in reading.problems[0].reason
