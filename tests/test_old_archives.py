"""Archives made by earlier versions keep working, and their records stay verifiable."""

import gzip
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from signal import SIGKILL

import pytest

import commentarchive
from commentarchive.ledger.merkle import verify
from tests.schema import differences, schema_of_sqlite
from tests.test_serve import environment
from tests.warm_program import WarmProgram

pytestmark = pytest.mark.pure
OLD = Path(__file__).parent / "fixtures" / "archive_5537c0f"
# Seconds in which a step has to begin, on the slowest of machines.
STILL = 240
DEMO = Path(commentarchive.__file__).parent / "demo"
# Prints the status of the front page and of every article, thread and statement.
OPEN_PAGES = """
from django.test import Client
from commentarchive.models import Comment, Post
from moderation.models import Decision
client = Client(headers={"host": "127.0.0.1"})
articles = list(Post.objects.public())
decisions = list(Decision.objects.public())
assert len(articles) > 5 and len(decisions) > 10
for shown in (*articles, *decisions, *Comment.objects.shown()[:20]):
    assert client.get(shown.get_absolute_url()).status_code == 200, shown
front = client.get("/")
assert front.status_code == 200 and "Tarnwick" in front.text
print("all pages opened")
"""


def run(program, *command):
    done = program.run(*command)
    assert done.returncode == 0, done.stderr
    return done.stdout


# Steps in which the migration of the old archive is killed, before it is run again.
KILLED_AT = (
    "Applying commentarchive.0015_evidence",
    "Applying commentarchive.0040_search",
    "Applying moderation.0021_automatic_rules",
)


def kill_in(step, program):
    """Migrate until a step begins, and kill it there."""
    process, end = program.begin("migrate", "--no-color"), time.monotonic() + STILL
    while step not in program.said_by(process):
        if time.monotonic() > end:
            program.kill(process)
            pytest.fail(f"{step} has not begun in {STILL} seconds")
        if program.has_ended(process):
            pytest.fail(f"migrate has ended without {step}: {program.end(process)}")
        time.sleep(0.002)
    assert program.kill(process).returncode == -SIGKILL


@pytest.fixture(scope="module")
def folder(tmp_path_factory, static_files):
    """Return the folder of the old archive, as it was made."""
    folder = tmp_path_factory.mktemp("old")
    shutil.copytree(OLD / "keys", folder / "keys")
    shutil.copytree(static_files, folder / "static", copy_function=os.link)
    dump = gzip.decompress((OLD / "database.sql.gz").read_bytes()).decode()
    with sqlite3.connect(folder / "commentarchive.sqlite3") as database:
        database.executescript(dump)
    database.close()
    return folder


@pytest.fixture(scope="module")
def migrated(folder):
    """Return the program of the old archive, migrated to the present version.

    The migration is killed some times and run again, which all tests here stand on.
    """
    with WarmProgram(environment(folder)) as program:
        for step in KILLED_AT:
            kill_in(step, program)
        run(program, "migrate", "-v0")
        yield program


@pytest.fixture(scope="module")
def copied(migrated, folder, tmp_path_factory):
    """Return the program of a copy, so that the other tests see it as it was made.

    It may hold one more import, and its last steps may have been taken twice.
    """
    copy = tmp_path_factory.mktemp("copied") / "copy"
    shutil.copytree(folder, copy)
    with WarmProgram(environment(copy)) as program:
        yield program


def test_the_record_and_the_tables_are_as_they_were(migrated):
    said = run(migrated, "verify_ledger")
    assert "42 entries, each as it was written" in said
    assert "The first 42 are signed." in said
    assert run(migrated, "reconcile") == "The tables are as the record says.\n"


def test_every_page_opens(migrated):
    assert "all pages opened" in run(migrated, "shell", "-v0", "-c", OPEN_PAGES)


def test_the_checkpoint_signed_then_verifies_with_a_lone_copy_of_verify(tmp_path):
    lone = shutil.copy(verify.__file__, tmp_path / "verify.py")
    for what in (["checkpoint"], ["full"], ["entry", "41"]):
        command = [sys.executable, lone, *what, OLD / "record"]
        done = subprocess.run(
            [*command, "--vkey-file", OLD / "record" / "vkey"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        assert done.stdout.startswith("TRUE: ")


def test_the_record_is_published_byte_for_byte_as_then(migrated, tmp_path):
    run(migrated, "export_ledger", tmp_path / "record")
    then = [path for path in (OLD / "record").rglob("*") if path.is_file()]
    assert len(then) == 4
    for path in then:
        now = tmp_path / "record" / path.relative_to(OLD / "record")
        assert now.read_bytes() == path.read_bytes()


def test_it_takes_further_imports(copied, tmp_path):
    export = (DEMO / "quayside-notes.xml").read_text()
    (tmp_path / "later.xml").write_text(export.replace("</rss>", "</rss>\n"))
    run(copied, "import_comments", tmp_path / "later.xml")
    assert "43 entries, each as it was written" in run(copied, "verify_ledger")
    assert run(copied, "reconcile") == "The tables are as the record says.\n"


# Prints what is left to be read, and what a decision in hidden words comes to.
REPEAT_HIDDEN_WORDS = """
from commentarchive.models import Comment, HiddenPhrase, RevisionText
from commentarchive.storage.hidden_phrases import is_waiting
from commentarchive.storage.quotations import find_quoted
from commentarchive.text.leaks import phrases_in
hidden = RevisionText.objects.filter(
    revision__comment__visibility="removed"
).values_list("plain", flat=True)
longest = max(hidden, key=len)
print(is_waiting(), HiddenPhrase.objects.exists(), bool(find_quoted(phrases_in(longest))))
"""


def test_hidden_words_are_known_as_soon_as_it_is_migrated(migrated):
    said = run(migrated, "shell", "-v0", "-c", REPEAT_HIDDEN_WORDS)
    assert said == "False True True\n"


def test_its_tables_are_those_of_a_new_archive(
    migrated, folder, make_archive, tmp_path
):
    """That has been made by the migrations that stand in for all others."""
    make_archive(tmp_path / "new")
    old, new = (
        schema_of_sqlite(place / "commentarchive.sqlite3")
        for place in (folder, tmp_path / "new")
    )
    assert differences(old, new) == []


def test_the_last_changes_of_its_tables_can_be_taken_back(copied):
    """On a copy, whose triggers speak of every column there is now."""
    # Earlier steps are as they were when this went back to the forty-first.
    run(copied, "migrate", "-v0", "commentarchive", "0080")
    run(copied, "migrate", "-v0")
    assert run(copied, "reconcile") == "The tables are as the record says.\n"
