import pytest

from tests.importers.reading import comments_of, read

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
