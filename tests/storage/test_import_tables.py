"""The tables that an import fills carry no index that nothing asks for."""

import pytest
from django.db import connection

from commentarchive.storage.import_tables import TABLES


@pytest.mark.django_db
@pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="SQLite serves LIKE by the same index"
)
def test_no_index_has_a_twin_for_like():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename, indexname FROM pg_indexes"
            " WHERE indexdef LIKE '%%pattern_ops%%' AND tablename = ANY(%s)",
            [[model._meta.db_table for model in TABLES]],
        )
        assert cursor.fetchall() == []
