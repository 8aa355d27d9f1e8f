"""What judges are shown of what an import brings."""

import pytest

from commentarchive.intake.arrivals import arrivals_of_new, arrivals_of_slice
from commentarchive.intake.judges import Arrival
from commentarchive.intake.new_articles import plan_new_article
from commentarchive.intake.plan import DecisionSnapshot, plan_article
from tests.intake.made import AT, article, comment, key, stored

pytestmark = pytest.mark.pure


def whole_plan(parsed, known=None):
    return plan_article(
        parsed, post=None, stored=known or {},
        decisions=DecisionSnapshot(), zone="Europe/London", ordinal=0,
    )  # fmt: skip


def plan(*comments, known=None):
    return whole_plan(article(comments=list(comments)), known).comments


ONE = comment("1", "One.", name="Ann", link="https://a.example", html="<p>One.</p>")


def test_judges_see_every_comment_of_a_new_article():
    spam = comment("2", "Two.", state="spam")
    new = plan_new_article(
        article(comments=[ONE, spam]), decisions=DecisionSnapshot(),
        zone="Europe/London", ordinal=0,
    )  # fmt: skip
    first, second = arrivals_of_new(new, [7, 8])
    assert first == Arrival(
        *(7, "published", "Ann", "https://a.example", "One.", "<p>One.</p>", True),
        posted_at=AT,
    )
    assert (second.comment_pk, second.visibility) == (8, "spam")


@pytest.mark.parametrize(
    ("change", "is_better", "is_suppressed", "has_version", "is_shown"),
    [
        ("new", False, False, False, True),
        ("new", False, True, False, False),
        ("changed", False, False, False, True),
        ("changed", False, True, False, False),
        ("changed", False, False, True, False),
        ("unchanged", True, False, True, True),
        ("unchanged", False, False, True, False),
    ],
)
def test_judges_see_what_is_new_or_has_a_new_text(
    change, is_better, is_suppressed, has_version, is_shown
):
    [planned] = plan(ONE)
    planned.change, planned.is_better = change, is_better
    planned.is_suppressed = is_suppressed
    planned.version = stored().last if has_version else None
    planned.visibility = "held"
    found = arrivals_of_slice([planned], {key(): (7, "c7")})
    assert [(each.comment_pk, each.visibility, each.is_new) for each in found] == (
        [(7, "held", change == "new")] if is_shown else []
    )


def test_judges_are_not_shown_what_was_not_read():
    [absent] = plan(known={key(): stored()})
    assert arrivals_of_slice([absent], {key(): (7, "c7")}) == []
