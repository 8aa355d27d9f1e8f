"""A thread by day: what is shown, what moderation did, nothing of what is hidden."""

from datetime import date, timedelta

import pytest
from django.test import Client

from commentarchive.discussion.thread_days import _beginnings, thread_days
from commentarchive.models import Comment, Post
from moderation.actions.decisions import Judgement, decide
from moderation.actions.policies import publish_policy, start_draft
from moderation.models import Action, Clause
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db


def at(day):
    time = f"2012-{day} 10:00:00"
    return {"local": time, "gmt": time}


@pytest.fixture
def thread(tmp_path):
    load(
        tmp_path,
        item(
            comment(1, "One.", **at("04-02")),
            comment(2, "Two.", **at("04-02")),
            comment(3, "Three.", **at("04-05")),
            comment(4, "Never seen.", approved="spam", **at("04-07")),
        ),
    )
    return Post.objects.select_related("blog").get()


def of(bars):
    return [(bar.label, bar.number, dict(bar.marks)) for bar in bars]


def test_days_without_comments_are_there_and_hidden_ones_count_as_marks(thread):
    found = thread_days(thread)
    assert found.unit == "day"
    shown = [each for each in of(found.bars) if each[1]]
    assert shown == [("2 April 2012", 2, {}), ("5 April 2012", 1, {})]
    assert [bar.label for bar in found.bars][1:3] == ["3 April 2012", "4 April 2012"]
    # The spam's own day is nobody's: only what its notice says is counted.
    marks = sum(dict(bar.marks).get("notice", 0) for bar in found.bars)
    assert marks + dict(found.undated).get("perhaps never shown", 0) == 1
    assert not any("removed" in dict(bar.marks) for bar in found.bars)


def test_a_removal_and_its_undoing_are_marks_far_off_behind_a_break(thread, alice):
    from commentarchive.actions.staff import acting

    one = Comment.objects.get(source_id="1")
    by = acting(alice)
    start_draft()
    publish_policy()
    rule = Clause.objects.get(number=2)
    removal = Judgement(action=Action.REMOVE, clause=rule, facts="It was rude.")
    decide(one, removal, by=by)
    bars = thread_days(thread).bars
    assert of(bars)[0] == ("2 April 2012", 1, {})
    assert dict(bars[-1].marks)["removed"] == 1
    assert any(bar.is_break for bar in bars)
    decide(one, Judgement(action=Action.RESTORE, facts="It was not."), by=by)
    bars = thread_days(thread).bars
    assert of(bars)[0] == ("2 April 2012", 2, {})
    assert dict(bars[-1].marks) == {"removed": 1, "notice": 1, "back": 1}


def test_each_day_of_the_table_leads_to_that_day(thread, django_assert_num_queries):
    address = thread.get_absolute_url()
    page = Client().get(f"{address}?view=days").text
    assert '<a href="?at=2012-04-05">5 April 2012</a>' in page
    assert Client().get(f"{address}?at=2012-04-05").status_code == 200
    assert "Never seen" not in page
    assert Client().get(f"{address}?view=days&at=2012-04-05").status_code == 400
    assert Client().get(f"{address}?view=days&page=2").status_code == 404
    # Kept while the record stands.
    with django_assert_num_queries(2):
        thread_days(thread)


@pytest.mark.parametrize(
    ("days", "unit", "number"),
    [
        (range(100), "day", 100),
        (range(0, 800, 7), "week", 115),
        ((0, 5000), "day", 3),
        ((0, 8), "day", 9),
        ((0, 9), "day", 3),
    ],
)
def test_long_times_without_anything_take_no_room(days, unit, number):
    first = date(2012, 1, 2)
    assert len(_beginnings({first + timedelta(each) for each in days}, unit)) == number


def test_a_thread_of_years_is_put_together_by_months(tmp_path):
    load(
        tmp_path,
        item(
            *[
                comment(n, "x", local=f"{time} 10:00:00", gmt=f"{time} 10:00:00")
                for n, time in enumerate(
                    [f"20{y:02}-{m:02}-03" for y in range(5, 15) for m in range(1, 13)],
                    start=1,
                )
            ]
        ),
    )
    found = thread_days(Post.objects.get())
    assert (found.unit, len(found.bars)) == ("month", 120)
    assert found.bars[0][:2] == ("January 2005", 1)
    assert found.bars[0].address == "?at=2005-01-31"
