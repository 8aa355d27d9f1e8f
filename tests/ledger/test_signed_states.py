"""Signed states that somebody deletes from the database are missed by the signer."""

import io
import json
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command

from commentarchive.ledger import signer_memory
from commentarchive.ledger.models import Checkpoint
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.ledger.signed_states import MOST_MARKS, Mark, extended
from commentarchive.ledger.signer import signing
from tests.ledger.records import add, sign, unguarded

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def found():
    """Find what reconcile says of signed states; `records` has no people for grants."""
    return [str(each) for each in reconcile() if "signed state" in str(each)]


def signed(key, times):
    """Sign so many states, and return their sizes."""
    with signing(key) as signer:
        for _time in range(times):
            add()
            signer.sign()
    return list(Checkpoint.objects.order_by("size").values_list("size", flat=True))


def forget(*sizes):
    for size in sizes:
        unguarded(f"DELETE FROM ledger_checkpoint WHERE size = {size}")


def told():
    out, errors = io.StringIO(), io.StringIO()
    try:
        call_command("reconcile", stdout=out, stderr=errors)
    except CommandError as error:
        return out.getvalue() + errors.getvalue() + str(error)
    return out.getvalue() + errors.getvalue()


@pytest.mark.parametrize("place", [0, 2, -1])
def test_any_signed_state_that_is_gone_is_named(key, place):
    sizes = signed(key, 5)
    assert found() == []
    size = sizes[place]
    forget(size)
    reason = f"entry {size - 1}: the signed state of {size} entries is gone"
    assert found() == [reason]


def test_all_of_them_gone(key):
    sizes = signed(key, 3)
    forget(*sizes)
    assert len(found()) == 3


def test_a_changed_one_is_named(key):
    size = signed(key, 3)[1]
    unguarded(
        "UPDATE ledger_checkpoint SET note = (SELECT note FROM ledger_checkpoint "
        f"ORDER BY size LIMIT 1) WHERE size = {size}"
    )
    reason = f"the signed state of {size} entries is not as it was signed"
    assert found() == [f"entry {size - 1}: {reason}"]


def test_many_take_little_room_and_are_still_told_apart(key):
    sizes = signed(key, 3 * MOST_MARKS)
    assert key.with_suffix(".state").stat().st_size < 10_000
    assert found() == []
    forget(sizes[7], sizes[100])
    assert [each.split(":")[0] for each in found()] == [
        f"entry {sizes[7] - 1}",
        f"entry {sizes[100] - 1}",
    ]
    forget(sizes[101])
    assert any("2 signed states beyond" in each for each in found())


def test_marks_are_spread_over_all_of_it():
    marks = (Mark(),)
    for size in range(1, 10_001):
        marks = extended(marks, size, "note")
    assert len(marks) <= MOST_MARKS + 1
    assert max(b.number - a.number for a, b in pairwise(marks)) < 400


def test_a_crash_before_a_note_was_stored_leaves_no_difference(key, monkeypatch):
    """Though the record has grown when the signer comes back."""
    signed(key, 2)
    add()
    with monkeypatch.context() as patched:
        patched.setattr(Checkpoint.objects, "create", _crash)
        with pytest.raises(KeyboardInterrupt):
            sign(key)
    lost = json.loads(key.with_suffix(".state").read_text())["size"]
    assert len(found()) == 1
    add()
    sign(key)
    assert found() == []
    assert Checkpoint.objects.filter(size=lost).exists()
    assert Checkpoint.objects.count() == 4


def _crash(**_):
    raise KeyboardInterrupt


def test_an_older_memory_begins_with_what_is_stored(key):
    sizes = signed(key, 3)
    path = key.with_suffix(".state")
    older = json.loads(path.read_text())
    del older["published"]
    path.write_text(json.dumps(older))
    forget(sizes[0])
    assert found() == []
    assert "begins to keep count at the next signature" in told()
    add()
    sign(key)
    assert found() == []
    forget(sizes[1])
    assert len(found()) == 1


def test_a_memory_that_is_not_here_is_no_fault_and_is_said(key):
    signed(key, 2)
    path = key.with_suffix(".state")
    path.rename(path.with_suffix(".away"))
    assert found() == []
    assert "Not checked: signed states that are gone." in told()
    path.write_text('{"vkey": ')
    assert found() == []
    assert "damaged" in told()


@pytest.mark.parametrize("marks", ["[1]", '[[1, 2, 3, "x"]]', '[[1, "a", 3, ""]]', "7"])
def test_damaged_marks_are_a_damaged_memory(tmp_path, marks):
    path = tmp_path / "state"
    path.write_text(f'{{"vkey": "k", "published": {marks}}}')
    with pytest.raises(signer_memory.BadMemory, match="damaged"):
        signer_memory.read_memory(path)


def test_the_memory_of_another_record_tells_nothing(key):
    signed(key, 2)
    path = key.with_suffix(".state")
    other = json.loads(path.read_text()) | {"vkey": "elsewhere"}
    path.write_text(json.dumps(other))
    forget(Checkpoint.objects.first().size)
    assert found() == []
    assert "not on this record" in told()
