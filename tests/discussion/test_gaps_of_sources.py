"""What may be missing from a thread that has several sources."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commentarchive.discussion.gaps import _gaps_of_sources

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_a_thread_does_not_look_through_other_threads():
    with CaptureQueriesContext(connection) as asked:
        _gaps_of_sources(1)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {asked.captured_queries[-1]['sql']}")
        steps = [row[-1] for row in cursor.fetchall()]
    assert any("reading_order (post_id=?)" in step for step in steps), steps
    assert not [step for step in steps if step.startswith("SCAN")]
