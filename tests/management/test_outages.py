"""What the command says when the machine fails beneath it."""

import errno

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, OperationalError

from commentarchive.management.commands import import_comments
from tests.test_serve import environment, manage


def export(folder):
    path = folder / "export.xml"
    path.write_bytes(b"<rss></rss>")
    return path


@pytest.mark.pure
@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            OperationalError("database or disk is full"),
            "the disk of this server is full",
        ),
        (
            OperationalError("database is locked"),
            "the database is busy with other work",
        ),
        (OSError(errno.ENOSPC, "No space left"), "the disk of this server is full"),
    ],
)
def test_an_import_that_the_machine_stops_says_one_sentence(
    tmp_path, monkeypatch, error, sentence
):
    def fails(*_, **__):
        raise error

    monkeypatch.setattr(import_comments, "import_files", fails)
    with pytest.raises(CommandError) as refused:
        call_command("import_comments", str(export(tmp_path)))
    assert str(refused.value).startswith(f"Not read to the end: {sentence}. What was")


@pytest.mark.pure
def test_a_programs_fault_is_not_passed_off_as_the_machines(tmp_path, monkeypatch):
    def fails(*_, **__):
        message = "value too long"
        raise DatabaseError(message)

    monkeypatch.setattr(import_comments, "import_files", fails)
    with pytest.raises(DatabaseError):
        call_command("import_comments", str(export(tmp_path)))


@pytest.mark.pure
def test_any_command_says_one_sentence_of_a_database_it_cannot_open(tmp_path):
    (tmp_path / "folder.sqlite3").mkdir()
    address = f"sqlite:///{tmp_path / 'folder.sqlite3'}"
    done = manage(
        "verify_ledger", env=environment(tmp_path / "var") | {"DATABASE_URL": address}
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.strip() == (
        "Not done, or not to its end: the disk of this server cannot be read or written."
    )
