"""PostgreSQL's planner is told what a look-up costs, unless somebody set that."""

import pytest
from django.db import connection

from commentarchive.storage.planner import RANDOM_PAGE_COST, tell_planner

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        "connection.vendor != 'postgresql'", reason="SQLite has no such setting"
    ),
]


def cost():
    with connection.cursor() as cursor:
        cursor.execute("SHOW random_page_cost")
        return cursor.fetchone()[0]


def test_a_new_connection_is_told():
    assert cost() == RANDOM_PAGE_COST


def test_what_somebody_has_set_stays():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL random_page_cost = 2")
    tell_planner(connection=connection)
    assert cost() == "2"
