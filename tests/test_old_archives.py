"""Archives made by earlier versions keep working, and their records stay verifiable."""

import gzip
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

import commentarchive
from commentarchive.ledger.merkle import verify
from tests.schema import differences, schema_of_sqlite
from tests.test_serve import MANAGE, environment, manage

pytestmark = pytest.mark.pure
OLD = Path(__file__).parent / "fixtures" / "archive_5537c0f"
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


def run(*command, env):
    done = manage(*command, env=env)
    assert done.returncode == 0, done.stderr
    return done.stdout


# Steps in which the migration of the old archive is killed, before it is run again.
KILLED_AT = (
    "Applying commentarchive.0015_evidence",
    "Applying commentarchive.0040_search",
    "Applying moderation.0021_automatic_rules",
)


def killed_migrate(step, *, env):
    """Migrate until a step begins, and kill it there."""
    migrating = subprocess.Popen(
        [*MANAGE, "migrate", "--no-color"],
        env={**env, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
    )
    said = b""
    while step.encode() not in said:
        more = os.read(migrating.stdout.fileno(), 4096)
        assert more, f"{step} was not reached: {said.decode()}"
        said += more
    migrating.kill()
    migrating.wait()
    migrating.stdout.close()


@pytest.fixture(scope="module")
def migrated(tmp_path_factory):
    """Return the environment of the old archive, migrated to the present version.

    The migration is killed some times and run again, which all tests here stand on.
    """
    folder = tmp_path_factory.mktemp("old")
    shutil.copytree(OLD / "keys", folder / "keys")
    dump = gzip.decompress((OLD / "database.sql.gz").read_bytes()).decode()
    with sqlite3.connect(folder / "commentarchive.sqlite3") as database:
        database.executescript(dump)
    database.close()
    env = environment(folder)
    for step in KILLED_AT:
        killed_migrate(step, env=env)
    run("migrate", "-v0", env=env)
    run("collectstatic", "-v0", "--no-input", env=env)
    return env


def test_the_record_and_the_tables_are_as_they_were(migrated):
    said = run("verify_ledger", env=migrated)
    assert "42 entries, each as it was written" in said
    assert "The first 42 are signed." in said
    assert run("reconcile", env=migrated) == "The tables are as the record says.\n"


def test_every_page_opens(migrated):
    assert "all pages opened" in run("shell", "-v0", "-c", OPEN_PAGES, env=migrated)


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
    run("export_ledger", str(tmp_path / "record"), env=migrated)
    then = [path for path in (OLD / "record").rglob("*") if path.is_file()]
    assert len(then) == 4
    for path in then:
        now = tmp_path / "record" / path.relative_to(OLD / "record")
        assert now.read_bytes() == path.read_bytes()


def test_it_takes_further_imports(migrated, tmp_path):
    """On a copy, so that the other tests see the archive as it was made."""
    env = {**migrated, "VAR_DIR": str(tmp_path / "copy")}
    shutil.copytree(migrated["VAR_DIR"], env["VAR_DIR"])
    export = (DEMO / "quayside-notes.xml").read_text()
    (tmp_path / "later.xml").write_text(export.replace("</rss>", "</rss>\n"))
    run("import_comments", str(tmp_path / "later.xml"), env=env)
    assert "43 entries, each as it was written" in run("verify_ledger", env=env)
    assert run("reconcile", env=env) == "The tables are as the record says.\n"


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
    said = run("shell", "-v0", "-c", REPEAT_HIDDEN_WORDS, env=migrated)
    assert said == "False True True\n"


def test_its_tables_are_those_of_a_new_archive(migrated, make_archive, tmp_path):
    """That has been made by the migrations that stand in for all others."""
    make_archive(tmp_path / "new")
    old, new = (
        schema_of_sqlite(folder / "commentarchive.sqlite3")
        for folder in (Path(migrated["VAR_DIR"]), tmp_path / "new")
    )
    assert differences(old, new) == []


def test_the_last_changes_of_its_tables_can_be_taken_back(migrated, tmp_path):
    """On a copy, whose triggers speak of every column there is now."""
    env = {**migrated, "VAR_DIR": str(tmp_path / "copy")}
    shutil.copytree(migrated["VAR_DIR"], env["VAR_DIR"])
    # Of moderation it takes back all that stands on them, which is the most of it.
    run("migrate", "-v0", "commentarchive", "0041", env=env)
    run("migrate", "-v0", env=env)
    assert run("reconcile", env=env) == "The tables are as the record says.\n"
