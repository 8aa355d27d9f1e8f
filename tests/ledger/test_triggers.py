"""The database itself refuses what a table's row rule does not allow."""

import pytest
from django.db import Error, connection, transaction
from django.utils import timezone

from commentarchive.ledger.models import Head, WitnessedLog
from commentarchive.models import Capture, Comment, Gap, Tombstone
from tests.ledger.records import add
from tests.wxr import comment, item, load

pytestmark = [pytest.mark.django_db, pytest.mark.unreconciled]


def edit(table, change, where, *values):
    """Change rows by SQL, with the triggers in place."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {change} WHERE {where}", values)
        assert cursor.rowcount == 1


def refused(table, change, where, *values):
    with pytest.raises(Error, match="rows are kept as they are"):
        edit(table, change, where, *values)


def delete(table):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")


@pytest.fixture
def thread(tmp_path):
    load(tmp_path, item(comment(11, "A remark."), comment(12, approved="trash")))
    return Comment.objects.order_by("pk")


def test_the_head_moves_forward_only():
    add(3)
    refused("ledger_head", "size = 3", "id = 1")
    refused("ledger_head", "frontier = %s", "id = 1", b"x")
    refused("ledger_head", "log_ref = 'l'", "id = 1")
    refused("ledger_head", "size = 9, log_ref = 'l'", "id = 1")
    edit("ledger_head", "size = 9", "id = 1")
    assert Head.objects.get().size == 9


def test_a_witnessed_record_moves_forward_only():
    log = WitnessedLog.objects.create(origin="o", vkey="v", size=5, root=b"x")
    where = f"id = {log.pk}"
    edit("ledger_witnessedlog", "seen_at = %s", where, timezone.now())
    edit("ledger_witnessedlog", "size = 7", where)
    refused("ledger_witnessedlog", "size = 6", where)
    refused("ledger_witnessedlog", "size = 6, root = %s", where, b"y")
    refused("ledger_witnessedlog", "size = 8, vkey = 'w'", where)


def test_facts_are_never_deleted(thread):
    for table in ("ledger_entry", "ledger_head", "commentarchive_comment"):
        with pytest.raises(Error, match="rows are kept as they are"):
            delete(table)


def test_side_rows_are_deleted_and_never_changed(thread):
    revision = thread[0].current_revision_id
    refused("commentarchive_revisiontext", "plain = 'x'", "revision_id = %s", revision)
    refused("commentarchive_privateaddress", "ip = ip", "comment_id = %s", thread[0].pk)
    delete("commentarchive_privateaddress")


def test_derived_columns_change_and_facts_do_not(thread):
    where = f"id = {thread[0].pk}"
    edit("commentarchive_comment", "depth = 3", where)
    refused("commentarchive_comment", "source_id = '13'", where)
    refused("commentarchive_comment", "depth = 4, source_id = '13'", where)
    refused("commentarchive_comment", "ref = 'c'", where)


def test_what_is_filled_once_is_filled_once(thread):
    """A time and a text column, both empty at first."""
    notice = Tombstone.objects.get(comment=thread[1])
    where = f"id = {notice.pk}"
    table = "commentarchive_tombstone"
    assert (notice.until_not_before, notice.closing_path) == (None, "")
    edit(table, "until_not_before = %s", where, timezone.now())
    refused(table, "until_not_before = %s", where, timezone.now())
    refused(table, "until_not_before = NULL", where)
    edit(table, "closing_path = '/there/'", where)
    refused(table, "closing_path = '/elsewhere/'", where)
    refused(table, "closing_path = ''", where)


def test_an_empty_fact_column_stays_empty(thread):
    """NULL is a value like any other to the triggers."""
    notice = Tombstone.objects.get(comment=thread[1])
    assert notice.opened_entry is None
    refused("commentarchive_tombstone", "opened_entry = 1", f"id = {notice.pk}")


def test_a_copy_changes_until_it_is_closed(thread):
    capture = Capture.objects.get()
    where = f"id = {capture.pk}"
    edit("commentarchive_capture", "is_compared = is_compared", where)
    refused("commentarchive_capture", "root = 'x'", where)
    refused("commentarchive_capture", "state = 'reading'", where)
    assert not Gap.objects.exists()
