"""A release: what the build holds runs by itself, and nothing wrong is signed."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from commentarchive import VERSION
from commentarchive.checks import open_to_others
from scripts import sbom
from tests.test_serve import free_port, get

pytestmark = [
    pytest.mark.pure,
    pytest.mark.skipif(
        shutil.which("ssh-keygen") is None,
        reason="releases are signed with ssh-keygen (Debian: openssh-client)",
    ),
]
ROOT = Path(__file__).resolve().parent.parent
PROGRAM = (
    *("commentarchive", "moderation", "templates", "static", "docs", "deploy"),
    *("manage.py", "setup.py", "pyproject.toml", "MANIFEST.in", "README.md"),
    *("LICENSE", "CONTRIBUTING.md", "SECURITY.md", "requirements.in"),
    *("requirements-test.in", "requirements-test.txt"),
)
MAKEFILE = 'check test parts:\n\t@test $@ != "$(FAILS)"\n'
DATED = f"# Changelog\n\n## {VERSION} (2026-01-31)\n"
# Nothing of what the tests set reaches what is installed.
BARE = {
    name: os.environ[name]
    for name in ("PATH", "HOME", "LANG", "PYTHONPATH")
    if name in os.environ
}


def run(*command, cwd, **more):
    return subprocess.run(
        command,
        cwd=cwd,
        env={**BARE, **more},
        capture_output=True,
        text=True,
        check=False,
    )


class Checkout:
    """A checkout of its own, with a key of its own, in which `make` is a stand-in."""

    def __init__(self, folder, *names):
        self.path = folder / "here"
        shutil.copytree(
            ROOT / "scripts",
            self.path / "scripts",
            ignore=shutil.ignore_patterns("__pycache__"),
        )
        for name in (*names, "requirements.txt", ".gitignore"):
            self._copy(name)
        (self.path / "Makefile").write_text(MAKEFILE)
        python = self.path / ".venv" / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
        python.chmod(0o755)
        key, config = folder / "key", folder / "gitconfig"
        self._config = str(config)
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True
        )
        config.write_text(
            "[user]\nname = Nobody\nemail = nobody@archive.example\n"
            f"signingkey = {key}.pub\n[gpg]\nformat = ssh\n"
        )
        self.git("init", "-q")

    def _copy(self, name):
        source, target = ROOT / name, self.path / name
        if source.is_dir():
            left_out = shutil.ignore_patterns("__pycache__")
            shutil.copytree(source, target, ignore=left_out)
        else:
            target.parent.mkdir(exist_ok=True)
            shutil.copy2(source, target)

    def git(self, *command):
        done = run("git", *command, cwd=self.path, GIT_CONFIG_GLOBAL=self._config)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def commit(self):
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "All")

    def release(self, **more):
        return run(
            "scripts/release.sh",
            cwd=self.path,
            GIT_CONFIG_GLOBAL=self._config,
            PYTHONDONTWRITEBYTECODE="1",
            **more,
        )


def test_nothing_that_is_wrong_is_released(tmp_path):
    here = Checkout(tmp_path, "commentarchive/__init__.py")
    changelog = here.path / "CHANGELOG.md"

    def refuse(why, **more):
        done = here.release(**more)
        assert done.returncode == 1, done.stdout
        assert f"No release: {why}" in done.stderr
        assert here.git("tag") == ""
        assert not (here.path / "dist").exists()

    changelog.write_text(f"# Changelog\n\n## {VERSION} (not released)\n")
    here.commit()
    refuse(f'CHANGELOG.md begins with "{VERSION} (not released)"')
    changelog.write_text(DATED.replace(VERSION, "9.9.9"))
    refuse('CHANGELOG.md begins with "9.9.9 (2026-01-31)"')
    changelog.write_text(DATED)
    refuse("not all is committed")
    here.commit()
    refuse("make check failed", FAILS="check")
    refuse("make test failed", FAILS="test")
    refuse("make parts failed", FAILS="parts")
    (here.path / "pyproject.toml").write_text("[project\n")
    here.commit()
    refuse("the build failed")


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """Make a release of what is here; return its checkout and its folder."""
    here = Checkout(tmp_path_factory.mktemp("release"), *PROGRAM)
    (here.path / "CHANGELOG.md").write_text(DATED)
    here.commit()
    done = here.release()
    assert done.returncode == 0, done.stderr
    return here, here.path / "dist" / VERSION


def test_a_release_is_whole_and_signed(released):
    here, folder = released
    name = f"commentarchive-{VERSION}"
    made = {f"{name}.tar.gz", f"{name}-py3-none-any.whl", f"{name}.cdx.json"}
    assert {path.name for path in folder.iterdir()} == made | {"SHA256SUMS"}
    assert run("sha256sum", "-c", "SHA256SUMS", cwd=folder).returncode == 0
    assert "BEGIN SSH SIGNATURE" in here.git("cat-file", "tag", f"v{VERSION}")
    again = here.release()
    assert again.returncode == 1
    assert f"v{VERSION} is a tag already" in again.stderr


def test_the_wheel_holds_all_of_the_program_and_nothing_else(released):
    _here, folder = released
    [wheel] = folder.glob("*.whl")
    packed = {
        name.replace("commentarchive/site_files/", "")
        for name in zipfile.ZipFile(wheel).namelist()
        if ".dist-info/" not in name
    }
    assert packed == {
        str(path.relative_to(ROOT))
        for name in ("commentarchive", "moderation", "templates", "static")
        for path in (ROOT / name).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }


@pytest.mark.django_db
def test_what_is_installed_runs_in_an_empty_folder(released, tmp_path, make_archive):
    _here, folder = released
    [wheel] = folder.glob("*.whl")
    venv, cwd = tmp_path / "venv", tmp_path / "empty"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    [site] = venv.glob("lib/python*/site-packages")
    [ours] = Path(sys.prefix).glob("lib/python*/site-packages")
    pip = (sys.executable, "-m", "pip", "--python", venv / "bin" / "python")
    done = run(*pip, "install", "-q", "--no-deps", "--no-index", wheel, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    # What it needs is here already.
    (site / "needed.pth").write_text(f"{ours}\n")
    make_archive(cwd / "var")
    # It collects these itself.
    shutil.rmtree(cwd / "var" / "static")
    command = venv / "bin" / "commentarchive"
    bare = {name: each for name, each in BARE.items() if name != "PYTHONPATH"}
    port = free_port()
    with (tmp_path / "log").open("wb") as log:
        serving = subprocess.Popen(
            [command, "serve", "--workers", "1", "--port", port],
            cwd=cwd,
            env=bare,
            stderr=log,
        )
    try:
        assert "ok" in get(f"http://127.0.0.1:{port}/healthz", 60)
        page = get(f"http://127.0.0.1:{port}/", 5)
        style = page.partition('<link rel="stylesheet" href="')[2].partition('"')[0]
        assert "{" in get(f"http://127.0.0.1:{port}{style}", 5)
        assert "<script>" in get(f"http://127.0.0.1:{port}/ledger/verify/", 5)
        # The signer, which is a process of its own, is found from there, too.
        assert get(f"http://127.0.0.1:{port}/ledger/checkpoint", 15)
    finally:
        serving.send_signal(signal.SIGTERM)
        assert serving.wait(timeout=20) == 0
    assert {path.name for path in cwd.iterdir()} == {"var"}
    assert list(open_to_others(cwd / "var")) == []


def test_the_list_of_parts_is_what_is_pinned(released):
    _here, folder = released
    [listed] = folder.glob("*.cdx.json")
    parts = json.loads(listed.read_text())
    pinned = (ROOT / "requirements.txt").read_text()
    assert len(parts["components"]) == len(
        re.findall("^[a-z].*==", pinned, re.MULTILINE)
    )
    assert sum(len(each["hashes"]) for each in parts["components"]) == pinned.count(
        "--hash=sha256:"
    )
    refs = {each["bom-ref"] for each in parts["components"]}
    program = parts["metadata"]["component"]["bom-ref"]
    asked = {each["ref"]: set(each["dependsOn"]) for each in parts["dependencies"]}
    assert set(asked) == refs | {program}
    wanted = (ROOT / "requirements.in").read_text().splitlines()
    assert len(asked[program]) == len(wanted)
    # Nothing is there that nothing asks for.
    assert set().union(*asked.values()) == refs


@pytest.mark.parametrize(
    "bad", ["django==6.1.3\n", "-e .\n", "django>=6 \\\n    --hash=sha256:00\n"]
)
def test_what_is_not_pinned_by_digest_is_refused(bad):
    with pytest.raises(ValueError, match="pin"):
        sbom.read_pins(bad)
