"""Files as they are sent: plain, or a ZIP of numbered parts; within limits."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import RawIOBase
from pathlib import Path
from typing import BinaryIO, cast

from commentarchive.importers.parsed import Unreadable

MAX_MEMBERS = 10_000
MAX_INFLATED = 4 << 30
MAX_RATIO = 200
# A few bytes may inflate a thousandfold without harm.
RATIO_FROM = 10 << 20
# An export's root element stands within its first bytes.
HEAD = 1 << 16
_ZIP = b"PK\x03\x04"
_ENCRYPTED = 0x1


@dataclass(frozen=True, slots=True)
class Member:
    """One readable part of a file; the name is empty for a file by itself."""

    path: Path
    name: str = ""
    # Its place in the ZIP, from 1: reports are public, and names of files are not.
    number: int = 0

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Open the bytes, inflating within limits. Raise Unreadable beyond them."""
        if not self.name:
            with self.path.open("rb") as plain:
                yield plain
            return
        try:
            with zipfile.ZipFile(self.path) as archive:
                packed = archive.getinfo(self.name)
                with archive.open(packed) as inflated:
                    limited = _Limited(cast("BinaryIO", inflated), packed.compress_size)
                    yield cast("BinaryIO", limited)
        except (
            zipfile.BadZipFile,
            EOFError,
            NotImplementedError,
            RuntimeError,
        ) as error:
            reason = f"file {self.number} of the ZIP is damaged"
            raise Unreadable(reason) from error

    def head(self) -> bytes:
        """Read the first bytes."""
        with self.open() as stream:
            return stream.read(HEAD)


class _Limited(RawIOBase):
    """A stream that stops at the size and ratio of a bomb, counted as it inflates."""

    def __init__(self, stream: BinaryIO, packed: int) -> None:
        self._stream = stream
        self._left = MAX_INFLATED
        if packed:
            self._left = min(MAX_INFLATED, max(RATIO_FROM, packed * MAX_RATIO))

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self._left -= len(data)
        if self._left < 0:
            reason = (
                f"it inflates to more than {MAX_RATIO} times its size, "
                f"or to more than {MAX_INFLATED >> 30} GiB"
            )
            raise Unreadable(reason)
        return data


def members_of(path: Path) -> list[Member]:
    """List a file's parts, numbered ones in order. Raise Unreadable or OSError."""
    with path.open("rb") as stream:
        start = stream.read(len(_ZIP))
    if not start:
        reason = "the file is empty"
        raise Unreadable(reason)
    if start != _ZIP:
        return [Member(path)]
    try:
        with zipfile.ZipFile(path) as archive:
            packed = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError) as error:
        reason = f"it is no whole ZIP file: {error}"
        raise Unreadable(reason) from error
    if len(packed) > MAX_MEMBERS:
        reason = f"the ZIP holds more than {MAX_MEMBERS} files"
        raise Unreadable(reason)
    if any(each.flag_bits & _ENCRYPTED for each in packed):
        reason = "the ZIP is locked with a password"
        raise Unreadable(reason)
    names = [
        each.filename
        for each in packed
        if not each.is_dir() and not each.filename.startswith("__MACOSX/")
    ]
    return [
        Member(path, name, number)
        for number, name in enumerate(sorted(names, key=_by_number), 1)
    ]


def _by_number(name: str) -> tuple[tuple[int, int | str], ...]:
    """Sort "part 2" before "part 10"."""
    parts: list[tuple[int, int | str]] = []
    digits = ""
    for char in f"{name}\0":
        if char.isdecimal():
            digits += char
            continue
        if digits:
            parts.append((0, int(digits)))
            digits = ""
        parts.append((1, char))
    return tuple(parts)
