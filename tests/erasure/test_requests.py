"""Erasures that are asked for: rehearsed, confirmed, carried out, killed, refused."""

import os
import signal
from contextlib import contextmanager, suppress
from datetime import timedelta
from unittest import mock

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from commentarchive.actions.staff import acting
from commentarchive.erasure import erase as erasing
from commentarchive.erasure import requests, sweep
from commentarchive.erasure.erase import CannotErase, erase
from commentarchive.erasure.freed_pages import SweepUnfinished
from commentarchive.erasure.holds import lift_hold, place_hold
from commentarchive.erasure.rehearsal import rehearse
from commentarchive.erasure.requests import (
    MOST_ATTEMPTS,
    Asked,
    ErasureMoved,
    Erasures,
    ask_for_erasure,
    confirm_erasure,
    refuse_erasure,
    try_again,
    withdraw_erasure,
)
from commentarchive.ledger import triggers
from commentarchive.ledger.append import read_leaf
from commentarchive.ledger.models import Entry, Opening
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import (
    Comment,
    Commenter,
    CommenterName,
    ErasureAsker,
    ErasureBasis,
    ErasureRefusal,
    ErasureRequest,
    ErasureState,
    ErasureWords,
    IdentityCheck,
    PrivateAddress,
    RevisionText,
)
from commentarchive.storage.write_locks import import_lock
from tests import databases
from tests.erasure.quarrel import NAME, SECRETS, WORDS, files_with, thread
from tests.warm_program import WarmProgram
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
TOMORROW = timedelta(days=1)


def asked(subject, **more):
    values = {
        "basis": ErasureBasis.SUBJECT_REQUEST,
        "asked_for": ErasureAsker.PERSON,
        "identity": IdentityCheck.KNOWN_ADDRESS,
        "asker": "Quirinus himself, by mail",
        "note": "He asked kindly.",
    }
    return Asked(subject=subject, **{**values, **more})


def request_for(subject, by, **more):
    seen = rehearse(subject).digest
    return ask_for_erasure(asked(subject, **more), by=by, seen=seen)


def confirmed(subject, by, other, **more):
    request = request_for(subject, by, **more)
    confirm_erasure(request, by=other, seen=rehearse(subject).digest)
    return ErasureRequest.objects.get(pk=request.pk)


@pytest.fixture
def him(one):
    return Commenter.objects.get(pk=one.commenter_id)


@pytest.fixture
def owner(olive):
    return acting(olive)


def test_a_rehearsal_finds_what_the_erasure_deletes(him, by, owner):
    foreseen = rehearse(him)
    assert [each.source_id for each in foreseen.comments] == ["2", "4"]
    assert [each.name for each in foreseen.names] == [NAME]
    texts, addresses = RevisionText.objects.count(), PrivateAddress.objects.count()
    openings, names = Opening.objects.count(), CommenterName.objects.count()
    entries = Entry.objects.count()
    done = erase(him, basis="legal")
    assert len(foreseen.comments) == done.comments
    assert texts - RevisionText.objects.count() == foreseen.versions == done.texts
    assert addresses - PrivateAddress.objects.count() == foreseen.addresses
    assert names - CommenterName.objects.count() == len(foreseen.names)
    # Each entry of the erasure opens its note.
    new = Entry.objects.count() - entries
    assert openings - Opening.objects.count() + new == foreseen.openings
    [copy] = foreseen.copies
    assert copy.is_cut
    assert copy.comments == len(foreseen.comments)
    assert rehearse(him).is_empty


def test_the_last_comment_takes_its_name_and_that_is_said_before(tmp_path):
    load(
        tmp_path,
        item(
            comment(1, "All alone.", author="Solveig Once"),
            comment(2, "Twice here.", author="Tamsin Twice"),
            comment(3, "Twice, I said.", author="Tamsin Twice"),
        ),
    )
    alone, first, _ = Comment.objects.order_by("source_id")
    assert [each.name for each in rehearse(alone).names] == ["Solveig Once"]
    assert not rehearse(first).names
    erase(first, basis="legal")
    assert CommenterName.objects.filter(name="Tamsin Twice").exists()
    erase(alone, basis="legal")
    assert not CommenterName.objects.filter(name="Solveig Once").exists()


def test_quotations_that_stay_are_named(tmp_path):
    words = "the harbour master drinks the lamp oil at night"
    load(
        tmp_path,
        item(
            comment(1, f"I say {words}."),
            comment(2, f"<blockquote>{words}</blockquote> Nonsense."),
            comment(3, "The harbour master is a fine man."),
        ),
    )
    one, two, _ = Comment.objects.order_by("source_id")
    assert rehearse(one).quoting == [two]


@pytest.mark.django_db(transaction=True)
def test_a_confirmed_request_is_carried_out_by_the_worker(tmp_path, by, owner):
    thread(tmp_path / "..")
    one = Comment.objects.get(source_id="2")
    him = Commenter.objects.get(pk=one.commenter_id)
    request = confirmed(him, by, owner)
    assert request.state is ErasureState.WAITING
    call_command("run_imports")
    request.refresh_from_db()
    assert request.state is ErasureState.DONE
    said = read_leaf(Entry.objects.get(index=request.entry_index).leaf)
    assert (said["t"], said["subj"]["r"]) == ("erase.done", him.ref)
    assert said["d"] == {
        "basis": "subject_request",
        "second": "moderator",
        "texts": 0,
    }
    assert said["actor"]["r"] == "owner"
    assert Entry.objects.filter(event="erase.done").count() == 3
    assert not files_with(SECRETS[:-1])
    assert not list(reconcile())


def test_one_who_decides_alone_is_called_so(one, owner):
    request = confirmed(one, owner, owner)
    with mock.patch.object(requests, "sweep"):
        assert Erasures().step()
    request.refresh_from_db()
    said = read_leaf(Entry.objects.get(index=request.entry_index).leaf)
    assert said["d"]["second"] == "nobody"
    assert not Erasures().step()


class _Killed(BaseException):
    """Ends the process, as far as anybody can tell."""


class _Dying:
    """A way to write that ends the process at one of its calls: before or after it."""

    def __init__(self, write, number, *, after):
        self._write, self._left, self._after = write, number, after

    def __call__(self):
        self._left -= 1
        if self._left == 0 and not self._after:
            raise _Killed
        return self._transaction(is_last=self._left == 0)

    @contextmanager
    def _transaction(self, *, is_last):
        with self._write():
            yield
        if is_last:
            raise _Killed


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.every_case
def test_a_death_at_any_step_leaves_nothing_undone(tmp_path, by, owner, number, after):
    thread(tmp_path / "..")
    him = Commenter.objects.get(comments__source_id="2")
    request = confirmed(him, by, owner)
    # Two comments and a name, each in a transaction of its own; then the files.
    dying = _Dying(erasing.short_write, number, after=after)
    with mock.patch.object(erasing, "short_write", dying), pytest.raises(_Killed):
        Erasures().step()
    for step in ("short_write", "settle_replaced", "empty_log", "rewrite_tables"):
        failing = mock.patch.object(sweep, step, side_effect=_Killed)
        with failing, suppress(_Killed):
            Erasures().step()
    while Erasures().step():
        pass
    request.refresh_from_db()
    assert request.state is ErasureState.DONE
    told = Entry.objects.filter(event="erase.done")
    assert told.count() == len(set(told.values_list("subject", flat=True))) == 3
    assert request.entry_index == told.get(subject=him.ref).index
    assert not files_with(SECRETS[:-1])
    assert not list(reconcile())


_SET_UP = """
import sys, tempfile
from pathlib import Path
from django.contrib.auth.models import User
from commentarchive.actions.staff import acting, set_roles
from commentarchive.models import Commenter
from commentarchive.ledger.models import Role
from tests.erasure.quarrel import thread
from tests.erasure.test_requests import confirmed
from tests.warm_program import WarmProgram
thread(Path(tempfile.mkdtemp()))
user = User.objects.create_user("olive", is_staff=True)
set_roles(user, roles=[Role.OWNER], handle="olive")
him = Commenter.objects.get(comments__source_id="2")
confirmed(him, acting(user), acting(user))
"""
_DYING = """
import os, signal
from commentarchive.erasure import erase, sweep
from django.core.management import call_command
calls = iter(range(1, 100))
write = erase.short_write
def dying():
    if next(calls) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return write()
erase.short_write = sweep.short_write = dying
call_command("run_imports")
"""
_TOLD = """
from commentarchive.ledger.models import Entry
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import ErasureRequest, RevisionText
print(ErasureRequest.objects.get().state.value,
      Entry.objects.filter(event="erase.done").count(),
      RevisionText.objects.filter(plain__contains="zeppelin").count(),
      [str(each) for each in reconcile()])
"""


@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_is_gone_on_with(tmp_path):
    environment = {
        **os.environ,
        "VAR_DIR": str(tmp_path),
        "DATABASE_URL": databases.address_of_copy("killed_erasure"),
    }
    with WarmProgram(environment) as program:

        def run_script(script):
            return program.run("shell", "-v0", "-c", script)

        ready = run_script(_SET_UP)
        assert ready.returncode == 0, ready.stderr
        died = run_script(_DYING)
        assert died.returncode == -signal.SIGKILL, died.stderr
        again = run_script(_DYING)
        assert again.returncode in {0, -signal.SIGKILL}
        assert program.run("run_imports").returncode == 0
        told = run_script(_TOLD)
    assert told.stdout.strip() == "done 3 0 []", told.stderr


def test_a_hold_stops_it_before_and_after_it_is_confirmed(him, by, owner):
    request = request_for(him, by)
    one = him.comments.first()
    place_hold(one, reason="A case runs.", review_on=timezone.localdate() + TOMORROW)
    assert rehearse(him).hold is not None
    with pytest.raises(CannotErase, match="hold"):
        confirm_erasure(request, by=owner, seen=rehearse(him).digest)
    lift_hold(one)
    confirm_erasure(request, by=owner, seen=rehearse(him).digest)
    place_hold(one, reason="A case runs.", review_on=timezone.localdate() + TOMORROW)
    Erasures().step()
    request = ErasureRequest.objects.get(pk=request.pk)
    assert request.state is ErasureState.REFUSED
    assert request.refusal == "hold"
    said = read_leaf(Entry.objects.get(index=request.entry_index).leaf)
    assert said["t"] == "erase.refused"
    assert not list(reconcile())


def test_what_changed_since_it_was_shown_is_said(one, by, owner):
    seen = rehearse(one).digest
    him = Commenter.objects.get(pk=one.commenter_id)
    with pytest.raises(ErasureMoved):
        ask_for_erasure(asked(him), by=by, seen=seen)
    request = request_for(him, by)
    with pytest.raises(ErasureMoved):
        confirm_erasure(request, by=owner, seen=seen)
    with pytest.raises(ErasureMoved, match="already"):
        request_for(him, owner)
    with pytest.raises(CannotErase):
        ask_for_erasure(asked(him), by=by.__class__(actor=None, role=by.role), seen="")


def test_a_request_is_answered_once(one, by, owner):
    request = request_for(one, by)
    index = refuse_erasure(
        request, ErasureRefusal.EXPRESSION, note="It is history.", by=owner
    )
    said = read_leaf(Entry.objects.get(index=index).leaf)
    assert said["d"] == {"basis": "expression"}
    for answer in (
        lambda: withdraw_erasure(request),
        lambda: confirm_erasure(request, by=owner, seen=rehearse(one).digest),
        lambda: refuse_erasure(request, ErasureRefusal.HOLD, note="", by=owner),
    ):
        with pytest.raises(ErasureMoved):
            answer()
    # What was refused may be asked for again.
    again = request_for(one, by)
    withdraw_erasure(again)
    again.refresh_from_db()
    assert again.state is ErasureState.WITHDRAWN
    assert not list(reconcile())


def test_who_could_not_be_checked_has_nothing_erased(one, by, owner):
    request = request_for(one, by, identity=IdentityCheck.IMPOSSIBLE)
    with pytest.raises(CannotErase, match="only be refused"):
        confirm_erasure(request, by=owner, seen=rehearse(one).digest)


def test_it_waits_for_an_import_and_for_a_sweep(one, by, owner):
    request = confirmed(one, by, owner)
    with import_lock():
        assert not Erasures().step()
    request.refresh_from_db()
    assert "import that is running" in request.remark
    assert request.attempts == 0
    failing = mock.patch.object(requests, "sweep", side_effect=SweepUnfinished("busy"))
    with failing:
        worker = Erasures()
        assert not worker.step()
        assert not worker.step()
    request.refresh_from_db()
    assert request.state is ErasureState.RUNNING
    assert "not swept yet" in request.remark
    assert Entry.objects.filter(event="erase.done").count() == 1
    with mock.patch.object(requests, "sweep"):
        assert Erasures().step()
    request.refresh_from_db()
    assert request.state is ErasureState.DONE
    assert Entry.objects.filter(event="erase.done").count() == 1


def test_a_fault_that_stays_is_given_up_until_somebody_says_so(one, by, owner):
    request = confirmed(one, by, owner)
    fault = mock.patch.object(requests, "erase_words", side_effect=RuntimeError)
    with fault:
        for _ in range(MOST_ATTEMPTS + 1):
            assert not Erasures().step()
    request.refresh_from_db()
    assert request.attempts == MOST_ATTEMPTS
    try_again(request)
    with mock.patch.object(requests, "sweep"):
        assert Erasures().step()
    request.refresh_from_db()
    assert request.state is ErasureState.DONE


def test_what_was_noted_of_whoever_asked_is_erased_by_itself(one, by, owner):
    request = confirmed(one, by, owner)
    with mock.patch.object(requests, "sweep"):
        Erasures().step()
    opened = Opening.objects.filter(field="note", entry__event="erase.done")
    assert opened.exists()
    call_command("erase", request=request.ref, basis="subject_request")
    assert not ErasureWords.objects.exists()
    assert not opened.exists()
    assert not list(reconcile())


@pytest.mark.every_case
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE commentarchive_erasurerequest SET entry_index = 1",
        "UPDATE commentarchive_erasurerequest SET refusal = 'hold'",
        "UPDATE commentarchive_erasurerequest SET refusal = ''",
    ],
)
def test_a_changed_end_is_named(one, by, owner, change):
    request = request_for(one, by)
    refuse_erasure(request, ErasureRefusal.EXPRESSION, note="", by=owner)
    triggers.remove()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(change)
        assert any("end of erasure" in str(each) for each in reconcile())
        transaction.set_rollback(True)
    triggers.install()


def test_words_are_gone_from_public_pages(one, by, owner, client):
    confirmed(one, by, owner)
    with mock.patch.object(requests, "sweep"):
        Erasures().step()
    page = client.get(f"/comments/{one.ref}/").content.decode()
    assert WORDS not in page
    assert "erased" in page.lower()
