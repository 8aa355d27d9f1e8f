"""`verify_ledger` says what it read, or names each fault and exits with 1."""

import io
import re

import pytest
from django.core.management import CommandError, call_command

from commentarchive.ledger.merkle.hashing import base64url
from commentarchive.ledger.models import Entry
from commentarchive.ledger.verification import verify
from tests.ledger.records import add, sign, unguarded
from tests.test_serve import environment
from tests.warm_program import WarmProgram

pytestmark = pytest.mark.django_db


def run():
    out = io.StringIO()
    call_command("verify_ledger", stdout=out)
    return out.getvalue()


def test_an_empty_record():
    assert re.fullmatch(
        "0 entries, each as it was written; root 47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3h"
        "SuFU\nNo checkpoint has been signed yet.\n",
        run(),
    )


def test_says_how_many_entries_there_are_their_root_and_how_many_are_signed(key):
    add(3)
    sign(key)
    add(2)
    root = base64url(verify().root)
    assert run() == (
        f"7 entries, each as it was written; root {root}\nThe first 5 are signed.\n"
    )


def test_names_every_fault_a_line_each(key):
    add(5)
    unguarded("UPDATE ledger_entry SET event = 'x' WHERE \"index\" IN (2, 4)")
    with pytest.raises(CommandError) as refused:
        run()
    reason = "its columns do not say what its bytes say"
    assert str(refused.value) == f"entry 2: {reason}\nentry 4: {reason}"
    assert refused.value.returncode == 1


@pytest.mark.once
def test_ends_with_1_in_a_process_of_its_own(tmp_path, make_archive):
    make_archive(tmp_path)
    damaged = "Head.objects.bulk_create([Head(pk=1, log_ref='l', size=3)])"
    code = f"from commentarchive.ledger.models import Head; {damaged}"
    with WarmProgram(environment(tmp_path)) as program:
        assert program.run("verify_ledger").returncode == 0
        assert program.run("shell", "-v0", "-c", code).returncode == 0
        done = program.run("verify_ledger")
    assert (done.returncode, done.stdout) == (1, "")
    assert (
        done.stderr == "CommandError: entry 0: the head says that there are 3 entries\n"
    )
    assert not Entry.objects.exists()


def test_takes_no_arguments():
    with pytest.raises(CommandError, match="unrecognized arguments: more"):
        call_command("verify_ledger", "more")
