"""Make a backup while the archive is in use: the rows of one moment, and their files.

The rows are read within one snapshot, so that nobody waits for it: SQLite's readers
keep no writer, PostgreSQL's neither. Kept copies lie in files named by their digest,
which only an erasure changes or deletes. So they are read after the snapshot has
begun, and a backup during which something was erased is begun anew: what was erased
before a backup was ready is not in it.
"""

import fcntl
import hashlib
import json
import os
import tempfile
from collections.abc import Collection, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from commentarchive import VERSION
from commentarchive.backup import place
from commentarchive.backup.columns import applied_migrations, tables
from commentarchive.backup.parts import PART, PartWriter
from commentarchive.backup.rows import counted_so_far, read_rows
from commentarchive.backup.settings_file import without_secrets
from commentarchive.captures import files as capture_files
from commentarchive.ledger import on_disk
from commentarchive.ledger.key_files import write_private
from commentarchive.ledger.merkle.frontier import Frontier
from commentarchive.ledger.merkle.hashing import base64url
from commentarchive.ledger.models import Entry, Head
from commentarchive.ledger.snapshot import snapshot
from commentarchive.ledger.tiles import last_signed
from commentarchive.models import Capture, TranscriptDraft

# Whoever erases all day long is told to try again later.
TURNS = 3
# How the name of a backup begins that is not whole yet.
DRAFT = "commentarchive-unfinished-"


class CannotBackUp(Exception):
    """No backup was made; the message says why."""


class _ErasedMeanwhile(Exception):
    """Something was erased since the snapshot began."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A backup that was made: where, its size in bytes, its SHA-256, what it holds."""

    path: Path
    bytes: int
    sha256: str
    rows: int
    entries: int
    # Digests of kept copies that the archive itself no longer has.
    missing: tuple[str, ...]


def back_up(
    path: Path,
    *,
    passphrase: str | None = None,
    with_keys: bool = False,
    database_only: bool = False,
    overwrite: bool = False,
) -> Made:
    """Write a backup to a new file. Raise CannotBackUp or OSError, leaving nothing.

    Under another name until it is whole and on disk. One with `database_only` is for a
    move, and is not noted as a backup.
    """
    if path.exists() and not overwrite:
        message = f"{path} is there already (--overwrite replaces it)"
        raise CannotBackUp(message)
    _drop_drafts(path.parent)
    descriptor, name = tempfile.mkstemp(".part", DRAFT, path.parent)
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "w+b") as out:
            fcntl.flock(out, fcntl.LOCK_EX)
            manifest, missing = _written(
                out, passphrase, with_keys=with_keys, database_only=database_only
            )
            out.flush()
            os.fsync(out.fileno())
            out.seek(0)
            digest = hashlib.file_digest(out, "sha256").hexdigest()
            size = out.tell()
        _name(draft, path, overwrite=overwrite)
    except DatabaseError as error:
        _refuse_other_tables(error)
        raise
    finally:
        draft.unlink(missing_ok=True)
    if not database_only:
        _note(path, size, digest)
    return Made(
        path=path,
        bytes=size,
        sha256=digest,
        rows=sum(each["rows"] for each in manifest["tables"].values()),
        entries=manifest["record"]["size"],
        missing=missing,
    )


def _refuse_other_tables(error: DatabaseError) -> None:
    """Raise CannotBackUp where it failed since the tables are of an earlier version."""
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        message = (
            f"the tables are not those of this version ({len(waiting)} migrations "
            "wait): make it with the version that they are of. An archive from before "
            "0.1.0 is copied as a folder, with the site stopped"
        )
        raise CannotBackUp(message) from error


def _drop_drafts(folder: Path) -> None:
    """Delete what killed backups have left, but not what another one is writing."""
    for path in folder.glob(f"{DRAFT}*.part"):
        with path.open("rb") as draft, suppress(BlockingIOError):
            fcntl.flock(draft, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink(missing_ok=True)


def _name(draft: Path, path: Path, *, overwrite: bool) -> None:
    """Name the draft; raise CannotBackUp where somebody else was faster."""
    if overwrite:
        draft.replace(path)
    else:
        try:
            os.link(draft, path)
        except FileExistsError as error:
            message = f"{path} was made by somebody else meanwhile"
            raise CannotBackUp(message) from error
        except PermissionError:
            # File systems without links (FAT, some shares).
            draft.rename(path)
    on_disk.flush(path.parent)


def _note(path: Path, size: int, digest: str) -> None:
    """Note for `doctor` when the last good backup was made."""
    said = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "file": str(path.absolute()),
        "bytes": size,
        "sha256": digest,
    }
    write_private(settings.VAR_DIR / place.LAST_BACKUP, json.dumps(said))


def _written(
    out: BinaryIO, passphrase: str | None, **what: bool
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Write everything, anew where something is erased meanwhile."""
    for _turn in range(TURNS):
        out.seek(0)
        out.truncate()
        made_at = timezone.now().astimezone(UTC).isoformat(timespec="seconds")
        facts = {"made_at": made_at, "version": VERSION}
        writer = PartWriter(out, facts, passphrase)
        with closing(writer):
            try:
                found, missing = _write_all(writer, **what)
            except _ErasedMeanwhile:
                continue
            manifest = {**facts, **found}
            writer.finish(manifest)
        return manifest, missing
    message = "something was erased each time while it was being made; try again later"
    raise CannotBackUp(message)


def _write_all(
    writer: PartWriter, *, with_keys: bool, database_only: bool
) -> tuple[dict[str, Any], tuple[str, ...]]:
    # 1. All rows of one moment.
    with snapshot():
        # The first read fixes the moment.
        erased = _erasures()
        record = _record()
        rows = {table.name: _write_table(writer, table) for table in tables()}
        digests = [] if database_only else sorted(_kept_digests())
        migrations = applied_migrations(connection)
    # 2. The files that those rows name.
    missing = tuple(each for each in digests if not _write_copy(writer, each))
    if _erasures() != erased:
        raise _ErasedMeanwhile
    # 3. Settings and keys.
    files = () if database_only else _private_files(with_keys=with_keys)
    for name, data in files:
        writer.add(name, data)
    left_out = [*place.LEFT_OUT, *([] if with_keys else [place.KEYS_LEFT_OUT])]
    found = {
        "database": connection.vendor,
        "record": record,
        "migrations": migrations,
        "tables": rows,
        "copies": len(digests) - len(missing),
        "missing_copies": missing,
        "with_keys": with_keys,
        "left_out": left_out,
    }
    return found, missing


def _erasures() -> tuple[int, list[str]]:
    """Return what changes with each erasure: how many, and which bytes were cut."""
    cut = Capture.objects.exclude(kept_sha256="").order_by("pk")
    return (
        Entry.objects.filter(event="erase.done").count(),
        list(cut.values_list("kept_sha256", flat=True)),
    )


def _record() -> dict[str, object]:
    head = Head.objects.filter(pk=1).first()
    frontier = Frontier(head.size, bytes(head.frontier)) if head else Frontier()
    return {
        "size": frontier.size,
        "root": base64url(frontier.root()),
        "signed": last_signed(),
    }


def _write_table(writer: PartWriter, table: Any) -> dict[str, Any]:
    rows = 0
    for number, (data, count) in enumerate(read_rows(table), 1):
        writer.add(f"tables/{table.name}/{number:06}", data, compress=True)
        rows += count
    return {
        "columns": [list(column) for column in table.columns],
        "counted": table.counted,
        "last": counted_so_far(table) if table.counted else 0,
        "rows": rows,
    }


def _kept_digests() -> Collection[str]:
    """Return the digests under which the bytes of copies and drafts are kept."""
    copies = Capture.objects.values_list("sha256", "kept_sha256")
    drafts = TranscriptDraft.objects.open().values_list("sha256", flat=True)
    found = {kept or received for received, kept in copies}.union(drafts)
    return found - {capture_files.NOTHING.sha256}


def _write_copy(writer: PartWriter, sha256: str) -> bool:
    """Add a kept file in parts; return whether it is there."""
    path = capture_files.path_of(sha256)
    try:
        with path.open("rb") as stream:
            number = 1
            while data := stream.read(PART):
                writer.add(f"captures/{sha256[:2]}/{sha256}.zst/{number:06}", data)
                number += 1
    except FileNotFoundError:
        return False
    return True


def _private_files(*, with_keys: bool) -> Iterator[tuple[str, bytes]]:
    var: Path = settings.VAR_DIR
    matching = var / place.MATCHING
    if matching.exists():
        yield place.MATCHING, matching.read_bytes()
    told = var / place.SETTINGS
    if told.exists():
        text = told.read_text("utf-8", "replace")
        yield place.SETTINGS, (text if with_keys else without_secrets(text)).encode()
    for name, path in place.secret_files().items() if with_keys else ():
        if path.exists():
            yield name, path.read_bytes()
