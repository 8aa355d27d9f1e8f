"""Files that staff give at the desk: streamed to disk, or found in the inbox."""

import shutil
import stat
import time
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any, override

from django.conf import settings
from django.core.exceptions import BadRequest
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import (
    MemoryFileUploadHandler,
    StopUpload,
    TemporaryFileUploadHandler,
)

from commentarchive.importers.characters import printable
from commentarchive.ledger import on_disk

# Bytes of all files that are uploaded together.
MOST = 512 << 20
# Bytes of a name that every file system holds.
LONGEST_NAME = 200
# Seconds after which an upload that nobody took was cut off.
STALE = 24 * 3600


class RefusedFile(ValueError):
    """It is no file that can be imported from here; the reason is a sentence."""


def too_large() -> str:
    """Return the sentence that refuses what is over the limit."""
    return (
        f"Files can be uploaded up to {MOST >> 20} MiB together; put larger ones into "
        "the inbox on the server. Nothing was kept."
    )


class SmallFiles(MemoryFileUploadHandler):
    """Keep small files in memory and refuse others: no stranger fills the disk."""

    @override
    def new_file(self, *args: Any, **kwargs: Any) -> None:
        if not self.activated:
            most = settings.FILE_UPLOAD_MAX_MEMORY_SIZE / (1 << 20)
            message = f"A file for this form can have {most:g} MiB at most."
            raise BadRequest(message)
        super().new_file(*args, **kwargs)


class Upload(TemporaryFileUploadHandler):
    """Stream files into a folder of this archive, up to a limit of all together."""

    is_too_large = False
    _received = 0

    @override
    def new_file(self, *args: Any, **kwargs: Any) -> None:
        folder().mkdir(mode=0o700, exist_ok=True)
        super().new_file(*args, **kwargs)

    @override
    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._received += len(raw_data)
        if self._received > MOST:
            self.is_too_large = True
            raise StopUpload(connection_reset=False)
        super().receive_data_chunk(raw_data, start)


def folder() -> Path:
    """Return the folder of uploads; only this program's user sees into it."""
    return Path(settings.FILE_UPLOAD_TEMP_DIR)


def inbox() -> Path:
    """Return the folder into which whoever runs the server puts large files."""
    where: Path = settings.VAR_DIR / "inbox"
    return where


def take(files: "Sequence[UploadedFile[Any]]", ref: str) -> list[str]:
    """Keep uploaded files for a job, each in a folder of its own; return their names.

    They are on this file system already, and are moved; they are on disk before the
    job is. Raise OSError.
    """
    names = []
    for number, file in enumerate(files):
        assert isinstance(file, TemporaryUploadedFile)  # noqa: S101  # Upload makes them
        names.append(_safe_name(file.name or ""))
        target = folder() / ref / str(number)
        on_disk.make_folder(target)
        kept = target / names[-1]
        on_disk.rename(Path(file.temporary_file_path()), kept)
        on_disk.flush(kept)
    return names


def paths_of(ref: str, names: Sequence[str]) -> list[Path]:
    """Return where the files of a job are kept."""
    return [folder() / ref / str(number) / name for number, name in enumerate(names)]


def remove(ref: str) -> None:
    """Delete the files of a job, if they are there."""
    shutil.rmtree(folder() / ref, ignore_errors=True)


def remove_stale() -> None:
    """Delete what uploads left that were cut off with the server itself."""
    before = time.time() - STALE
    for path in folder().glob("*.upload*"):
        if path.is_file() and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)


def inbox_file(name: str) -> Path:
    """Return a file of the inbox by its path there. Raise RefusedFile.

    Nothing outside of it: no step up, no absolute path, no link at any place.
    """
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or ".." in parts or "\0" in name:
        message = "Give the path of a file below the inbox, without “..”."
        raise RefusedFile(message)
    path = inbox()
    try:
        for part in parts:
            path /= part
            mode = path.lstat().st_mode
            if stat.S_ISLNK(mode):
                message = f"{printable(name)}: links are not followed."
                raise RefusedFile(message)
    except (OSError, UnicodeError) as error:
        message = f"{printable(name)}: there is no such file in the inbox."
        raise RefusedFile(message) from error
    if not stat.S_ISREG(mode):
        message = f"{printable(name)}: this is no file; name one file of the inbox."
        raise RefusedFile(message)
    return path


def in_inbox(most: int) -> list[str]:
    """List the first `most` files in the inbox: no links, only names that print."""
    found = (
        path.relative_to(inbox()).as_posix()
        for path in inbox().rglob("*")
        if path.is_file() and not path.is_symlink()
    )
    return sorted(filter(str.isprintable, found))[:most]


def _safe_name(name: str) -> str:
    """Return a file's name as it can be stored: its end tells the most of a type."""
    name = printable(PurePosixPath(name).name).replace("/", "_") or "file"
    while len(name.encode("utf-8", "replace")) > LONGEST_NAME:
        name = name[1:]
    return name
