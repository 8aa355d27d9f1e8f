"""The state of the archive: asked first, so that it shows whether a connection stands."""

import pytest
from django.db import OperationalError, connections
from django.test import Client

from commentarchive.ledger.models import Head
from commentarchive.models import ArchiveVersion
from commentarchive.storage import remembered
from commentarchive.storage.remembered import public_state
from commentarchive.storage.write_locks import long_write, short_write, undone_write


@pytest.fixture
def own():
    return connections["default"]


@pytest.fixture
def begun(own):
    """A connection as it is when a request begins that has been open before."""
    own.ensure_connection()
    own.health_check_done = False
    yield own
    own.close()


def broken_once(monkeypatch):
    real, times = remembered._read_state, []

    def read(connection):
        times.append(1)
        if len(times) == 1:
            raise OperationalError("server closed the connection unexpectedly")
        return real(connection)

    monkeypatch.setattr(remembered, "_read_state", read)
    return times


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_ended_between_requests_is_made_anew(begun, monkeypatch):
    monkeypatch.setattr(begun, "health_check_enabled", True)
    whole = public_state()
    begun.health_check_done = False
    times = broken_once(monkeypatch)
    assert public_state() == whole
    assert len(times) == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("checks", "is_known"), [(True, True), (False, False)])
def test_one_that_breaks_later_is_an_outage(begun, monkeypatch, checks, is_known):
    monkeypatch.setattr(begun, "health_check_enabled", checks)
    begun.health_check_done = is_known
    times = broken_once(monkeypatch)
    with pytest.raises(OperationalError):
        public_state()
    assert len(times) == 1


@pytest.mark.django_db
def test_within_a_transaction_nothing_is_tried_again(own, monkeypatch):
    monkeypatch.setattr(own, "health_check_enabled", True)
    monkeypatch.setattr(own, "health_check_done", False)
    times = broken_once(monkeypatch)
    with pytest.raises(OperationalError):
        public_state()
    assert len(times) == 1


@pytest.mark.django_db(transaction=True)
def test_a_server_that_was_started_again_answers_the_next_reader(
    own, demo, monkeypatch
):
    if own.vendor != "postgresql":
        pytest.skip("only PostgreSQL is a server")
    import psycopg

    page = Client().get("/")
    monkeypatch.setattr(own, "is_usable", pytest.fail)
    process = own.connection.info.backend_pid
    parameters = own.get_connection_params()
    with psycopg.connect(
        **{name: parameters[name] for name in ("host", "dbname", "user")},
        autocommit=True,
    ) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [process])
    own.health_check_done = False
    again = Client().get("/", headers={"If-None-Match": page["ETag"]})
    assert (again.status_code, again["ETag"]) == (304, page["ETag"])
    assert own.connection.info.backend_pid != process


@pytest.mark.django_db(transaction=True)
def test_the_state_is_another_after_each_write_and_the_same_after_none(own):
    states = [public_state()]
    # As a session, or another database of the server, would.
    with own.cursor() as cursor:
        cursor.execute("CREATE TABLE of_others (id integer)")
        cursor.execute("DROP TABLE of_others")
    assert public_state() == states[0]
    with short_write(), long_write():
        inside = public_state()
    states.append(public_state())
    with long_write():
        pass
    states.append(public_state())
    assert inside == states[0]
    assert len(set(states)) == 3


@pytest.mark.django_db(transaction=True)
def test_a_write_that_is_undone_leaves_the_state_as_it_was(own):
    before = public_state()
    with undone_write():
        pass
    assert public_state() == before


@pytest.mark.django_db
def test_the_state_tells_of_the_record_and_of_the_archive_alike():
    Head.objects.all().delete()
    ArchiveVersion.objects.all().delete()
    states = [public_state()]
    ArchiveVersion.objects.create(number=7)
    states.append(public_state())
    Head.objects.create(log_ref="x", size=1, frontier=b"\xff")
    states.append(public_state())
    ArchiveVersion.objects.all().delete()
    states.append(public_state())
    assert len(set(states)) == 4
