"""What the driver reports of a bulk insert comes out as any database's error."""

import contextlib
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import Max

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


@pytest.mark.django_db
@pytest.mark.parametrize("number", [0, 1, 7, 8, 511, 512, 513, 1169])
def test_rows_of_any_number_are_inserted_once_each(number):
    stored = time_storer()
    made_at = datetime(2012, 4, 1, tzinfo=UTC)
    first = 1 + (Actor.objects.aggregate(last=Max("pk"))["last"] or 0)
    rows = [
        (pk, f"a{pk:026}", f"somebody {pk}", stored(made_at))
        for pk in range(first, first + number)
    ]
    bulk_insert.insert(Actor, ("id", "ref", "handle", "made_at"), iter(rows))
    found = Actor.objects.filter(pk__gte=first).order_by("pk")
    assert [(a.pk, a.ref, a.handle, stored(a.made_at)) for a in found] == rows


@pytest.mark.django_db(transaction=True)
def test_only_during_batches_pages_are_put_aside_in_memory(tmp_path, monkeypatch):
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite puts pages aside")

    def stored_in():
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA temp_store")
            return cursor.fetchone()[0]

    flush, seen = bulk_insert.Rows.flush, set()

    def noted(rows):
        seen.add(stored_in())
        flush(rows)

    monkeypatch.setattr(bulk_insert.Rows, "flush", noted)
    path = tmp_path / "export.xml"
    path.write_bytes(export(item(comment(1, "Yes."))))
    call_command("import_comments", str(path), verbosity=0)
    # 0 stands for the default, a file; 2 for memory.
    assert seen == {2}
    assert stored_in() == 0
    with pytest.raises(ZeroDivisionError), bulk_insert.undo_in_memory():
        assert stored_in() // 0
    assert stored_in() == 0


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
