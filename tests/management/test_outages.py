"""What the command says when the machine fails beneath it."""

import errno
import os
import shutil
import subprocess

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, OperationalError

from commentarchive.management.commands import import_comments
from tests.test_serve import MANAGE, environment, manage
from tests.warm_program import WarmProgram
from tests.wxr import comment, item
from tests.wxr import export as whole_export


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


@pytest.mark.django_db
@pytest.mark.once
@pytest.mark.skipif(not shutil.which("strace"), reason="strace makes the disk fail")
def test_what_the_disk_does_not_confirm_is_not_said_to_be_saved(tmp_path, make_archive):
    make_archive(tmp_path)
    failing = [
        *(
            "strace",
            "-f",
            "--seccomp-bpf",
            "-qq",
            "-o",
            os.devnull,
            "-e",
            "trace=fdatasync,fsync",
        ),
        *("-e", "inject=fdatasync,fsync:error=EIO:when=3+"),
    ]
    path = tmp_path / "export.xml"
    path.write_bytes(whole_export(item(comment(1), comment(2))))
    env = environment(tmp_path)
    command = [*failing, *MANAGE, "import_comments", str(path)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if "ptrace" in done.stderr.lower():
        pytest.skip("nothing may be traced here")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "the disk of this server cannot be read or written" in done.stderr
    # A new process finds what was confirmed, and reads the rest.
    with WarmProgram(env) as program:
        again = program.run("import_comments", path)
        assert (again.returncode, "comments: 2 seen" in again.stdout) == (0, True)
        compared = program.run("reconcile")
    assert "The tables are as the record says." in compared.stdout
