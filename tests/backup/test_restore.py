"""What is refused leaves nothing, and what was killed can be run again."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from commentarchive import checks
from commentarchive.backup import place, restoring
from commentarchive.backup.parts import Damaged
from commentarchive.backup.place import NotEmpty
from commentarchive.backup.restoring import CannotRestore, restore
from commentarchive.backup.writing import DRAFT, CannotBackUp, back_up
from commentarchive.captures import files as capture_files
from commentarchive.models import Comment
from tests.backup.places import var
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def backup(tmp_path, transactional_db):
    load(tmp_path, item(comment(1, "First."), comment(2, "Two\\N\t\\three\nlines.")))
    return back_up(tmp_path / "one.tar", with_keys=True).path


def nothing_is_left():
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
    kept = capture_files.folder()
    keys = {path.name for path in var("keys").iterdir()}
    return not (tables or kept.exists() or keys or place.is_unfinished())


def test_what_is_refused_leaves_nothing_and_what_is_killed_begins_anew(
    backup, tmp_path, monkeypatch, elsewhere
):
    # Nothing is to be migrated, and to look for that takes a second each time.
    monkeypatch.setattr(restoring, "_migrate_on", lambda _manifest: None)
    with elsewhere:
        # 1. Damage is found before anything is made.
        damaged = tmp_path / "damaged.tar"
        data = bytearray(backup.read_bytes())
        data[len(data) // 2] ^= 4
        damaged.write_bytes(data)
        with pytest.raises(Damaged, match="at byte"):
            restore(damaged)
        assert nothing_is_left()
        # 2. A later version's.
        with (
            monkeypatch.context() as patch,
            pytest.raises(CannotRestore, match="made by a later version"),
        ):
            patch.setattr(restoring, "_steps", later(restoring._steps))
            restore(backup)
        assert nothing_is_left()
        # 3. What fails half-way is removed.
        with monkeypatch.context() as patch, pytest.raises(CannotRestore, match="root"):
            patch.setattr(restoring, "_compare_record", refuse)
            restore(backup)
        assert nothing_is_left()
        # 4. What is killed half-way stays, is told by a check, and the next one begins
        # anew.
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(restoring, "_compare_record", interrupt)
            patch.setattr(place, "clear", lambda: None)
            restore(backup)
        assert Comment.objects.count() == 2
        assert [each.id for each in checks.check_restored_whole()] == [
            "commentarchive.E002"
        ]
        restore(backup)
        assert checks.check_restored_whole() == []
        texts = Comment.objects.order_by("pk").values_list(
            "current_revision__text__plain", flat=True
        )
        assert texts[0] == "First."
        assert r"Two\N" in texts[1]
        # 5. Nothing is mixed up with what is there.
        with pytest.raises(NotEmpty, match="holds"):
            restore(backup)
        assert Comment.objects.count() == 2


def later(steps_of):
    def of_another(manifest):
        added = [*manifest["migrations"], ["commentarchive", "9999_from_the_future"]]
        return steps_of({**manifest, "migrations": added})

    return of_another


def refuse(_manifest):
    message = "the root is another"
    raise CannotRestore(message)


def interrupt(_manifest):
    raise KeyboardInterrupt


def test_a_file_that_is_there_stays_and_a_good_backup_is_noted(backup, tmp_path):
    noted = json.loads(var(place.LAST_BACKUP).read_text())
    assert noted["file"] == str(backup)
    assert noted["bytes"] == backup.stat().st_size
    assert backup.stat().st_mode & 0o777 == 0o600
    before = backup.read_bytes()
    left = tmp_path / f"{DRAFT}killed.part"
    left.write_bytes(b"half of it")
    back_up(tmp_path / "two.tar")
    assert not left.exists()
    with pytest.raises(CannotBackUp, match="there already"):
        back_up(backup)
    with pytest.raises(CommandError, match=r"^No backup was made: .*fewer than 12"):
        (tmp_path / "short").write_text("short\n")
        call_command("backup", str(tmp_path / "x"), passphrase_file=tmp_path / "short")
    assert backup.read_bytes() == before
    assert list(tmp_path.glob("*.part")) == []
    assert not (tmp_path / "x").exists()
