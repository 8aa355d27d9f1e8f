from datetime import UTC, datetime

import pytest

from moderation.cuts import Cut, read_cut


def test_an_address_says_where_a_page_begins():
    cut = Cut(datetime(2012, 4, 24, 9, 30, 0, 5, tzinfo=UTC), 42)
    assert str(cut) == "20120424T093000000005.42"
    assert read_cut(str(cut)) == cut


@pytest.mark.parametrize(
    "word",
    ["", "20120424", "20121399T000000000000.1", "20120424T993000000000.1", "x.1"],
)
def test_what_no_page_says_begins_nowhere(word):
    assert read_cut(word) is None
