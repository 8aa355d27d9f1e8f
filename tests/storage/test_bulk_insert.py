"""What the driver reports of a bulk insert comes out as any database's error."""

import contextlib
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, OperationalError, connection, transaction

from commentarchive.ledger.models import Actor
from commentarchive.ledger.outages import FULL
from commentarchive.models import Comment
from commentarchive.storage import bulk_insert
from commentarchive.storage.bulk_insert import time_storer
from tests.wxr import comment, export, item

TWICE = [
    (number, "a" * 27, "somebody", datetime(2012, 4, 1, tzinfo=UTC))
    for number in (1, 2)
]


@pytest.mark.django_db
def test_a_refused_row_is_an_error_that_everybody_knows():
    stored = time_storer()
    rows = [(*row[:3], stored(row[3])) for row in TWICE]
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk_insert.insert(Actor, ("id", "ref", "handle", "made_at"), rows)
    assert not Actor.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_import_into_a_full_database_says_one_sentence_and_goes_on_later(tmp_path):
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite can be given a limit")
    path = tmp_path / "export.xml"
    text = " ".join(["word"] * 400)
    remarks = [comment(n, f"{n} {text}", author=f"N{n}") for n in range(1, 120)]
    path.write_bytes(export(item(*remarks)))
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count={pages + 20}")
    try:
        with pytest.raises(CommandError, match=FULL):
            call_command("import_comments", str(path))
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA max_page_count={2**31 - 2}")
    with contextlib.suppress(OperationalError):
        connection.rollback()
    call_command("import_comments", str(path))
    assert Comment.objects.count() == 119
