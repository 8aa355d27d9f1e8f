"""On PostgreSQL a rewrite must leave nothing that an open transaction could still see."""

import pytest
from django.db import connection

from commentarchive.erasure import freed_pages
from tests.databases import as_an_ordinary_user

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        "connection.vendor != 'postgresql'", reason="SQLite overwrites what it frees"
    ),
]


@pytest.fixture
def other():
    """Another connection to the same server."""
    import psycopg

    with psycopg.connect(**_parameters()) as opened:
        yield opened
        opened.rollback()


def _parameters():
    chosen = connection.get_connection_params()
    return {
        key: chosen[key] for key in ("dbname", "user", "host", "port") if key in chosen
    }


def _file_of_texts():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_relation_filenode('commentarchive_revisiontext')")
        return cursor.fetchone()[0]


def test_every_table_gets_a_new_file_where_nothing_older_is_open():
    before = _file_of_texts()
    freed_pages.rewrite_tables()
    assert _file_of_texts() != before


@pytest.mark.parametrize(
    "begin",
    [
        pytest.param("SELECT pg_current_xact_id()", id="one that writes"),
        pytest.param("SELECT count(*) FROM django_migrations", id="one that reads"),
    ],
)
def test_gives_up_with_a_sentence_while_an_older_transaction_is_open(
    other, begin, monkeypatch
):
    monkeypatch.setattr(freed_pages, "PATIENCE", 1)
    other.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    other.execute(begin)
    with connection.cursor() as cursor:
        # What is deleted after the other one began, it may still see.
        cursor.execute("SELECT pg_current_xact_id()")
    with pytest.raises(freed_pages.SweepUnfinished, match="older transaction is open"):
        freed_pages.rewrite_tables()
    other.rollback()
    freed_pages.rewrite_tables()


def test_an_ordinary_user_waits_for_what_others_read_as_well(other, monkeypatch):
    """What PostgreSQL tells everybody of the sessions of other users is enough."""
    monkeypatch.setattr(freed_pages, "PATIENCE", 1)
    other.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    other.execute("SELECT count(*) FROM django_migrations")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()")
    with as_an_ordinary_user() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE state IS NOT NULL")
        assert cursor.fetchone() == (0,)
        with pytest.raises(freed_pages.SweepUnfinished, match="older transaction"):
            freed_pages._wait_for_older_transactions(cursor)
        other.rollback()
        freed_pages._wait_for_older_transactions(cursor)


def test_a_table_that_somebody_holds_is_named(other, monkeypatch):
    monkeypatch.setattr(freed_pages, "PATIENCE", 1)
    monkeypatch.setattr(freed_pages, "_wait_for_older_transactions", lambda _c: None)
    other.execute("LOCK TABLE commentarchive_revisiontext")
    with pytest.raises(freed_pages.SweepUnfinished, match="could not be rewritten"):
        freed_pages.rewrite_tables()
