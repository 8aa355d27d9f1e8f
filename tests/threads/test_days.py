"""A day without an hour stands no earlier than what it comes after."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from commentarchive.models.times import PrintedDay, on_source_clock, printed_time
from commentarchive.threads.days import (
    Day,
    hour_of,
    in_order_of_time,
    in_words,
    not_before,
    surely_before,
)

pytestmark = pytest.mark.pure
DAY = datetime(2011, 3, 12, tzinfo=UTC)


def at(hour, day=0):
    return DAY + timedelta(days=day, hours=hour)


def test_it_is_written_for_people_and_machines_as_its_date():
    day = Day(2011, 3, 12, tzinfo=UTC)
    assert in_words(day) == "12 March 2011"
    assert day.isoformat() == "2011-03-12"
    assert in_words(at(17)) == "12 March 2011, 17:00"
    assert hour_of(day) is None
    assert hour_of(at(0)) == at(0)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Tokyo"])
def test_it_stays_on_its_date_when_the_blog_s_clock_changes(zone):
    # Midnight in Berlin.
    began = datetime(2011, 3, 11, 23, tzinfo=UTC)
    told = printed_time(began, None, zone, day_only=True)
    assert isinstance(told, PrintedDay)
    assert told.isoformat() == "2011-03-12"
    plain = on_source_clock(began, None, zone)
    assert not isinstance(plain, Day)


def test_it_is_over_when_all_of_its_hours_are():
    day = Day(2011, 3, 12, tzinfo=UTC)
    assert not surely_before(day, at(17))
    assert surely_before(day, at(0, day=1))
    assert surely_before(at(16), at(17))


def test_a_day_comes_after_lower_ids_of_that_day_whatever_is_read_first():
    # 1 at 15:00, 2 and 3 on that day, 4 at 9:00 the next day, 5 on the day before.
    moments = {1: at(15), 2: at(0), 3: at(0), 4: at(9, day=1), 5: at(0, day=-1)}
    seconds = {key: moment.timestamp() for key, moment in moments.items()}
    results = set()
    for order in itertools.permutations(seconds):
        numbered = [("thread", key, key) for key in order]
        later = not_before(numbered, seconds, {2, 3, 5})
        stands = seconds | later
        results.add(tuple(sorted(stands, key=lambda key: (stands[key], key))))
    assert results == {(5, 1, 2, 3, 4)}


def test_ids_of_another_system_and_what_has_none_say_nothing():
    seconds = {"a": at(15).timestamp(), "b": at(0).timestamp(), "c": at(0).timestamp()}
    numbered = [("disqus", 1, "a"), ("wordpress", 2, "b"), ("disqus", 0, "c")]
    assert not_before(numbered, seconds, {"b", "c"}) == {"b": seconds["b"]}


def test_in_a_list_by_time_a_day_is_not_before_what_it_answers():
    thread = [
        ("parent", None, at(15), False),
        ("child", "parent", at(0), True),
        ("its child", "child", at(0), True),
        ("a day's parent", None, at(0), True),
        ("at nine", "a day's parent", at(9, day=1), False),
        ("undated", None, None, False),
    ]
    stands = in_order_of_time(thread)
    assert stands["child"] == stands["its child"] == at(15)
    # Beside "parent", and not before it: the thread has it there.
    assert stands["a day's parent"] == at(15)
    assert stands["at nine"] == at(9, day=1)
    assert stands["undated"] is None


def test_a_day_before_its_parent_s_stays_where_it_is():
    thread = [("parent", None, at(15, day=2), False), ("child", "parent", at(0), True)]
    assert in_order_of_time(thread)["child"] == at(0)
