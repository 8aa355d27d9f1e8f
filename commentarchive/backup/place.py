"""Where an archive lies: what a backup takes from there, and whether it is empty."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from commentarchive import factor_key
from commentarchive.captures import files as capture_files
from commentarchive.ledger import held, on_disk
from commentarchive.ledger.key_files import write_private
from commentarchive.ledger.signer_memory import memory_beside

SETTINGS = "settings.env"
LAST_BACKUP = "last-backup.json"
# Stands while a backup is being put back: whatever is there then may be half of it.
MARKER = "restoring.json"
# Digests stored in the database are made with it, and it tells no more than the texts
# beside it.
MATCHING = "keys/matching"
LEFT_OUT = (
    "logins that are open (everybody logs in again)",
    "files on their way in (uploads, inbox)",
    "static files, which serve makes anew",
)
KEYS_LEFT_OUT = (
    "the signing key of the record and the signer’s memory, the key by which this "
    "installation is a witness, the secret of forms, the key by which apps and "
    "recovery codes of staff are sealed, and settings that may hold a password "
    "(--with-keys takes them along)"
)


class NotEmpty(Exception):
    """There is something already where a backup is to be put back; says what."""


def secret_files() -> dict[str, Path]:
    """Return the files that only `--with-keys` takes along, by their names there."""
    var: Path = settings.VAR_DIR
    key: Path = settings.LEDGER_KEY_FILE
    return {
        "keys/ledger": key,
        "keys/ledger.state": memory_beside(key),
        "keys/witness": settings.WITNESS_KEY_FILE,
        "keys/secret_key": var / "keys" / "secret_key",
        "keys/factors": factor_key.key_file(),
    }


def database_name() -> str:
    """Return which database this is, without a password."""
    told = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite {Path(told['NAME']).resolve()}"
    host = told.get("HOST") or told.get("OPTIONS", {}).get("host", "")
    return f"postgresql {host}:{told.get('PORT') or ''}/{told['NAME']}"


def begin(*, with_files: bool) -> None:
    """Mark this place as one in which a backup is being put back. Raise NotEmpty.

    What a restore that was broken off has left is removed first.
    """
    marker = settings.VAR_DIR / MARKER
    if marker.exists():
        clear()
    found = list(_in_the_way(with_files=with_files))
    if found:
        message = "; ".join(found)
        raise NotEmpty(message)
    said = {"database": database_name(), "with_files": with_files, "files": []}
    write_private(marker, json.dumps(said))


def note_file(path: Path) -> None:
    """Note that a file is about to be written, so that it goes with all the rest."""
    marker = settings.VAR_DIR / MARKER
    said = json.loads(marker.read_text())
    said["files"].append(str(path))
    write_private(marker, json.dumps(said))


def end() -> None:
    """Take the mark away: what was put back is whole."""
    on_disk.remove(settings.VAR_DIR / MARKER)


def is_unfinished() -> bool:
    """Return whether a backup was put back here in part only.

    Not where that was another database, as in a move that was broken off.
    """
    said = _said()
    return bool(said.get("with_files")) or said.get("database") == database_name()


def clear() -> None:
    """Remove all that was put back since the mark was made, and the mark last.

    Nothing of a database that the mark does not name.
    """
    said = _said()
    if said.get("database") == database_name():
        _drop_database()
    if said.get("with_files"):
        shutil.rmtree(capture_files.folder(), ignore_errors=True)
        held.let_go()
    for path in said.get("files", ()):
        Path(path).unlink(missing_ok=True)
    (settings.VAR_DIR / MARKER).unlink(missing_ok=True)


def _said() -> dict[str, Any]:
    """Return what the mark says; nothing where there is none."""
    try:
        said: dict[str, Any] = json.loads((settings.VAR_DIR / MARKER).read_text())
    except FileNotFoundError:
        return {}
    return said


def _in_the_way(*, with_files: bool) -> Iterator[str]:
    with connection.cursor() as cursor:
        found = connection.introspection.table_names(cursor)
    if found:
        yield f"the database holds {len(found)} tables already ({database_name()})"
    folder = capture_files.folder()
    if with_files and folder.is_dir() and any(folder.iterdir()):
        yield f"there are kept copies already ({folder})"


def _drop_database() -> None:
    if connection.vendor == "sqlite":
        connection.close()
        path = connection.settings_dict["NAME"]
        for suffix in ("", "-wal", "-shm", "-journal"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)
        return
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'DROP TABLE IF EXISTS "{table}" CASCADE')


def write_file(path: Path, data: bytes, *, append: bool = False) -> None:
    """Write a file of mode 600, or extend one, which is not flushed then."""
    on_disk.make_folder(path.parent)
    with path.open("ab" if append else "wb") as out:
        os.fchmod(out.fileno(), 0o600)
        out.write(data)
    if not append:
        on_disk.flush(path)
        on_disk.flush(path.parent)


def flush_all(folder: Path) -> None:
    """Flush every file and folder below one, and itself, to disk."""
    for where, _folders, names in os.walk(folder):
        for path in (*(Path(where, name) for name in names), Path(where)):
            on_disk.flush(path)
