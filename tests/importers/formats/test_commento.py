import json

import pytest

from tests.importers.reading import comments_of, importer_of, read

pytestmark = pytest.mark.pure


def test_version_one():
    posts, _reading = read("commento/v1.json")
    assert [post.addresses for post in posts] == [
        ("https://orchard.example/pears",),
        ("https://orchard.example/plums",),
    ]
    comments = comments_of(posts)
    assert {key: each.state for key, each in comments.items()} == {
        "aa01": "live",
        "aa02": "pending",
        "aa03": "spam",
        "aa04": "deleted",
    }
    assert (comments["aa02"].parent_id, comments["aa02"].name) == ("aa01", "")
    assert (comments["aa01"].name, comments["aa01"].link) == ("Pip", "")
    assert "<strong>ripe</strong>" in comments["aa01"].html


def test_version_three():
    [post] = read("commento/v3.json")[0]
    assert (post.addresses, post.title) == (("https://orchard.example/pears",), "Pears")
    assert [each.state for each in post.comments] == ["live", "pending", "trashed"]
    assert [each.parent_id for each in post.comments] == ["", "b1", "b1"]
    assert [each.name for each in post.comments] == ["Pip", "", "Pip"]


@pytest.mark.parametrize(("value", "is_whole"), [("5", False), ("null", True)])
def test_what_should_be_a_list_and_is_not_is_reported(value, is_whole):
    data = f'{{"version": 1, "comments": {value}, "commenters": []}}'
    posts, reading = read(data.encode())
    assert (list(posts), reading.is_whole) == ([], is_whole)
    assert len(reading.problems) == (not is_whole)


def export(comments, **members):
    whole = {"version": 1, "comments": comments, "commenters": []} | members
    return json.dumps(whole).encode()


OLD = {
    "commentHex": "aa",
    "commenterHex": "c1",
    "domain": "a.example",
    "url": "/p",
    "markdown": "Hello.",
    "parentHex": "root",
    "state": "approved",
    "deleted": False,
    "creationDate": "2021-03-12T11:21:56Z",
}
NEW = {
    "id": "b1",
    "pageId": "p",
    "markdown": "Hello.",
    "createdTime": "2021-03-12T11:21:56Z",
    "isApproved": True,
    "userCreated": "u1",
}


@pytest.mark.parametrize("one", [OLD, NEW])
@pytest.mark.parametrize(
    "order",
    [
        *(["commenters", "comments", "version"], ["comments", "version"]),
        *(["pages", "comments", "commenters"], ["version", "comments"], ["comments"]),
    ],
)
def test_the_order_of_names_does_not_matter(one, order):
    whole = json.loads(export([one], pages=[]))
    data = json.dumps({name: whole[name] for name in order}).encode()
    [post], reading = read(data)
    assert len(post.comments) == 1
    assert reading.is_whole
    assert importer_of(json.dumps({**whole, "version": 9}).encode()) is None


@pytest.mark.parametrize(
    ("marks", "state"),
    [
        *(({"state": "quarantined"}, "unknown"), ({"state": None}, "unknown")),
        *(({"deleted": "no"}, "unknown"), ({"deleted": True}, "deleted")),
        ({"state": "flagged", "isApproved": True}, "spam"),
    ],
)
def test_states_of_commento(marks, state):
    [post], reading = read(export([OLD | marks]))
    assert post.comments[0].state == state
    assert bool(reading.problems) == (state == "unknown")


@pytest.mark.parametrize(
    ("marks", "state"),
    [
        *(({"isApproved": "yes"}, "unknown"), ({"isApproved": None}, "unknown")),
        *(({"isPending": 1}, "unknown"), ({"isDeleted": True}, "deleted")),
        ({"isPending": True}, "pending"),
    ],
)
def test_states_of_comentario(marks, state):
    [post], _reading = read(export([NEW | marks]))
    assert post.comments[0].state == state


def test_who_deleted_a_comment_is_said_by_a_field_alone():
    def told(**marks):
        [post], _reading = read(export([NEW | {"isDeleted": True} | marks]))
        return post.comments[0].is_by_author, post.comments[0].is_by_blog

    assert told() == (False, False)
    assert told(userDeleted="u1") == (True, False)
    assert told(userDeleted="u2") == (False, True)
    assert told(userDeleted="00000000-0000-0000-0000-000000000000") == (False, False)


def test_a_guest_has_the_name_that_is_given_and_no_other():
    nobody = "00000000-0000-0000-0000-000000000000"
    for name, known in (("Ada", "Ada"), ("Anonymous", ""), ("", "")):
        [post], _reading = read(
            export([NEW | {"userCreated": nobody, "authorName": name}])
        )
        assert (post.comments[0].name, post.comments[0].person) == (known, "")
