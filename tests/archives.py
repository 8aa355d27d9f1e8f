"""Whole archives that tests share or copy: empty, with the demo, copied, served."""

import io
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from tests import databases, migrated
from tests.made_once import made_once

HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def _empty_archive(django_db_setup, django_db_blocker, tmp_path_factory):
    """Return a database in which not even a dead row of another test is left."""
    from django.db import connection

    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            # Where no test that was chosen asks for a database, none was set up.
            name = str(tmp_path_factory.mktemp("archives") / "empty.sqlite3")
            migrated.copy_to(Path(name))
        else:
            usual = str(connection.settings_dict["NAME"])
            name = databases.copy(usual, f"{Path(usual).stem}_empty")
    yield name
    with django_db_blocker.unblock():
        databases.drop(name)


@pytest.fixture(scope="session")
def static_files(tmp_path_factory):
    """Collect the static files, as `serve` does where there are none; return them."""
    return made_once(tmp_path_factory, "collected", _collect_static) / "static"


def _collect_static(folder):
    script = (
        "import django; django.setup()\n"
        "from commentarchive.serving.static_files import collect_static\n"
        "collect_static()"
    )
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "commentarchive.settings",
        "VAR_DIR": str(folder),
        "DATABASE_URL": "",
    }
    root = Path(__file__).resolve().parent.parent
    subprocess.run(
        [sys.executable, "-c", script], env=environment, cwd=root, check=True
    )


@pytest.fixture(scope="session")
def make_archive(_empty_archive, static_files):
    """Return a function that makes a migrated archive for processes of its own.

    Its static files are collected already, which takes seconds.
    """
    from django.db import connection

    if connection.vendor != "sqlite":
        pytest.skip("archives of other processes are copies of SQLite's files")

    def make(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = folder / "commentarchive.sqlite3"
        shutil.copyfile(_empty_archive, made)
        made.chmod(0o600)
        shutil.copytree(static_files, folder / "static", copy_function=os.link)

    return make


@pytest.fixture(scope="session")
def _demo_archive(_own_keys, _empty_archive, django_db_blocker, tmp_path_factory):
    """Load the demo once; return its database, where to roll back, and its copies.

    Tests that roll back do so in a database of their own, on PostgreSQL; the copies are
    files in a folder. One worker of a run loads it, and the others copy its database.
    """
    from django.db import connection

    is_sqlite = connection.vendor == "sqlite"
    is_taken_over = not is_sqlite and databases.are_many_servers()
    label = f"{Path(_empty_archive).stem}_demo"
    loaded: list[str] = []

    def load(folder):
        made = str(folder / "demo.sqlite3") if is_sqlite else label
        name = databases.copy(_empty_archive, made)
        (folder / "var").mkdir(mode=0o700)
        _load_demo(name, folder / "var", _own_keys)
        if is_taken_over:
            databases.dump(name, folder / "demo.sql")
        loaded.append(name)

    with django_db_blocker.unblock():
        if is_sqlite:
            folder = made_once(tmp_path_factory, "demo", load)
            mine = Path(_empty_archive).with_name(label)
            used = name = databases.copy(str(folder / "demo.sqlite3"), str(mine))
        else:
            name, used = label, f"{label}_used"
            if is_taken_over:
                folder = made_once(tmp_path_factory, "demo", load)
            else:
                folder = tmp_path_factory.mktemp("demo")
                load(folder)
            if not loaded:
                databases.take_over(folder / "demo.sql", name)
    yield name, used, folder / "var"
    with django_db_blocker.unblock():
        for each in {name, used}:
            databases.drop(each)


def _load_demo(name, var, keys):
    from django.core.management import call_command
    from django.db import connection
    from django.test import override_settings

    (var / "keys").symlink_to(keys, target_is_directory=True)
    with databases.using(name), override_settings(**settings_in(var)):
        # The key remembers what it signed, and other archives of this run use it.
        call_command("load_demo", unsigned=True, stdout=io.StringIO())
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


@pytest.fixture(scope="session")
def _kept_archive(_own_keys, _empty_archive, django_db_blocker, tmp_path_factory):
    """Return a function that finds the archive a function makes, which is made once.

    It returns what `_demo_archive` does: database, where to roll back, copies.
    """
    from django.db import connection
    from django.test import override_settings

    kept = {}

    def make_once(make):
        if make not in kept:
            var = tmp_path_factory.mktemp("kept")
            (var / "keys").symlink_to(_own_keys, target_is_directory=True)
            with django_db_blocker.unblock():
                label = f"{Path(_empty_archive).stem}_kept{len(kept)}"
                name = databases.copy(_empty_archive, label)
                with databases.using(name), override_settings(**settings_in(var)):
                    make(tmp_path_factory.mktemp("written"))
            used = name if connection.vendor == "sqlite" else f"{name}_used"
            kept[make] = name, used, var
        return kept[make]

    yield make_once
    with django_db_blocker.unblock():
        for name, used, _var in kept.values():
            for each in {name, used}:
                databases.drop(each)


class DemoCopy(NamedTuple):
    """Where the copy of the demo lies, what was said, and what the site answered.

    Answers are bodies, and where they lead, by address.
    """

    folder: Path
    said: str
    answers: dict[str, tuple[bytes, str]]


@pytest.fixture(scope="session")
def demo_copy(_demo_archive, _own_keys, django_db_blocker, tmp_path_factory):
    """Copy the demo's public pages once, signed, with few of its reports.

    Return the folder, which is read only, what was said, and what the site answered
    meanwhile. What is in them is as in the archive of `demo`.
    """
    from django.core.cache import cache
    from django.core.management import call_command
    from django.test import override_settings

    from commentarchive.export.asking import Site
    from tests.few_reports import only_few_copied

    # What the test before left; each test forgets what this leaves.
    cache.clear()
    demo, _used, var = _demo_archive
    own_var = tmp_path_factory.mktemp("copied") / "var"
    shutil.copytree(var, own_var, ignore=shutil.ignore_patterns("keys"))
    (own_var / "keys").symlink_to(_own_keys, target_is_directory=True)
    folder, said = own_var.parent / "copy", io.StringIO()
    answers, ask = {}, Site.ask

    def remember(site, address):
        answer = ask(site, address)
        if answer.location or answer.body is not None:
            answers[address] = (answer.body or b"", answer.location)
        return answer

    # The key remembers what it signed: no other archive of this run may use it.
    own = settings_in(own_var) | {"LEDGER_KEY_FILE": own_var.parent / "ledger"}
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(Site, "ask", remember)
        name = databases.copy(demo, f"{Path(demo).stem}_copied")
        with databases.using(name), override_settings(**own), only_few_copied():
            call_command("sign_checkpoint", stdout=io.StringIO())
            call_command("export_archive", str(folder), stdout=said, stderr=said)
        databases.drop(name)
    return DemoCopy(folder, said.getvalue(), answers)


def settings_in(folder):
    """Return the settings of an archive of the tests whose files lie in a folder."""
    return {
        "VAR_DIR": folder,
        "FILE_UPLOAD_TEMP_DIR": folder / "uploads",
        "STORAGES": {
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
            "staticfiles": {
                "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
            },
        },
        "PASSWORD_HASHERS": HASHERS,
    }


@pytest.fixture
def demo(db, _own_var_dir, _demo_archive, tmp_path):
    """An archive that holds the demo, as `load_demo` leaves it."""
    _name, _used, var = _demo_archive
    copy_files(var, tmp_path)


def copy_files(var, folder):
    """Copy the files of an archive, without the keys, which tests share."""
    shutil.copytree(
        var, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("keys")
    )
