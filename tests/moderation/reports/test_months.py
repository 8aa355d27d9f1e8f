"""The list of reports: each month with a small chart, paged, in so many queries."""

import pytest
from django.core.cache import cache
from django.test import Client

from moderation.reports.months import examples, months_at_a_glance
from moderation.reports.periods import parse_period
from moderation.views import reports

pytestmark = pytest.mark.django_db
PAGE = "/moderation/reports/"
QUERIES = 17


def test_each_month_says_what_came_in_and_what_was_decided(said):
    may, april = months_at_a_glance([parse_period("2012-05"), parse_period("2012-04")])
    assert (april.received, april.decided) == ("8", "5")
    assert april.parts == "3 hidden, 2 approved or left"
    assert (may.received, may.parts) == ("0", "1 hidden, 1 approved or left")
    # The longest fills the width, the others are in proportion.
    assert 'width="60.00%"' in april.drawing
    assert may.drawing.count('width="20.00%"') == 2


def test_the_list_has_pages_and_costs_the_same_however_many_months(
    said, monkeypatch, django_assert_num_queries
):
    for size, months in ((24, 2), (1, 1)):
        monkeypatch.setattr(reports, "MONTHS", size)
        cache.clear()
        Client().get(PAGE)
        cache.clear()
        with django_assert_num_queries(QUERIES):
            page = Client().get(PAGE)
        assert page.text.count('id="month-2012-0') == 2 * months
    assert "April 2012" in Client().get(f"{PAGE}?page=2").text
    assert Client().get(f"{PAGE}?page=3").status_code == 404


def test_other_periods_are_offered_around_a_month_that_there_is():
    assert examples(parse_period("2012-12")) == [
        *("2012", "2012-Q4", "2012-12-01..2012-12-31")
    ]
