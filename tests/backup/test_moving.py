"""From PostgreSQL to SQLite by a backup, and back by the command that moves."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from commentarchive.backup.writing import back_up
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.ledger.signer import signing
from commentarchive.ledger.verification import verify
from commentarchive.search.index import catch_up
from tests import databases
from tests.backup.places import (
    TRIGGERS,
    address_of,
    differences,
    empty_database,
    public_pages,
)
from tests.wxr import comment, item, load

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = pytest.mark.django_db(transaction=True)
# In a process of its own, whose database is SQLite's: tables are copied, not migrated.
PUT_BACK = """
import sys
from pathlib import Path
import django
django.setup()
from django.db import connection
from commentarchive.backup import restoring
from commentarchive.backup.rows import empty_all
from tests import migrated
from tests.backup.places import TRIGGERS, public_pages
from django.conf import settings

def make_tables(manifest, _steps):
    connection.close()
    migrated.copy_to(Path(connection.settings_dict["NAME"]))
    for each in TRIGGERS:
        each.remove()
    empty_all(sorted(manifest["tables"]))

restoring._make_tables = make_tables
restoring.restore(Path(sys.argv[1]))
"""


def other_process(*command, **environment):
    done = subprocess.run(
        [sys.executable, *command],
        env={
            **os.environ,
            **environment,
            "DJANGO_SETTINGS_MODULE": "commentarchive.settings",
            "PYTHONPATH": str(ROOT),
        },
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_there_and_back_again_every_page_is_equal(demo, tmp_path, settings):
    if connection.vendor == "sqlite":
        pytest.skip("this half has no other database to move to")
    catch_up()
    settings.LEDGER_KEY_FILE = tmp_path / "own" / "ledger"
    with signing(settings.LEDGER_KEY_FILE) as signer:
        signer.sign()
    before = public_pages()
    made = back_up(tmp_path / "one.tar", with_keys=True)
    there = tmp_path / "there"
    on_sqlite = {"VAR_DIR": str(there), "DATABASE_URL": ""}
    other_process("-c", PUT_BACK, str(made.path), **on_sqlite)
    name = empty_database(there)
    said = other_process("manage.py", "move_database", address_of(name), **on_sqlite)
    assert "Everything is there." in said
    with databases.using(name):
        verdict = verify()
        assert (verdict.size, verdict.faults) == (made.entries, ())
        assert [str(each) for each in reconcile()] == []
        assert [each.missing() for each in TRIGGERS] == [[], [], []]
        catch_up()
        assert differences(before, public_pages()) == []
        # Keys go on where they had come to.
        load(tmp_path, item(comment(1, "A new one."), number=79))
        assert [str(each) for each in reconcile()] == []
    databases.drop(name)


@pytest.mark.once
def test_it_is_not_moved_onto_itself(tmp_path):
    here = connection.settings_dict["NAME"]
    with pytest.raises(CommandError, match="in already"):
        call_command("move_database", f"sqlite:///{here}")
    with pytest.raises(CommandError, match="are understood"):
        call_command("move_database", "mysql://host/name")
