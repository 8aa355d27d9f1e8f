"""A hold keeps words from being erased, whichever way somebody comes to them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from commentarchive.erasure.holds import (
    BadHold,
    hold_against_erasing,
    hold_on,
    lift_hold,
    place_hold,
)
from commentarchive.models import Comment, Hold
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db


@pytest.fixture
def comments(tmp_path):
    load(tmp_path, item(comment(1), comment(2), comment(3, author="Tom")))
    return list(Comment.objects.order_by("source_id"))


def hold(subject, *, days=1, reason="A court asks."):
    review = timezone.localdate() + timedelta(days=days)
    return place_hold(subject, reason=reason, review_on=review)


@pytest.mark.parametrize("days", [0, -1])
def test_is_to_be_reviewed_on_a_later_day(comments, days):
    with pytest.raises(BadHold, match="must lie in the future"):
        hold(comments[0], days=days)


def test_is_due_on_the_day_itself(comments):
    made = hold(comments[0])
    assert not made.is_due
    made.review_on = timezone.localdate()
    assert made.is_due


def test_one_at_a_time_and_none_when_lifted(comments):
    for subject in (comments[0], comments[0].commenter):
        hold(subject)
        with pytest.raises(BadHold, match="already"):
            hold(subject)
        lift_hold(subject)
        assert hold_on(subject) is None
        with pytest.raises(BadHold, match="There is no hold"):
            lift_hold(subject)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 2001, "\udcff"])
def test_takes_a_reason_that_can_be_kept(comments, reason):
    with pytest.raises(BadHold, match="Give the reason"):
        hold(comments[0], reason=reason)
    assert not Hold.objects.exists()


def test_a_hold_on_a_name_covers_its_comments_and_one_on_a_comment_its_name(comments):
    one, two, toms = comments
    name = one.commenter
    assert hold_against_erasing(one, [one]) is None
    made = hold(name)
    assert hold_against_erasing(one, [one]) == made
    assert hold_against_erasing(toms, [toms]) is None
    lift_hold(name)
    made = hold(two)
    assert hold_against_erasing(name, [one, two]) == made
    assert hold_against_erasing(one, [one]) is None
    # A name without any comment can be held, too.
    lift_hold(two)
    made = hold(name)
    assert hold_against_erasing(name, []) == made


def test_of_several_the_one_with_the_latest_review_is_named(comments):
    one, two, _toms = comments
    hold(one, days=2)
    later = hold(two, days=9)
    assert hold_against_erasing(one.commenter, [one, two]) == later
