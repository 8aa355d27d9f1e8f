"""The words by which reports are asked for."""

from datetime import date
from itertools import pairwise

import pytest

from moderation.reports.periods import NoPeriod, parse_period


@pytest.mark.parametrize(
    ("word", "first", "last", "title"),
    [
        ("2012", date(2012, 1, 1), date(2012, 12, 31), "2012"),
        ("2012-Q1", date(2012, 1, 1), date(2012, 3, 31), "quarter 1 of 2012"),
        ("2012-Q2", date(2012, 4, 1), date(2012, 6, 30), "quarter 2 of 2012"),
        ("2012-Q4", date(2012, 10, 1), date(2012, 12, 31), "quarter 4 of 2012"),
        ("2012-02", date(2012, 2, 1), date(2012, 2, 29), "February 2012"),
        ("2012-12", date(2012, 12, 1), date(2012, 12, 31), "December 2012"),
    ],
)
def test_a_period_has_whole_months(word, first, last, title):
    found = parse_period(word)
    assert (found.first, found.last, found.title) == (first, last, title)
    months = found.months()
    assert (months[0].first, months[-1].last) == (first, last)
    for month, next_month in pairwise(months):
        assert month.after == next_month.first


@pytest.mark.parametrize(
    "word",
    [
        "",
        "12",
        "2012-13",
        "2012-00",
        "2012-Q5",
        "2012-Q0",
        "２０１２",
        "0001",
        "2012-04-01",
    ],
)
def test_other_words_name_no_period(word):
    with pytest.raises(NoPeriod, match="does not name a period"):
        parse_period(word)
