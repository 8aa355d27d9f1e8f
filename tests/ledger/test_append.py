import contextlib
import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import Error, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from commentarchive.ledger import triggers
from commentarchive.ledger.append import (
    SYSTEM,
    By,
    Statement,
    append,
    append_all,
    minute,
    read_leaf,
)
from commentarchive.ledger.merkle.events import EventRefused
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.ledger.models import Actor, Entry, Head, Opening, Role
from commentarchive.ledger.verification import verify
from commentarchive.storage.write_locks import short_write
from tests.ledger.records import grant


@pytest.mark.django_db
def test_the_first_append_makes_head_and_entry_0():
    assert append(grant()) == 1
    assert [entry.event for entry in Entry.objects.order_by("index")] == [
        "log.genesis",
        "staff.grant",
    ]
    assert Head.objects.get().size == 2
    assert not verify().faults


@pytest.mark.django_db
def test_numbers_a_subjects_events_and_keeps_its_openings():
    subject = new_ref("g")
    public = {"grade": "claimed"}
    for _time in range(2):
        index = append(
            Statement(
                event="gap.withdrawn",
                subject=subject,
                public=public,
                committed={"evidence": None},
            )
        )
    numbers = Entry.objects.filter(subject=subject).order_by("index")
    assert [entry.subject_number for entry in numbers] == [1, 2]
    openings = Opening.objects.filter(entry__subject=subject)
    assert openings.count() == 2
    assert len({opening.disclosure for opening in openings}) == 2
    assert index == 2


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_is_refused():
    with pytest.raises(transaction.TransactionManagementError):
        append(grant())


@pytest.mark.django_db
def test_a_rolled_back_append_leaves_no_gap():
    append(grant())
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        append(grant())
        1 / 0  # noqa: B018
    assert append(grant()) == 2
    assert not verify().faults


@pytest.mark.django_db
def test_the_last_statement_is_the_heads():
    with CaptureQueriesContext(
        connection,
    ) as queries:
        append(grant())
    assert queries.captured_queries[-1]["sql"].startswith('UPDATE "ledger_head"')


@pytest.mark.django_db
def test_the_head_is_locked_where_rows_can_be():
    append(grant())
    with CaptureQueriesContext(connection) as queries:
        append(grant())
    first = queries.captured_queries[0]["sql"]
    assert 'FROM "ledger_head"' in first
    assert first.endswith(" FOR UPDATE") == (connection.vendor == "postgresql")


@pytest.mark.django_db
def test_more_entries_than_one_statement_inserts_are_all_there(monkeypatch):
    monkeypatch.setattr("commentarchive.ledger.end_rows.ROWS", 2)
    again = grant()
    append_all([grant(), again, grant(), again, grant()])
    assert Entry.objects.get(index=4).subject_number == 2
    assert verify().size == 6


@pytest.mark.django_db(transaction=True)
def test_half_an_append_cannot_be_committed(monkeypatch):
    def fail(*_args):
        raise Error

    with transaction.atomic():
        append(grant())
    monkeypatch.setattr("commentarchive.ledger.end_rows.move_head", fail)
    with transaction.atomic(), contextlib.suppress(Error):
        append(grant())
    assert Entry.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_writers_leave_no_gap_and_no_fork():
    errors = []

    def write():
        try:
            for _time in range(15):
                with short_write():
                    append(grant())
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write) for _thread in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    verdict = verify()
    assert verdict.size == 46
    assert not verdict.faults


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        'UPDATE ledger_entry SET leaf = hash WHERE "index" = 1',
        'DELETE FROM ledger_entry WHERE "index" = 1',
        "UPDATE ledger_head SET size = 1",
        "DELETE FROM ledger_head",
        "UPDATE ledger_opening SET field = 'x'",
    ],
)
def test_the_database_refuses_to_change_the_record(statement):
    append(
        Statement(
            event="gap.withdrawn",
            subject=new_ref("g"),
            public={"grade": "claimed"},
            committed={"evidence": "x"},
        )
    )
    with (
        pytest.raises(Error),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert not verify().faults


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ('UPDATE ledger_entry SET subject_number = 7 WHERE "index" = 3', "entry 3"),
        ('UPDATE ledger_entry SET leaf = hash WHERE "index" = 2', "entry 2"),
        ('DELETE FROM ledger_entry WHERE "index" = 2', "entry 2: it is missing"),
        ("UPDATE ledger_head SET size = 9", "the head says"),
        (
            "UPDATE ledger_head SET frontier ="
            ' (SELECT hash FROM ledger_entry WHERE "index" = 0)',
            "the head's hashes",
        ),
    ],
)
def test_verify_names_what_was_changed_behind_the_triggers(statement, fault):
    for _time in range(4):
        with short_write():
            append(grant())
    triggers.remove()
    with connection.cursor() as cursor:
        cursor.execute(statement)
    assert any(fault in str(each) for each in verify().faults)


@pytest.mark.django_db
def test_says_which_triggers_are_missing():
    assert triggers.missing() == []
    triggers.remove()
    assert "keep_ledger_entry_update" in triggers.missing()
    triggers.install()
    assert triggers.missing() == []


@pytest.mark.django_db
def test_numbers_go_on_for_each_of_several_subjects():
    first, second = grant(), grant()
    append(first)
    assert append_all([second, first, second, first]) == 2
    entries = Entry.objects.filter(index__gte=2).order_by("index")
    assert [entry.subject_number for entry in entries] == [1, 2, 2, 3]
    assert not verify().faults


@pytest.mark.django_db
def test_one_refused_event_keeps_all_of_them_out():
    append(grant())
    wrong = Statement(event="staff.grant", subject=new_ref("a"), public={"role": "x"})
    with pytest.raises(EventRefused):
        append_all([grant(), wrong])
    assert Entry.objects.count() == Head.objects.get().size == 2


@pytest.mark.django_db
@pytest.mark.parametrize("display", ["handle", "role"])
def test_an_entry_names_the_actor_only_where_handles_are_shown(settings, display):
    settings.ACTOR_DISPLAY = display
    actor = Actor.objects.create(
        ref=new_ref("a"), handle="alice", made_at=datetime(2012, 4, 1, tzinfo=UTC)
    )
    by = By(actor=actor, role=Role.MODERATOR)
    index = append(grant(by=by))
    said = read_leaf(bytes(Entry.objects.get(pk=index).leaf))
    known = actor.ref if display == "handle" else None
    assert said["actor"] == {"k": known, "r": "moderator"}
    shown = "alice (moderator)" if display == "handle" else "a moderator"
    assert by.shown == shown


@pytest.mark.parametrize(
    ("role", "words"),
    [
        (Role.OWNER, "the owner"),
        (Role.MODERATOR, "a moderator"),
        (Role.AUDITOR, "an auditor"),
        (Role.ARCHIVIST, "an archivist"),
    ],
)
def test_a_role_has_its_article(role, words):
    assert By(actor=None, role=role).shown == words
    assert SYSTEM.shown == "this program"


@pytest.mark.django_db
def test_an_entry_holds_its_thread():
    thread = new_ref("p")
    index = append(grant(thread=thread))
    assert read_leaf(bytes(Entry.objects.get(pk=index).leaf))["thread"] == thread


def test_times_in_entries_are_utc_cut_to_the_minute():
    summer = timezone(timedelta(hours=1))
    assert minute(datetime(2012, 6, 1, 0, 30, 59, tzinfo=summer)) == (
        "2012-05-31T23:30:00Z"
    )
