"""Files as people send them: plain, gzipped, or a ZIP of several; within limits."""

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import RawIOBase
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from commentarchive.importers.parsed import Unreadable

MAX_MEMBERS = 10_000
MAX_INFLATED = 4 << 30
MAX_RATIO = 200
# A few bytes may inflate a thousandfold without harm.
RATIO_FROM = 10 << 20
# An export's root element stands within its first bytes.
HEAD = 1 << 16
CHUNK = 1 << 20
_ZIP = b"PK\x03\x04"
_GZIP = b"\x1f\x8b"
_EMPTY_ZIP = b"PK\x05\x06"
_TAR, _TAR_AT = b"ustar", 257
# How files begin that hold other files, or one file packed in a way of their own.
_PACKED = {
    _ZIP: "a ZIP",
    _EMPTY_ZIP: "an empty ZIP",
    _GZIP: "a gzip file",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    b"Rar!\x1a\x07": "a RAR archive",
    b"BZh91AY&SY": "a bzip2 file",
    b"\xfd7zXZ\x00": "an xz file",
    b"\x28\xb5\x2f\xfd": "a zstd file",
}
_ENCRYPTED = 0x1
_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, gzip.BadGzipFile),
    *(EOFError, NotImplementedError, RuntimeError),
)


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
        with self._packed() as (stream, size):
            if not _begins_with_gzip(stream):
                yield stream
                return
            with gzip.GzipFile(fileobj=stream) as inflated:
                limited = _Limited(cast("_Packed", inflated), size)
                yield cast("BinaryIO", limited)

    def is_gzip(self) -> bool:
        """Return whether the bytes are packed with gzip."""
        with self._packed() as (stream, _size):
            return _begins_with_gzip(stream)

    @contextmanager
    def _packed(self) -> Iterator[tuple[BinaryIO, int]]:
        """Open the file, or the part of a ZIP, with its size as stored."""
        if not self.name:
            with self.path.open("rb") as plain:
                yield plain, self.path.stat().st_size
            return
        try:
            with zipfile.ZipFile(self.path) as archive:
                packed = archive.getinfo(self.name)
                with archive.open(packed) as inflated:
                    limited = _Limited(cast("_Packed", inflated), packed.compress_size)
                    yield cast("BinaryIO", limited), packed.compress_size
        except _DAMAGE as error:
            reason = f"file {self.number} of the ZIP is damaged"
            raise Unreadable(reason) from error

    def head(self) -> bytes:
        """Return the first bytes, enough to recognise a format by."""
        made = b""
        with self.open() as stream:
            while len(made) < HEAD and (chunk := stream.read(HEAD - len(made))):
                made += chunk
        return made


def packed_in(head: bytes) -> str:
    """Return what packs other files here, in words; "" for a file by itself."""
    if head.startswith(_TAR, _TAR_AT):
        return "a tar archive"
    return next((name for sign, name in _PACKED.items() if head.startswith(sign)), "")


def _begins_with_gzip(stream: BinaryIO) -> bool:
    start = stream.read(len(_GZIP))
    stream.seek(0)
    return start == _GZIP


class _Packed(Protocol):
    def read1(self, size: int, /) -> bytes: ...

    def seek(self, offset: int, whence: int = 0, /) -> int: ...


class _Limited(RawIOBase):
    """A stream that refuses to inflate to the size or ratio of a ZIP bomb.

    Damage ends the stream early, so that what came before it can be read.
    """

    def __init__(self, stream: _Packed, packed: int) -> None:
        self.is_damaged = False
        self._stream = stream
        self._allowed = MAX_INFLATED
        if packed:
            self._allowed = min(MAX_INFLATED, max(RATIO_FROM, packed * MAX_RATIO))
        self._left = self._allowed

    def read(self, size: int = -1) -> bytes:
        """Read so many bytes, or all; fewer only at the end."""
        made = []
        left = size if size >= 0 else MAX_INFLATED + 1
        while left and (data := self.read1(min(left, CHUNK))):
            made.append(data)
            left -= len(data)
        return b"".join(made)

    def read1(self, size: int = CHUNK) -> bytes:
        try:
            # A larger read would lose the sound bytes before the damage.
            data = self._stream.read1(min(size, self._left + 1))
        except _DAMAGE as error:
            self.is_damaged = True
            if self._left == self._allowed:
                reason = "what is packed in it is damaged"
                raise Unreadable(reason) from error
            return b""
        self._left -= len(data)
        if self._left < 0:
            reason = (
                f"it inflates to more than {MAX_RATIO} times its size, "
                f"or to more than {MAX_INFLATED >> 30} GiB"
            )
            raise Unreadable(reason)
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go back to the start, or look where the stream is."""
        place = self._stream.seek(offset, whence)
        self._left = self._allowed - place
        return place


def is_damaged(stream: BinaryIO) -> bool:
    """Return whether damage ended a stream of `Member.open` early."""
    return isinstance(stream, _Limited) and stream.is_damaged


def members_of(path: Path) -> list[Member]:
    """List a file's parts, numbered ones in order. Raise Unreadable or OSError."""
    with path.open("rb") as stream:
        start = stream.read(len(_ZIP))
    if not start:
        reason = "the file is empty"
        raise Unreadable(reason)
    if start == _EMPTY_ZIP:
        reason = "the ZIP is empty"
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
    # No more than what is declared here is ever read of a part.
    if sum(each.file_size for each in packed) > MAX_INFLATED:
        reason = f"the files of the ZIP have more than {MAX_INFLATED >> 30} GiB"
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


def heads_of(members: list[Member]) -> list[bytes]:
    """Return the first bytes of every part, opening a ZIP only once."""
    if not members or not members[0].name:
        return [member.head() for member in members]
    found = []
    try:
        with zipfile.ZipFile(members[0].path) as archive:
            for member in members:
                with archive.open(member.name) as packed:
                    start = packed.read(len(_GZIP))
                found.append(
                    member.head() if start == _GZIP else _start_of(archive, member.name)
                )
    except _DAMAGE as error:
        reason = "a file of the ZIP is damaged"
        raise Unreadable(reason) from error
    return found


def _start_of(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as packed:
        return packed.read(HEAD)


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
