from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentarchive.threads.capture_diff import (
    CapturedComment,
    Copy,
    CopyTime,
    differences,
    find_gone,
    in_order,
    is_surely_before,
    ordered,
)

pytestmark = pytest.mark.pure
START = datetime(2012, 4, 1, tzinfo=UTC)


def day(number):
    return START + timedelta(days=number)


def copy(turn, held, *, dated=None, newest=1, **more):
    """Make a copy: `held` are ids, or ids with their parents."""
    rows = held if isinstance(held, dict) else dict.fromkeys(held, 0)
    facts = {"importer": "wordpress", "is_whole": True, "tells_parents": True} | more
    time = CopyTime(dated and day(dated), newest and day(newest), (turn, 0))
    facts.setdefault("may_hide_replies", facts["importer"] == "web_page")
    found = Copy(turn, time, **facts)
    found.held = {
        key: CapturedComment(key, key, parent, "published")
        for key, parent in rows.items()
    }
    return found


def vanished(*copies):
    return {
        each.comment: (each.seen.key, each.missed.key) for each in find_gone(copies)
    }


def test_what_a_later_whole_copy_does_not_hold_is_gone():
    assert vanished(copy(1, [1, 2, 3]), copy(2, [1, 3])) == {2: (1, 2)}


def test_a_partial_copy_makes_nothing_gone():
    assert vanished(copy(1, [1, 2]), copy(2, [1], is_whole=False)) == {}


def test_what_is_back_is_not_gone_and_the_first_copy_without_it_is_named():
    copies = [copy(1, [1, 2]), copy(2, [1]), copy(3, [1]), copy(4, [1, 2])]
    assert vanished(*copies[:3]) == {2: (1, 2)}
    assert vanished(*copies) == {}


def test_what_was_last_seen_hidden_stays_as_it_was():
    trashed = copy(2, [1, 2])
    trashed.held[2] = CapturedComment(2, 2, 0, "trashed")
    assert vanished(copy(1, [1, 2]), trashed, copy(3, [1])) == {}


def test_links_from_other_blogs_are_gone_only_from_their_own_kind_of_copy():
    export, page = copy(1, [1, 2]), copy(2, [1], importer="web_page")
    assert {each.comment for each in find_gone([export, page], {2})} == set()
    # A copy that holds no other of them may have none to show.
    assert {each.comment for each in find_gone([export, copy(2, [1])], {2})} == set()
    several = copy(1, [1, 2, 3])
    assert {each.comment for each in find_gone([several, copy(2, [1, 3])], {2, 3})} == {
        2
    }


def test_replies_to_what_a_page_hides_are_not_gone():
    thread = {1: 0, 2: 1, 3: 2, 4: 0}
    page = {"importer": "web_page", "tells_parents": False}
    # 2 was hidden, and 3 with it: the page still counts 3.
    assert vanished(copy(1, thread), copy(2, [1, 4], printed_count=3, **page)) == {
        2: (1, 2)
    }
    # It counts no more than it shows: both are gone.
    assert vanished(copy(1, thread), copy(2, [1, 4], printed_count=2, **page)) == {
        2: (1, 2),
        3: (1, 2),
    }
    # It counts more than can be explained: nothing can be told.
    assert vanished(copy(1, thread), copy(2, [1, 4], printed_count=4, **page)) == {}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (copy(1, [], dated=2), copy(2, [], dated=1)),
        (copy(2, []), copy(1, [])),
        # A copy without a date lies after its newest comment.
        (copy(1, [], newest=5), copy(2, [], newest=4)),
        (copy(1, [], newest=5), copy(2, [], dated=9, newest=4)),
        # Without any date, a copy comes first.
        (copy(1, [], newest=3), copy(2, [], newest=None)),
    ],
)
def test_the_order_of_copies(one, other):
    assert [each.key for each in in_order([one, other])] == [other.key, one.key]


@given(
    st.lists(
        st.tuples(
            st.none() | st.integers(1, 5), st.none() | st.integers(1, 5), st.booleans()
        ),
        max_size=7,
    ),
    st.randoms(),
)
def test_the_order_is_one_order_whatever_order_they_come_in(told, chance):
    times = [
        CopyTime(seen and day(seen), newest and day(newest), (turn, 0))
        for turn, (seen, newest, _more) in enumerate(told)
    ]
    line = ordered(times)
    assert sorted(line, key=lambda each: each.turn) == times
    shuffled = list(times)
    chance.shuffle(shuffled)
    assert ordered(shuffled) == line
    dated = [each.seen_at for each in line if each.seen_at]
    assert dated == sorted(dated)
    undated = [each.newest_at for each in line if not each.seen_at and each.newest_at]
    assert undated == sorted(undated)


def test_what_became_of_each_comment():
    before = copy(1, {1: 0, 2: 0, 3: 0, 4: 0, 5: 0, 6: 0})
    before.held[5] = CapturedComment(5, 5, 0, "held")
    after = copy(2, {1: 0, 3: 1, 4: 0, 5: 0, 6: 0, 7: 0, 8: 0})
    after.held[4] = CapturedComment(4, 44, 0, "published")
    after.held[6] = CapturedComment(6, 6, 0, "trashed")
    assert differences(before, after, {8: None}) == {
        1: "unchanged",
        2: "gone",
        3: "moved",
        4: "edited",
        5: "shown",
        6: "hidden",
        7: "new",
        8: "back",
    }
    after.tells_parents = False
    assert differences(before, after)[3] == "unchanged"


@given(st.lists(st.tuples(st.sets(st.integers(1, 6)), st.booleans()), max_size=6))
def test_gone_is_what_the_last_holder_had_and_a_whole_one_after_it_has_not(told):
    copies = [
        copy(turn, held, is_whole=whole) for turn, (held, whole) in enumerate(told, 1)
    ]
    found = vanished(*copies)
    for comment in range(1, 7):
        holders = [each for each in copies if comment in each.held]
        after = [
            each
            for each in copies
            if holders and each.key > holders[-1].key and each.is_whole
        ]
        expected = (holders[-1].key, after[0].key) if after else None
        assert found.get(comment) == expected


def test_a_copy_was_not_made_before_its_date_else_before_its_newest_comment():
    assert copy(1, [], dated=5, newest=3).time.not_before == day(5)
    assert copy(1, [], newest=3).time.not_before == day(3)
    assert copy(1, [], newest=None).time.not_before is None


def test_links_from_other_blogs_vanish_from_no_copy_of_another_kind():
    """Not even from one that shows others: its theme may print some of them only."""
    export = copy(1, [1, 2, 3])
    page = copy(2, [1, 3], importer="web_page")
    assert list(find_gone([export, page], {2, 3})) == []
    assert {each.comment for each in find_gone([export, page], set())} == {2}


def test_of_copies_with_one_date_or_one_newest_comment_the_first_read_is_the_first():
    for dated in (None, 5):
        early, late = copy(1, [], dated=dated), copy(2, [], dated=dated)
        assert [each.key for each in in_order([late, early])] == [1, 2]
    # One without a date comes after a dated one of the same newest comment, if that
    # was read before it, else before it.
    undated, dated_one = copy(2, []), copy(1, [], dated=5)
    assert [each.key for each in in_order([undated, dated_one])] == [1, 2]
    undated, dated_one = copy(1, []), copy(2, [], dated=5)
    assert [each.key for each in in_order([undated, dated_one])] == [1, 2]


def test_a_page_that_prints_no_count_hides_replies_with_what_they_answer():
    page = {"importer": "web_page", "tells_parents": False}
    before = copy(1, {1: 0, 2: 1, 3: 2})
    # 2 answers what is still there, 3 what is not: only 2 is known to be gone.
    assert vanished(before, copy(2, [1], **page)) == {2: (1, 2)}


def test_what_an_earlier_page_counted_and_did_not_show_explains_the_later_count():
    page = {"importer": "web_page", "tells_parents": False}
    before = copy(1, [1, 2], printed_count=3, **page)
    assert vanished(before, copy(2, [1], printed_count=2, **page)) == {2: (1, 2)}
    assert vanished(before, copy(2, [1], printed_count=3, **page)) == {}


def test_only_two_copies_that_tell_parents_show_that_a_comment_moved():
    before, after = copy(1, {1: 0, 2: 0}), copy(2, {1: 0, 2: 1})
    assert differences(before, after)[2] == "moved"
    for one in (before, after):
        one.tells_parents = False
        assert differences(before, after)[2] == "unchanged"
        one.tells_parents = True


def test_what_a_copy_of_a_part_lacks_is_unchanged():
    before, after = copy(1, [1, 2]), copy(2, [1], is_whole=False)
    assert differences(before, after) == {1: "unchanged", 2: "unchanged"}


def test_hidden_and_edited_at_once_is_called_hidden():
    before, after = copy(1, [1]), copy(2, [1])
    after.held[1] = CapturedComment(1, 9, 0, "spam")
    assert differences(before, after) == {1: "hidden"}
    before.held[1], after.held[1] = after.held[1], before.held[1]
    assert differences(before, after) == {1: "shown"}


HOUR = timedelta(hours=1)


def of_day(number, *, newest=None, turn=1, digest=""):
    """Return the time of a copy of which only the day is known."""
    start, end = day(number), day(number + 1) - timedelta(seconds=1)
    return CopyTime(start, newest, (turn, 0), end, digest)


def of_time(moment, *, newest=None, turn=2, digest=""):
    return CopyTime(moment, newest, (turn, 0), digest=digest)


def test_a_day_is_all_of_its_hours():
    told = of_day(3)
    assert (told.not_before, told.not_after) == (day(3), day(4) - timedelta(seconds=1))
    # It was not made before a comment of that day which it holds was written.
    noon = day(3) + 12 * HOUR
    assert of_day(3, newest=noon).not_before == noon
    assert of_day(3, newest=day(2)).not_before == day(3)
    assert of_day(3, newest=day(5)).not_before == day(3)


@pytest.mark.parametrize(
    ("earlier", "later", "is_known"),
    [
        (of_day(3), of_day(4), True),
        (of_day(3), of_time(day(4)), True),
        (of_time(day(3) - HOUR), of_day(3), True),
        # Of one day, nothing is known; nor of one time.
        (of_day(3), of_day(3, turn=2), False),
        (of_day(3), of_time(day(3) + HOUR), False),
        (of_time(day(3) + HOUR), of_day(3), False),
        (of_time(day(3)), of_time(day(3), turn=1), False),
        # Unless the later one holds a comment which the earlier one cannot hold.
        (of_day(3), of_day(3, newest=day(3) + HOUR, turn=2), True),
        (of_day(3), of_time(day(3) + 2 * HOUR, newest=day(3) + HOUR), True),
        (of_time(day(3) + HOUR), of_day(3, newest=day(3) + 2 * HOUR), True),
        # One of an earlier day may have been published late, or deleted in between.
        (of_day(3), of_day(3, newest=day(2), turn=2), False),
        # What has no date stands where it stands.
        (of_day(3), CopyTime(None, day(3), (2, 0)), True),
        (CopyTime(None, day(3), (2, 0)), of_day(3), True),
    ],
)
def test_whether_the_order_of_two_copies_is_known(earlier, later, is_known):
    assert is_surely_before(earlier, later) is is_known


def test_of_copies_of_one_day_none_makes_a_comment_gone():
    both, one = copy(1, [1, 2]), copy(2, [1])
    for turns in ((1, 2), (2, 1)):
        for number, each in zip(turns, (both, one), strict=True):
            each.time = of_day(3, turn=number, digest=f"{each.key}")
        assert [each.key for each in in_order([both, one])] == [1, 2]
        assert vanished(*in_order([both, one])) == {}
    after = copy(3, [1])
    after.time = of_day(4, turn=3)
    assert vanished(*in_order([both, one, after])) == {2: (1, 3)}


@given(
    st.lists(
        st.tuples(
            st.integers(1, 4), st.integers(0, 23), st.booleans(), st.integers(0, 110)
        ),
        max_size=6,
    ),
    st.randoms(),
)
def test_the_order_of_dated_copies_does_not_depend_on_the_order_of_reading(
    told, chance
):
    def line(turns):
        times = [
            of_day(at, newest=START + newest * HOUR, turn=turn, digest=f"{n}")
            if is_day
            else of_time(
                day(at) + hour * HOUR,
                newest=START + newest * HOUR,
                turn=turn,
                digest=f"{n}",
            )
            for n, (turn, (at, hour, is_day, newest)) in enumerate(
                zip(turns, told, strict=True)
            )
        ]
        return ordered(times)

    turns = list(range(len(told)))
    found = line(turns)
    chance.shuffle(turns)
    assert [each.digest for each in line(turns)] == [each.digest for each in found]
    for place, earlier in enumerate(found):
        for later in found[place:]:
            # None that is certainly later stands before another one.
            assert not later.not_after < earlier.not_before
