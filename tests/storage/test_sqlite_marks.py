"""Queries with values, as SQLite's cursor is given them."""

import pytest
from django.db import connection

from commentarchive.storage.sqlite_marks import _Cursor

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_every_value_stands_where_its_mark_was():
    with connection.cursor() as cursor:
        assert isinstance(cursor.cursor, _Cursor)
        cursor.execute("SELECT %s, '?', %s || '%%s'", ["a %s", "b"])
        assert cursor.fetchone() == ("a %s", "?", "b%s")
        cursor.execute("SELECT %s || '%%'", ["c"])
        assert cursor.fetchone() == ("c%",)
        cursor.execute("SELECT %s, %s", ["%%", "?"])
        assert cursor.fetchone() == ("%%", "?")
        cursor.execute("SELECT %(b)s, %(a)s", {"a": 1, "b": 2})
        assert cursor.fetchone() == (2, 1)


def test_without_values_nothing_is_a_mark():
    with connection.cursor() as cursor:
        cursor.execute("SELECT '%s', '%%'")
        assert cursor.fetchone() == ("%s", "%%")
