import os

import pytest
from django.db import connection

from tests import databases


@pytest.mark.django_db
def test_runs_on_the_database_that_this_half_is_for():
    half = os.environ.get("TEST_HALF", connection.vendor)
    assert connection.vendor == half
    if half == "sqlite":
        assert "memory" not in str(connection.settings_dict["NAME"])


@pytest.mark.pure
@pytest.mark.parametrize(
    ("worker", "address"), [("gw0", "a"), ("gw1", "b"), ("gw2", None), ("", "a")]
)
def test_each_worker_has_a_server_of_its_own(monkeypatch, worker, address):
    monkeypatch.setenv("DATABASE_URLS", "a b")
    monkeypatch.setenv("PYTEST_XDIST_WORKER", worker)
    if not worker:
        monkeypatch.delenv("PYTEST_XDIST_WORKER")
    assert databases.address_of_this_worker() == address
    monkeypatch.delenv("DATABASE_URLS")
    assert databases.address_of_this_worker() is None
