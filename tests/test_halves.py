import os

import pytest
from django.db import connection


@pytest.mark.django_db
def test_runs_on_the_database_that_this_half_is_for():
    half = os.environ.get("TEST_HALF", connection.vendor)
    assert connection.vendor == half
    if half == "sqlite":
        assert "memory" not in str(connection.settings_dict["NAME"])
