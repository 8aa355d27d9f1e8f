"""Which types of articles and comments are let through, one by one."""

from types import SimpleNamespace

import pytest

from commentarchive.intake.let_through import TypeGate
from tests.intake.made import article, comment

pytestmark = pytest.mark.pure
OWNER = "; the blog's owner can let this type through"


def gate(articles=(), comments=()):
    return TypeGate(
        SimpleNamespace(shown_article_types=articles, shown_comment_types=comments)
    )


def said(opened):
    return [(each.place, each.reason) for each in opened.remarks()]


def test_an_article_is_live_as_its_source_tells_once_its_type_is_let_through():
    for told in (True, False):
        opened = gate(["portfolio"])
        read = article(
            kind="other", source_type="portfolio", is_live=not told, told_live=told
        )
        assert opened.admit(read).is_live is told
        assert said(opened) == []


@pytest.mark.parametrize("opened", [gate(), gate(["other", "post"]), TypeGate(None)])
def test_an_article_of_another_type_stays_as_it_is(opened):
    read = article(
        kind="other", source_type="portfolio", is_live=False, told_live=True, byte=3
    )
    assert opened.admit(read) is read
    reason = f"1 article of the type “portfolio”: for staff only{OWNER}"
    assert said(opened) == [("byte 3", reason)]


@pytest.mark.parametrize(
    ("kind", "is_named"),
    [("post", False), ("page", False), ("contact", True), ("note", True)],
)
def test_what_is_private_by_its_nature_is_offered_to_nobody(kind, is_named):
    opened = gate()
    opened.admit(article(kind=kind, byte=3))
    reason = f"1 article of the type “{kind}”: for staff only"
    assert said(opened) == ([("byte 3", reason)] if is_named else [])


def test_comments_get_their_own_state_where_their_type_is_let_through():
    review = comment("2", state="internal", told="spam", source_type="review", byte=2)
    live = comment("1", told="spam", source_type="review")
    note = comment("3", state="internal", kind="note", byte=3)
    other = comment("4", state="internal", told="live", source_type="rating", byte=4)
    nameless = comment("5", state="internal", source_type="review", byte=5)
    opened = gate(comments=["review", "note"])
    gone = comment("6", state="deleted", byte=9)
    some = [live, review, note, other, other._replace(byte=6), nameless, gone]
    read = article(comments=list(some))
    assert opened.admit(read) is read
    assert read.comments == [live, review._replace(state="spam", told=None), *some[2:]]
    assert said(opened) == [
        ("byte 3", "1 comment of the type “note”: for staff only"),
        ("byte 4", f"2 comments of the type “rating”: for staff only{OWNER}"),
        ("byte 5", f"1 comment of the type “review”: for staff only{OWNER}"),
    ]


def test_a_new_blog_lets_nothing_through():
    review = comment(
        state="internal", told="live", kind="other", source_type="", byte=2
    )
    read = article(comments=[review])
    opened = TypeGate(None)
    assert opened.admit(read).comments == [review]
    assert said(opened) == [("byte 2", "1 comment of the type “other”: for staff only")]
