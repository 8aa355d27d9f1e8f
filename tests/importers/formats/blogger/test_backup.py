import pytest

from tests.importers.reading import comments_of, read

pytestmark = pytest.mark.pure


def test_the_classic_export():
    posts, reading = read("blogger/classic.xml")
    assert [(post.source_id, post.status, post.is_live) for post in posts] == [
        ("100", "live", True),
        ("101", "draft", False),
        ("999", "unknown", False),
    ]
    assert posts[0].printed_count == 4
    assert posts[0].addresses == (
        "http://deichgraf.blogspot.example/2012/05/der-deich.html",
    )
    comments = comments_of(posts)
    assert comments["201"].parent_id == "200"
    assert comments["200"].person == "pid-11"
    assert comments["200"].when.offset == 120
    # "Anonymous" in any language is no name, and Blogger's stand-in is no e-mail.
    assert (comments["201"].name, comments["200"].email) == ("", "")
    assert reading.repairs[0].reason == "the prefix app: was never declared; declared"
    assert reading.problems[0].reason == "article 999 is not in the file"


def test_who_removed_a_comment():
    comments = comments_of(read("blogger/classic.xml")[0])
    told = {key: (each.state, each.is_by_author) for key, each in comments.items()}
    assert told["202"] == ("deleted", True)
    assert told["203"] == ("deleted", False)
    assert told["200"] == ("live", False)


def test_takeout():
    posts, _reading = read("blogger/takeout.atom")
    assert [post.addresses for post in posts] == [("/2012/05/der-deich.html",)]
    comments = comments_of(posts)
    assert {key: each.state for key, each in comments.items()} == {
        "210": "live",
        "211": "live",
        "212": "spam",
        "213": "trashed",
    }
    assert comments["211"].parent_id == "210"
    assert comments["211"].name == ""
