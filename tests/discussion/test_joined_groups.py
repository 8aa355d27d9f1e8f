"""Which comments of several places are one, and where it stands in the time line."""

import pytest

from commentarchive.discussion.joined import _Said

pytestmark = pytest.mark.pure


def said(times, pairs):
    """Put comments together; all of them are at one place."""
    return _Said.of(dict.fromkeys(times, 0), pairs)


def test_each_stands_once_where_the_first_of_it_does():
    found = said([5, 1, 9, 7, 3], [(1, 3), (7, 5)])
    assert found.groups(0, 5) == [[5, 7], [1, 3], [9]]
    assert found.groups(1, 2) == [[1, 3]]
    assert found.groups(2, 9) == [[9]]
    assert [pk in found.group_of for pk in found.firsts] == [True, True, False]


def test_what_hangs_together_by_others_is_one_in_whichever_order_it_comes():
    found = said([1, 2, 3, 4, 5], [(1, 2), (3, 4), (4, 2), (2, 1), (5, 5)])
    assert found.groups(0, 5) == [[1, 2, 3, 4], [5]]


def test_a_note_for_staff_at_one_place_is_shown_at_none():
    assert said([1, 2, 4, 6], [(1, 2), (2, 3), (6, 4)]).groups(0, 5) == [[4, 6]]
