"""Whatever a test here does by actions, the tables stay as the record says."""

import pytest

from commentarchive.ledger.reconcile import reconcile


@pytest.fixture(autouse=True)
def _tables_are_as_the_record_says(request, db):
    yield
    if "unreconciled" not in request.keywords:
        assert [str(difference) for difference in reconcile()] == []
