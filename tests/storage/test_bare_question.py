"""A question past Django's cursor is answered, and fails, as one that goes by it."""

import pytest
from django.db import DatabaseError, connection, connections
from django.test.utils import CaptureQueriesContext

from commentarchive.storage.bare_question import ask

pytestmark = pytest.mark.django_db
NO_ROW = "SELECT 'word' WHERE 1 = 0"


@pytest.fixture
def no_cursor(monkeypatch):
    monkeypatch.setattr(connections["default"], "cursor", pytest.fail)


def test_it_brings_a_word_without_a_cursor_of_django(no_cursor):
    assert ask(connection, "SELECT 'word'") == "word"
    assert ask(connection, "SELECT CAST(NULL AS text)") is None
    assert ask(connection, NO_ROW) is None


def test_whoever_counts_queries_sees_it():
    with CaptureQueriesContext(connection) as seen:
        assert ask(connection, "SELECT 'word'") == "word"
        assert ask(connection, NO_ROW) is None
    assert len(seen) == 2


@pytest.mark.django_db(transaction=True)
def test_errors_are_those_of_django():
    with pytest.raises(DatabaseError, match="nothing_here"):
        ask(connection, "SELECT word FROM nothing_here")
    assert ask(connection, "SELECT 'word'") == "word"
