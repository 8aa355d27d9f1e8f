"""A backup is put back in place of what is there, which is moved aside."""

import os
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.pure
SCRIPTS = Path(__file__).resolve().parent.parent / "scripts"
NOTE = 'echo "{name} $*" >> "$NOTED"\n'
PROGRAMS = {
    "id": "echo 0\n",
    "chown": "",
    "runuser": 'shift 3\nexec "$@"\n',
    "systemctl": NOTE.format(name="systemctl"),
    "archive": NOTE.format(name="archive") + 'test "$1" != "$FAILS"\n',
}


@pytest.fixture
def server(tmp_path):
    """Provide a folder with an archive, a backup, keys and programs that only note."""
    here = tmp_path / "server"
    for name, does in PROGRAMS.items():
        path = here / "programs" / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(f"#!/bin/sh\n{does}")
        path.chmod(0o755)
    for name, text in (
        ("var/old", "of before"),
        ("keys/ledger", "the key"),
        ("backup.tar", "rows"),
    ):
        path = here / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return here


def run(server, script, *arguments, **more):
    done = subprocess.run(
        [SCRIPTS / script, *arguments],
        cwd=server,
        env={
            "PATH": f"{server / 'programs'}:{os.environ['PATH']}",
            "VAR_DIR": str(server / "var"),
            "NOTED": str(server / "noted"),
            "FAILS": "",
            **more,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    noted = server / "noted"
    return done, noted.read_text().splitlines() if noted.exists() else []


def test_what_is_there_is_moved_aside(server):
    done, noted = run(server, "put_back.sh", "backup.tar", "keys", "--nothing-later")
    assert done.returncode == 0, done.stderr
    assert noted == [
        "systemctl stop commentarchive commentarchive-backup.timer",
        f"archive restore {server}/backup.tar",
        "archive recover_record --nothing-later",
        "systemctl enable -q --now commentarchive-backup.timer commentarchive",
        "archive doctor",
    ]
    assert (server / "var/keys/ledger").read_text() == "the key"
    assert (server / "var/keys/ledger").stat().st_mode & 0o077 == 0
    (aside,) = server.glob("var.before-*")
    assert (aside / "old").read_text() == "of before"


def test_without_a_word_on_later_entries_the_record_stays_held(server):
    done, noted = run(server, "put_back.sh", "backup.tar", "keys")
    assert done.returncode == 0, done.stderr
    assert "recover_record" in done.stdout
    assert not any("recover_record" in line for line in noted)


def test_the_keys_may_be_those_of_the_archive_that_is_moved_aside(server):
    (server / "keys").rename(server / "var/keys")
    done, _noted = run(server, "put_back.sh", "backup.tar", "var/keys")
    assert done.returncode == 0, done.stderr
    assert (server / "var/keys/ledger").read_text() == "the key"


def test_a_backup_that_is_refused_leaves_what_was_there_aside(server):
    done, noted = run(server, "put_back.sh", "backup.tar", "keys", FAILS="restore")
    assert done.returncode == 1
    assert "stopped at this step: put the backup back" in done.stderr
    assert str(next(server.glob("var.before-*"))) in done.stderr
    assert not any("enable" in line for line in noted)


@pytest.mark.parametrize(
    ("arguments", "told", "reason"),
    [
        (["backup.tar"], "", "put_back.sh FILE KEYS"),
        (["none.tar", "keys"], "", "no backup"),
        (["backup.tar", "programs"], "", "no key of the record"),
        (["backup.tar", "keys"], "DATABASE_URL=postgres://a@/a\n", "DATABASE_URL"),
    ],
)
def test_what_is_wrong_changes_nothing(server, arguments, told, reason):
    (server / "var/settings.env").write_text(told)
    done, noted = run(server, "put_back.sh", *arguments)
    assert done.returncode in (1, 2)
    assert reason in done.stderr
    assert noted == []
    assert (server / "var/old").exists()


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ([], "NAME"),
        (["--other", "archive.example"], "NAME"),
        (["two.example", "names.example"], "NAME"),
        (["https://archive.example"], "NAME"),
        (["archive.example/;reboot"], "NAME"),
        (["archive.example"], "/opt/commentarchive"),
    ],
)
def test_an_installation_is_refused(server, arguments, reason):
    done, noted = run(server, "install.sh", *arguments)
    assert done.returncode in (1, 2)
    assert reason in done.stderr
    assert noted == []
