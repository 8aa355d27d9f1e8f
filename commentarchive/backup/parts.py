"""The file of a backup: a tar of small parts, the last of which lists all others.

    commentarchive-backup.json    what it is: format, time, whether it is encrypted
    key.age                       where it is: what opens the other parts, by passphrase
    tables/…, captures/…, …       parts of at most some MiB each
    manifest.json                 SHA-256 and size of each part, and facts of the whole
    manifest.sha256               the SHA-256 of that, in hex

Ordinary tools open it: `tar`, `zstd` for names that end in .zst, `age`. A passphrase
opens a key made for this file alone, to which each part is encrypted by itself: so no
part has to be whole in memory, nor in clear on a disk. Names of encrypted parts are
numbers; what each is called stands in it, before its bytes.
"""

import hashlib
import json
import sys
import tarfile
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, BinaryIO, NamedTuple

import pyrage

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

FORMAT = 1
HEADER, KEY = "commentarchive-backup.json", "key.age"
MANIFEST, SEAL = "manifest.json", "manifest.sha256"
# What every manifest tells.
FACTS = frozenset(
    ("made_at", "version", "migrations", "tables", "record", "copies", "parts")
)
# Bytes of a part before it is compressed; a single row may make one longer.
PART = 4 << 20
# No part that was ever written is longer; whoever damages a length gets no memory.
LONGEST = 1 << 30
LEVEL = 3
# Parts that are compressed ahead of what is written.
AHEAD = 4
_BLOCK = 512
_END = bytes(2 * _BLOCK)


class Damaged(Exception):
    """The file is no whole backup; the message says in which part, at which byte."""


class WrongPassphrase(Exception):
    """The passphrase is missing, not needed, or does not open the backup."""


class Part(NamedTuple):
    """A part as it was put in, packed if its name says so, and where it begins."""

    name: str
    data: bytes
    at: int

    @property
    def sha256(self) -> str:
        """Return the digest of its bytes, in hex."""
        return hashlib.sha256(self.data).hexdigest()

    def unpacked(self) -> bytes:
        """Return its bytes as they were before they were compressed. Raise Damaged."""
        try:
            return bytes(zstd.decompress(self.data))
        except zstd.ZstdError as error:
            message = f"{self.name}, at byte {self.at}: it cannot be unpacked ({error})"
            raise Damaged(message) from error


class PartWriter:
    """Writes the parts of one backup in order; compresses on threads of its own."""

    def __init__(
        self, out: BinaryIO, facts: Mapping[str, Any], passphrase: str | None
    ) -> None:
        self._out = out
        self._listed: dict[str, dict[str, object]] = {}
        self._number = 0
        self._pool = ThreadPoolExecutor(2)
        self._waiting: deque[tuple[str, Future[tuple[bytes, str]]]] = deque()
        self._recipient: pyrage.x25519.Recipient | None = None
        said = {"format": FORMAT, "encrypted": passphrase is not None, **facts}
        self._write(HEADER, json.dumps(said, indent=1).encode())
        if passphrase is not None:
            identity = pyrage.x25519.Identity.generate()
            opened_by = pyrage.passphrase.encrypt(str(identity).encode(), passphrase)
            self._write(KEY, opened_by)
            self._recipient = identity.to_public()

    def add(self, name: str, data: bytes, *, compress: bool = False) -> None:
        """Add a part; with `compress` under a name that ends in .zst."""
        name = f"{name}.zst" if compress else name
        self._waiting.append((name, self._pool.submit(_packed, data, compress)))
        if len(self._waiting) > AHEAD:
            self._write_next()

    def finish(self, facts: Mapping[str, Any]) -> None:
        """Write what waits, the manifest with some facts, and the end."""
        while self._waiting:
            self._write_next()
        manifest = {"format": FORMAT, **facts, "parts": self._listed}
        data = json.dumps(manifest, indent=1).encode()
        self._seal_in(MANIFEST, data)
        self._seal_in(SEAL, hashlib.sha256(data).hexdigest().encode())
        self._out.write(_END)

    def close(self) -> None:
        """End the threads, whatever was written."""
        self._pool.shutdown(cancel_futures=True)

    def _write_next(self) -> None:
        name, packed = self._waiting.popleft()
        data, digest = packed.result()
        self._listed[name] = {"sha256": digest, "size": len(data)}
        self._seal_in(name, data)

    def _seal_in(self, name: str, data: bytes) -> None:
        """Write a part, encrypted where the backup is."""
        if self._recipient is None:
            self._write(name, data)
            return
        self._number += 1
        sealed = pyrage.encrypt(name.encode() + b"\n" + data, [self._recipient])
        self._write(f"{self._number:08}.age", sealed)

    def _write(self, name: str, data: bytes) -> None:
        self._out.write(_head(name, len(data)))
        self._out.write(data)
        self._out.write(bytes(-len(data) % _BLOCK))


def _packed(data: bytes, compress: bool) -> tuple[bytes, str]:  # run by the pool
    if compress:
        data = zstd.compress(data, level=LEVEL)
    return data, hashlib.sha256(data).hexdigest()


def _head(name: str, size: int) -> bytes:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member.tobuf(tarfile.USTAR_FORMAT, "ascii", "strict")


def read_parts(stream: BinaryIO, passphrase: str | None) -> Iterator[Part]:
    """Read a backup part by part, its header first. Raise Damaged, WrongPassphrase.

    Every byte is one that the writer put there: headers and padding too. Whether the
    parts are as the manifest lists them is told by `check`.
    """
    members = _members(stream)
    header = next(members, None)
    if header is None or header.name != HEADER:
        message = "it is no backup of commentarchive (its first bytes are others)"
        raise Damaged(message)
    said = read_json(header)
    if said.get("format") != FORMAT:
        message = (
            f"it has format {said.get('format')!r:.20}, and this version reads {FORMAT}"
        )
        raise Damaged(message)
    yield header
    if not said.get("encrypted"):
        if passphrase is not None:
            message = "the backup is not encrypted, and a passphrase was given"
            raise WrongPassphrase(message)
        yield from members
        return
    identity = _identity(next(members, None), passphrase)
    for member in members:
        try:
            opened = pyrage.decrypt(member.data, [identity])
        except pyrage.DecryptError as error:
            message = f"{member.name}, at byte {member.at}: it cannot be decrypted"
            raise Damaged(message) from error
        name, _line, data = opened.partition(b"\n")
        yield Part(name.decode("ascii", "replace"), data, member.at)


def _identity(member: Part | None, passphrase: str | None) -> "pyrage.x25519.Identity":
    if member is None or member.name != KEY:
        message = f"{KEY} is missing, which opens the other parts"
        raise Damaged(message)
    if passphrase is None:
        message = "the backup is encrypted: its passphrase is needed"
        raise WrongPassphrase(message)
    try:
        opened = pyrage.passphrase.decrypt(member.data, passphrase)
        return pyrage.x25519.Identity.from_str(opened.decode("ascii"))
    except (pyrage.DecryptError, pyrage.IdentityError, ValueError) as error:
        message = (
            "the passphrase does not open the backup, or "
            f"{KEY}, at byte {member.at}, is damaged"
        )
        raise WrongPassphrase(message) from error


def _members(stream: BinaryIO) -> Iterator[Part]:
    """Read the members of a tar as this module writes it."""
    at = 0
    while True:
        block = stream.read(_BLOCK)
        if block == _END[:_BLOCK]:
            break
        member = _read_head(block, at)
        at += _BLOCK
        data = stream.read(member.size)
        padding = -len(data) % _BLOCK
        if len(data) < member.size or stream.read(padding) != bytes(padding):
            message = (
                f"{member.name}, bytes {at} to {at + member.size}: it ends too early "
                "or is followed by other bytes than its own"
            )
            raise Damaged(message)
        yield Part(member.name, data, at)
        at += len(data) + padding
    if stream.read(_BLOCK) != _END[_BLOCK:] or stream.read(1):
        message = f"at byte {at}: its end is not as it was written"
        raise Damaged(message)


def _read_head(block: bytes, at: int) -> tarfile.TarInfo:
    where = f"at byte {at}: there is no part of a backup"
    if not block:
        message = f"at byte {at}: it ends too early"
        raise Damaged(message)
    try:
        member = tarfile.TarInfo.frombuf(block, "ascii", "strict")
        is_ours = member.size <= LONGEST and _head(member.name, member.size) == block
    except (tarfile.HeaderError, ValueError) as error:
        raise Damaged(where) from error
    if not is_ours:
        raise Damaged(where)
    return member


def read_json(part: Part) -> dict[str, Any]:
    """Parse a part that is a JSON object. Raise Damaged."""
    try:
        said = json.loads(part.data)
    except ValueError as error:
        message = f"{part.name}, at byte {part.at}: it cannot be read ({error})"
        raise Damaged(message) from error
    if not isinstance(said, dict):
        message = f"{part.name}, at byte {part.at}: it is no JSON object"
        raise Damaged(message)
    return said


def check(stream: BinaryIO, passphrase: str | None) -> dict[str, Any]:
    """Compare every part with the manifest, and return that. Raise Damaged.

    Keeps of each part its digest only.
    """
    found: dict[str, tuple[str, int]] = {}
    manifest: Part | None = None
    seal = ""
    for part in read_parts(stream, passphrase):
        if part.name == MANIFEST:
            manifest = part
        elif part.name == SEAL:
            seal = part.data.decode("ascii", "replace")
        elif part.name != HEADER:
            found[part.name] = (part.sha256, part.at)
    if manifest is None or seal != manifest.sha256:
        at = f", at byte {manifest.at}," if manifest else ""
        message = f"{MANIFEST}{at} is missing or damaged"
        raise Damaged(message)
    said = read_json(manifest)
    if not said.keys() >= FACTS:
        message = f"{MANIFEST}, at byte {manifest.at}, is that of another program"
        raise Damaged(message)
    listed = {name: each["sha256"] for name, each in said["parts"].items()}
    for name, (digest, start) in found.items():
        if listed.pop(name, None) != digest:
            message = (
                f"{name}, at byte {start}: its bytes are not those that were saved"
            )
            raise Damaged(message)
    if listed:
        message = f"{min(listed)} is missing"
        raise Damaged(message)
    return said
