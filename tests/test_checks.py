import json
import os

import pytest
from django.core.checks import Tags, run_checks
from django.core.checks.registry import registry
from django.core.management import call_command, get_commands, load_command_class
from django.core.management.base import SystemCheckError

from commentarchive.archive_command import CHECKED, OURS
from commentarchive.backup import place
from commentarchive.checks import open_to_others
from tests.ledger.records import add, sign
from tests.test_serve import environment, manage
from tests.warm_program import WarmProgram
from tests.wxr import comment, export, item, write


@pytest.mark.pure
def test_whatever_is_made_is_private(tmp_path, make_archive):
    """Also the database with its log, and in whatever umask the command is run."""
    new, var = tmp_path / "new", tmp_path / "var"
    make_archive(var)
    file = write(tmp_path, export(item(comment(1))))
    before = os.umask(0)
    try:
        # The first migrations make the database.
        made = manage("migrate", "auth", "-v0", env=environment(new))
        assert made.returncode == 0
        with WarmProgram(environment(var)) as program:
            assert program.run("import_comments", file).returncode == 0
            assert program.run("sign_checkpoint").returncode == 0
    finally:
        os.umask(before)
    assert (new / "commentarchive.sqlite3").exists()
    made = list(var.rglob("*"))
    assert any(path.suffix == ".zst" for path in made)
    assert any(path.name == "ledger.state" for path in made)
    assert list(open_to_others(var)) == list(open_to_others(new)) == []


@pytest.mark.django_db
def test_what_others_can_reach_is_named(settings):
    (settings.VAR_DIR / "captures").mkdir()
    files = [settings.VAR_DIR / "captures" / f"{n}.zst" for n in range(5)]
    for path in files:
        path.write_bytes(b"")
        path.chmod(0o600)
    assert [each for each in run_checks() if each.id == "commentarchive.W001"] == []
    for path, mode in zip(files, (0o640, 0o604, 0o610, 0o602, 0o600), strict=True):
        path.chmod(mode)
    assert list(open_to_others(settings.VAR_DIR)) == files[:4]
    [found] = [each for each in run_checks() if each.id == "commentarchive.W001"]
    assert f"{files[0]}, {files[1]}, {files[2]} and 1 more" in found.msg
    assert found.hint == f"chmod -R go= {settings.VAR_DIR}"
    settings.VAR_DIR.chmod(0o755)
    assert settings.VAR_DIR in list(open_to_others(settings.VAR_DIR))


@pytest.mark.django_db
def test_what_is_written_for_others_is_readable_by_them(settings, tmp_path):
    settings.USERS_UMASK = 0o022
    key = settings.LEDGER_KEY_FILE = tmp_path / "key"
    add()
    sign(key)
    folder = tmp_path / "public"
    before = os.umask(0o077)
    try:
        call_command("export_ledger", str(folder))
        assert os.umask(0o077) == 0o077
    finally:
        os.umask(before)
    for path in (folder, *folder.rglob("*")):
        assert path.stat().st_mode & 0o777 == (0o755 if path.is_dir() else 0o644)


# What makes an archive, or mends one, works in whatever state it is.
_CHECK_NOTHING = {"doctor", "restore", "setup"}


@pytest.mark.pure
def test_every_command_of_ours_runs_our_checks():
    ours = {
        name: load_command_class(app, name).requires_system_checks
        for name, app in get_commands().items()
        if app.partition(".")[0] in {"commentarchive", "moderation"}
    }
    unchecked = {name for name, checked in ours.items() if not checked}
    assert unchecked == _CHECK_NOTHING
    assert {checked for checked in ours.values() if checked} == {CHECKED}
    for check in registry.get_checks(include_deployment_checks=True):
        if check.__module__.partition(".")[0] in {"commentarchive", "moderation"}:
            assert set(check.tags) & {OURS, Tags.database}, check
    # Of Django's there are none that nobody has thought of.
    pages = {Tags.admin, Tags.commands, Tags.database, Tags.templates, Tags.urls}
    assert registry.tags_available() == set(CHECKED) | pages


@pytest.mark.once
@pytest.mark.django_db
def test_half_a_backup_stops_a_command(settings):
    on_its_way = settings.VAR_DIR / place.MARKER
    on_its_way.write_text(json.dumps({"with_files": True}))
    with pytest.raises(SystemCheckError, match=r"commentarchive\.E002"):
        call_command("verify_ledger", skip_checks=False)
