from datetime import UTC, datetime

import pytest

from commentarchive.importers.parsed import ParsedComment, ParsedPost, When
from commentarchive.intake.new_articles import plan_new_article
from commentarchive.intake.plan import DecisionSnapshot, plan_article
from commentarchive.intake.stored import StoredComment
from commentarchive.intake.write_article import is_shown_at_once
from commentarchive.matching import Key, fingerprint

pytestmark = pytest.mark.pure
AT = datetime(2012, 4, 1, 9, tzinfo=UTC)


def comment(source_id, text="Text."):
    return ParsedComment(
        *(source_id, "", "comment", "live", "Ann", "", "", "", When("", AT)),
        *(text, "html", text, text, 0),
    )


def article(*comments, **values):
    return ParsedPost(
        scheme="wordpress",
        source_id="1",
        status="publish",
        **{
            "is_live": True,
            "is_whole": True,
            "form": "html",
            "comments": list(comments),
        }
        | values,
    )


def plan(*comments, stored=None, decisions=None):
    return plan_article(
        article(*comments),
        post=None,
        stored=stored or {},
        decisions=decisions or DecisionSnapshot(),
        zone="Europe/London",
        ordinal=0,
    )


def test_comments_of_one_moment_are_ordered_by_the_numbers_of_their_ids():
    some = [comment("100"), comment("9"), comment("b"), comment("a")]
    expected = ["a", "b", "9", "100"]
    assert [each.key.source_id for each in plan(*some).comments] == expected
    short = plan_new_article(
        article(*some),
        decisions=DecisionSnapshot(),
        zone="Europe/London",
        ordinal=0,
    )
    assert [place.comment.source_id for place in short.places] == expected


def stored(pk, visibility):
    return StoredComment(
        pk=pk,
        ref="",
        parent_pk=None,
        position=0,
        depth=0,
        visibility=visibility,
        source_state="live",
        source_parent="",
        is_placeholder=False,
        when=AT.timestamp(),
    )


def test_an_erased_text_that_comes_again_is_the_erased_twin():
    """Not the twin that stands: its text would be taken for an edit of that one."""
    known = {
        Key("wordpress", "1", 0): stored(1, "published"),
        Key("wordpress", "1", 1): stored(2, "erased"),
    }
    erased = DecisionSnapshot(
        decided=frozenset(["1"]), erased={"1": frozenset([fingerprint("Gone words.")])}
    )
    made = plan(comment("1", "Gone words."), stored=known, decisions=erased)
    [read] = [each for each in made.comments if each.parsed]
    assert (read.key.twin, read.is_suppressed) == (1, True)


@pytest.mark.parametrize(
    ("is_live", "live_with", "is_shown"),
    [(True, "", True), (False, "", False), (True, "5", False)],
)
def test_an_attached_page_is_not_shown_before_its_article(is_live, live_with, is_shown):
    assert is_shown_at_once(article(is_live=is_live, live_with=live_with)) is is_shown
