"""Put a backup back into an empty place, on either database.

1. Every part is compared with the manifest before anything is made.
2. The place is marked. Whatever a killed restore leaves is removed by the next one.
3. Tables are made as they were when the backup was made, filled, and then migrated to
   this version, which also installs the triggers.
4. The record is verified from its bytes up, and has to be the one that was saved.
5. The signer is held: what was signed after the backup is to be looked for first.
6. What the record calls erased is deleted again, and the mark is taken away.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection

from commentarchive.backup import place
from commentarchive.backup.columns import Column, Table
from commentarchive.backup.parts import (
    HEADER,
    MANIFEST,
    SEAL,
    Damaged,
    Part,
    check,
    read_parts,
)
from commentarchive.backup.rows import (
    broken_references,
    count_on,
    empty_all,
    load_rows,
    loading,
)
from commentarchive.erasure.erase import Erased
from commentarchive.erasure.freed_pages import SweepUnfinished
from commentarchive.erasure.replay import replay
from commentarchive.ledger import held, on_disk
from commentarchive.ledger.merkle.hashing import base64url
from commentarchive.ledger.models import Head
from commentarchive.ledger.recovery import Recovered, recover
from commentarchive.ledger.verification import verify
from commentarchive.search.index import refill_full_text
from commentarchive.storage import migration_steps
from commentarchive.storage.migration_steps import Step

_copy = re.compile(r"[0-9a-f]{2}/[0-9a-f]{64}\.zst/[0-9]{6}")


class CannotRestore(Exception):
    """The backup was not put back, and nothing of it is left; the message says why."""


@dataclass(slots=True, kw_only=True)
class Restored:
    """What was put back, and what is to be looked at."""

    manifest: Mapping[str, Any]
    erased: Erased = field(default_factory=Erased)
    # What an erasure could not delete again.
    unswept: str = ""
    # Why the record may not grow until `recover_record` was run; "" where it may.
    held: str = ""
    recovered: Recovered | None = None
    # Files that were there already and were left as they are.
    kept: list[str] = field(default_factory=list)

    @property
    def made_at(self) -> str:
        """Return when the backup was made: UTC, to the second."""
        return str(self.manifest["made_at"])


def restore(
    path: Path,
    *,
    passphrase: str | None = None,
    record: str = "",
    database_only: bool = False,
) -> Restored:
    """Put a backup back. Raise CannotRestore, Damaged, WrongPassphrase, NotEmpty.

    `record` is a copy of the record as published, which may reach further than the
    backup: its entries are brought back first. With `database_only` kept copies, keys
    and settings stay as they lie here.
    """
    with path.open("rb") as stream:
        manifest = check(stream, passphrase)
    steps = _steps(manifest)
    place.begin(with_files=not database_only)
    try:
        done = Restored(manifest=manifest)
        _make_tables(manifest, steps)
        files = _load(path, passphrase, manifest, with_files=not database_only)
        if not database_only:
            _put_keys(files, done)
            done.held = _hold(manifest)
        _migrate_on(manifest)
        refill_full_text()
        _let_the_planner_know()
        _compare_record(manifest)
        if record:
            done.recovered = recover(record)
            done.held = held.reason()
        _replay(done)
        _flush()
    except BaseException:
        place.clear()
        raise
    place.end()
    return done


def _steps(manifest: Mapping[str, Any]) -> set[Step]:
    """Return the migrations that had made the tables. Raise CannotRestore."""
    applied = {(app, name) for app, name in manifest["migrations"]}
    if unknown := migration_steps.unknown_steps(applied):
        app, name = unknown[0]
        message = (
            f"the backup was made by a later version ({manifest['version']}; its "
            f"tables were changed by {app} {name}): install that one first"
        )
        raise CannotRestore(message)
    return applied


def _make_tables(manifest: Mapping[str, Any], steps: set[Step]) -> None:
    """Make the tables as they were, without triggers and empty."""
    migration_steps.make_tables(connection, steps)
    found = set(connection.introspection.table_names())
    if unknown := sorted(manifest["tables"].keys() - found):
        message = f"there is no table {unknown[0]} in the version it was made by"
        raise CannotRestore(message)
    empty_all(sorted(manifest["tables"]))


def _load(
    path: Path,
    passphrase: str | None,
    manifest: Mapping[str, Any],
    *,
    with_files: bool,
) -> dict[str, bytes]:
    """Load rows and kept copies; return the private files, which come last."""
    tables = {name: _table(name, said) for name, said in manifest["tables"].items()}
    rows = dict.fromkeys(tables, 0)
    files: dict[str, bytes] = {}
    with loading():
        for part in _checked(path, passphrase, manifest):
            room, _slash, rest = part.name.partition("/")
            if room == "tables":
                table = tables[rest.partition("/")[0]]
                rows[table.name] += _load_part(table, part)
            elif room == "captures":
                if with_files:
                    _append_copy(rest)(part.data)
            else:
                files[part.name] = part.data
        for name, table in tables.items():
            said = manifest["tables"][name]
            if rows[name] != said["rows"]:
                message = f"{name} holds {rows[name]} rows in place of {said['rows']}"
                raise CannotRestore(message)
            if table.counted:
                count_on(table, said["last"])
    if broken := next(broken_references(), ""):
        message = f"the rows do not hang together: {broken}"
        raise CannotRestore(message)
    return files


def _table(name: str, said: Mapping[str, Any]) -> Table:
    columns = tuple(Column(column, kind) for column, kind in said["columns"])
    names = [*(column.name for column in columns), said["counted"] or "id"]
    # They become a part of statements.
    if not all(each.isidentifier() and each.isascii() for each in names):
        message = f"{name} has columns that no table of ours has"
        raise CannotRestore(message)
    return Table(name, columns, said["counted"])


def _checked(
    path: Path, passphrase: str | None, manifest: Mapping[str, Any]
) -> Iterator[Part]:
    """Read the parts again; the file may have changed since they were compared."""
    with path.open("rb") as stream:
        for part in read_parts(stream, passphrase):
            if part.name in {HEADER, MANIFEST, SEAL}:
                continue
            listed = manifest["parts"].get(part.name, {})
            if listed.get("sha256") != part.sha256:
                message = f"{part.name}, at byte {part.at}: it has changed just now"
                raise Damaged(message)
            yield part


def _load_part(table: Table, part: Part) -> int:
    try:
        return load_rows(table, part.unpacked())
    except (ValueError, DatabaseError) as error:
        message = f"{part.name}, at byte {part.at}: {error}"
        raise CannotRestore(message) from error


def _append_copy(name: str) -> Any:
    """Return what writes a part of a kept copy; raise Damaged for a foreign name."""
    target = settings.VAR_DIR / "captures" / Path(name).parent
    if _copy.fullmatch(name) is None:
        message = f"captures/{name}: this is no name of a kept copy"
        raise Damaged(message)
    return lambda data: place.write_file(target, data, append=True)


def _migrate_on(manifest: Mapping[str, Any]) -> None:
    """Bring the tables to this version, with their triggers. Raise CannotRestore."""
    try:
        call_command("migrate", verbosity=0, interactive=False)
    except held.RecordHeld as error:
        message = (
            "the step to this version adds to the record, which may not grow yet: put "
            f"the backup back with version {manifest['version']}, run "
            "manage.py recover_record, and upgrade then"
        )
        raise CannotRestore(message) from error


def _compare_record(manifest: Mapping[str, Any]) -> None:
    """Verify the record, and that it is the one that was saved. Raise CannotRestore."""
    said = manifest["record"]
    verdict = verify()
    if (verdict.size, base64url(verdict.root)) != (said["size"], said["root"]):
        message = (
            f"its record has {verdict.size} entries and root "
            f"{base64url(verdict.root)}, and {said['size']} with root {said['root']} "
            "were saved"
        )
        raise CannotRestore(message)


def _put_keys(files: Mapping[str, bytes], done: Restored) -> None:
    """Write keys and settings; a signing key that lies here already stays."""
    var: Path = settings.VAR_DIR
    places = {
        place.MATCHING: var / place.MATCHING,
        place.SETTINGS: var / place.SETTINGS,
        **place.secret_files(),
    }
    ours = places["keys/ledger"]
    if "keys/ledger" in files and ours.exists():
        if ours.read_bytes() != files["keys/ledger"]:
            message = f"{ours} is another key than the one in the backup: move it away"
            raise CannotRestore(message)
        # Its memory may know of more than the one in the backup.
        done.kept.append(str(ours))
        files = {n: d for n, d in files.items() if not n.startswith("keys/ledger")}
    for name, data in files.items():
        if name not in places:
            message = f"{name}: this version knows no such file"
            raise CannotRestore(message)
        if name == place.SETTINGS and places[name].exists():
            done.kept.append(str(places[name]))
            continue
        place.note_file(places[name])
        place.write_file(places[name], data)


def _hold(manifest: Mapping[str, Any]) -> str:
    """Keep the record from growing, until it is known what was signed since."""
    if not Head.objects.filter(size__gt=0).exists():
        return ""
    why = (
        f"the record was put back from a backup of {manifest['made_at']}, and more may "
        "have been signed since: run manage.py recover_record"
    )
    held.hold(why)
    return why


def _replay(done: Restored) -> None:
    try:
        done.erased = replay()
    except (SweepUnfinished, held.RecordHeld) as error:
        done.unswept = str(error)


def _let_the_planner_know() -> None:
    """Count the rows of new tables; autovacuum would come to it later."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _flush() -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        on_disk.flush(Path(connection.settings_dict["NAME"]))
    for name in ("captures", "keys"):
        if (settings.VAR_DIR / name).is_dir():
            place.flush_all(settings.VAR_DIR / name)
