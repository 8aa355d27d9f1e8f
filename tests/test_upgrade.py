"""An upgrade stops at the first step that fails, and says how to go back."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.pure
ROOT = Path(__file__).resolve().parent.parent
STEPS = ["stop", "backup", "install", "migrate", "start", "doctor"]
NOTES = 'echo "$WORD" >> "$NOTED"\ntest "$WORD" != "$FAILS"\n'


class Server:
    """A checkout of v1.0, the newest release being v1.10; commands are noted only."""

    def __init__(self, folder):
        origin, self.path = folder / "origin", folder / "here"
        self.noted, programs = folder / "noted", folder / "programs"
        programs.mkdir()
        for name, word in (
            ("python", "$2"),
            ("make", "$1"),
            ("systemctl", "${1#cat}"),
            ("runuser", ""),
            ("id", ""),
        ):
            told = {
                "runuser": 'shift 5\nexec "$@"\n',
                "id": "echo 0\n",
                "systemctl": f'[ "$1" = cat ] && exit 0\nWORD={word}\n{NOTES}',
            }.get(name, f"WORD={word}\n{NOTES}")
            (programs / name).write_text(f"#!/bin/sh\n{told}")
            (programs / name).chmod(0o755)
        (origin / "scripts").mkdir(parents=True)
        shutil.copy2(ROOT / "scripts" / "upgrade.sh", origin / "scripts")
        (origin / ".gitignore").write_text(".venv/\n")
        self._environment = {
            **{
                name: os.environ[name]
                for name in ("HOME", "LANG")
                if name in os.environ
            },
            "PATH": f"{programs}:{os.environ['PATH']}",
            "NOTED": str(self.noted),
            "VAR_DIR": "/srv/var",
            "BACKUPS": "/srv/backups",
            "GIT_CONFIG_GLOBAL": os.devnull,
        }
        self.git(origin, "init", "-q")
        for version in ("v1.0", "v1.9", "v1.10"):
            (origin / "version").write_text(version)
            self.git(origin, "add", "-A")
            who = ("-c", "user.name=N", "-c", "user.email=n@archive.example")
            self.git(origin, *who, "commit", "-q", "-m", version)
            self.git(origin, "tag", version)
        self.git(folder, "clone", "-q", origin, self.path)
        self.git(self.path, "checkout", "-q", "v1.0")
        (self.path / ".venv" / "bin").mkdir(parents=True)
        (programs / "python").rename(self.path / ".venv" / "bin" / "python")

    def git(self, folder, *command):
        subprocess.run(["git", *command], cwd=folder, env=self._environment, check=True)

    def upgrade(self, *arguments, fails=""):
        done = subprocess.run(
            ["scripts/upgrade.sh", *arguments],
            cwd=self.path,
            env={**self._environment, "FAILS": fails},
            capture_output=True,
            text=True,
            check=False,
        )
        noted = self.noted.read_text().split() if self.noted.exists() else []
        return done, noted, (self.path / "version").read_text()


@pytest.fixture
def server(tmp_path):
    return Server(tmp_path)


def test_brings_the_newest_release(server):
    done, noted, version = server.upgrade()
    assert (done.returncode, done.stderr) == (0, "")
    assert (noted, version) == (STEPS, "v1.10")
    assert "This is v1.10." in done.stdout


def test_brings_the_release_that_was_named(server):
    done, noted, version = server.upgrade("v1.9")
    assert (done.returncode, noted, version) == (0, STEPS, "v1.9")


@pytest.mark.parametrize("step", STEPS)
def test_stops_where_it_fails_and_says_how_to_go_back(server, step):
    done, noted, version = server.upgrade(fails=step)
    assert done.returncode == 1
    until = STEPS[: STEPS.index(step) + 1]
    if step in {"stop", "backup"}:
        # The site is started again, with the program it had.
        assert (noted, version) == ([*until, "start"], "v1.0")
        assert "Nothing has been changed." in done.stderr
        return
    assert noted == until
    assert "checkout" in done.stderr
    is_touched = step in {"migrate", "start", "doctor"}
    assert ("manage.py restore /srv/backups/before-" in done.stderr) == is_touched
    assert ("the archive itself is as it was" in done.stderr) != is_touched


def test_nothing_is_done_where_the_program_was_changed_here(server):
    (server.path / "version").write_text("mine")
    done, noted, version = server.upgrade()
    assert (done.returncode, noted, version) == (1, [], "mine")
    assert "Nothing has been changed." in done.stderr


def test_a_release_that_is_not_there(server):
    done, noted, version = server.upgrade("v9")
    assert done.returncode != 0
    assert (noted, version) == ([], "v1.0")
    assert "v9 is not known here." in done.stderr
    assert "stopped at this step: fetch the release." in done.stderr
