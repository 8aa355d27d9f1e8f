"""Signed notes and checkpoints (C2SP signed-note, tlog-checkpoint), with Ed25519.

A note is a text that ends in a line end, an empty line, and signature lines
`— NAME BASE64(key id || signature)`. A checkpoint's text is three lines: origin, size
and root. Unknown signatures are passed over, as the specification asks.
"""

import base64
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

ED25519 = 1
KEY_BYTES, ID_BYTES, SIGNATURE_BYTES, HASH_BYTES = 32, 4, 64, 32
_PRIVATE = "PRIVATE+KEY+"
_DASH = "— "
_size = re.compile("0|[1-9][0-9]{0,18}")


class BadNote(ValueError):
    """The text is no note, key or checkpoint, or nobody known has signed it."""


def _decode(text: str) -> bytes:
    """Read base64 in its one canonical form. Raise BadNote."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        message = f"{text[:80]!r} is not base64"
        raise BadNote(message) from error
    if base64.b64encode(data).decode() != text:
        message = f"{text[:80]!r} is not base64 as it is written"
        raise BadNote(message)
    return data


def key_id(name: str, public: bytes) -> bytes:
    """Hash a key's name and bytes to the 4 bytes that signatures name it by."""
    data = name.encode() + b"\n" + bytes([ED25519]) + public
    return hashlib.sha256(data).digest()[:ID_BYTES]


def check_name(name: str) -> str:
    """Refuse a name that no key may have: empty, or with a blank or a plus."""
    if not name or "+" in name or any(char.isspace() for char in name):
        message = f"{name!r} is no name of a key: it may hold neither blanks nor +"
        raise BadNote(message)
    return name


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key and its name, as a vkey writes them."""

    name: str
    public: bytes

    @property
    def vkey(self) -> str:
        """Write the key: `NAME+ID+BASE64(type || public key)`."""
        known = key_id(self.name, self.public).hex()
        key = base64.b64encode(bytes([ED25519]) + self.public).decode()
        return f"{self.name}+{known}+{key}"

    @classmethod
    def parse(cls, vkey: str) -> Self:
        """Read a vkey; base64 may itself hold a plus. Raise BadNote."""
        try:
            name, known, key = vkey.strip().split("+", 2)
        except ValueError as error:
            message = "a vkey is NAME+ID+KEY"
            raise BadNote(message) from error
        data = _decode(key)
        if data[:1] != bytes([ED25519]) or len(data) != 1 + KEY_BYTES:
            message = "the vkey holds no Ed25519 key"
            raise BadNote(message)
        if key_id(check_name(name), data[1:]).hex() != known:
            message = "the vkey's id does not belong to its key"
            raise BadNote(message)
        return cls(name, data[1:])

    def accepts(self, text: str, signature: bytes) -> bool:
        """Tell whether this key made a signature of a note's text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(
                signature, text.encode()
            )
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True, repr=False)
class Signer:
    """A private key and its name."""

    name: str
    seed: bytes

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a key as Go's note package writes it. Raise BadNote."""
        if not text.startswith(_PRIVATE):
            message = f"a key begins with {_PRIVATE}"
            raise BadNote(message)
        try:
            name, known, key = text.strip().removeprefix(_PRIVATE).split("+", 2)
        except ValueError as error:
            message = f"a key is {_PRIVATE}NAME+ID+KEY"
            raise BadNote(message) from error
        data = _decode(key)
        if data[:1] != bytes([ED25519]) or len(data) != 1 + KEY_BYTES:
            message = "it holds no Ed25519 key"
            raise BadNote(message)
        signer = cls(check_name(name), data[1:])
        if key_id(name, signer.verifier.public).hex() != known:
            message = "its id does not belong to it"
            raise BadNote(message)
        return signer

    @property
    def verifier(self) -> Verifier:
        """Give the public half."""
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        return Verifier(self.name, private.public_key().public_bytes_raw())

    def write(self) -> str:
        """Write the key as `parse` reads it."""
        known = key_id(self.name, self.verifier.public).hex()
        key = base64.b64encode(bytes([ED25519]) + self.seed).decode()
        return f"{_PRIVATE}{self.name}+{known}+{key}\n"

    def sign(self, text: str) -> str:
        """Make a note of a text, which has to end in a line end."""
        signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())
        known = key_id(self.name, self.verifier.public)
        line = base64.b64encode(known + signature).decode()
        return f"{text}\n{_DASH}{self.name} {line}\n"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far a log reaches: its origin, number of entries, and root (32 bytes)."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """Write the lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def split_note(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """Take a note apart: its text, and names with id and signature. Raise BadNote."""
    text, found, lines = note.rpartition("\n\n")
    if not found or not lines.endswith("\n") or not text:
        message = "it is no note: no empty line before signatures"
        raise BadNote(message)
    signatures = []
    for line in lines.removesuffix("\n").split("\n"):
        name, blank, data = line.removeprefix(_DASH).partition(" ")
        signature = _decode(data)
        if not line.startswith(_DASH) or not blank or len(signature) <= ID_BYTES:
            message = "a line after the empty one is no signature"
            raise BadNote(message)
        signatures.append((name, signature))
    return text + "\n", signatures


def open_note(note: str, verifiers: Iterable[Verifier]) -> str:
    """Give a note's text, signed by at least one known key. Raise BadNote."""
    text, signatures = split_note(note)
    known = {(each.name, key_id(each.name, each.public)): each for each in verifiers}
    is_signed = False
    for name, data in signatures:
        verifier = known.get((name, data[:ID_BYTES]))
        if verifier is None:
            continue
        if not verifier.accepts(text, data[ID_BYTES:]):
            message = f"the signature of {name} is false"
            raise BadNote(message)
        is_signed = True
    if not is_signed:
        message = "none of the known keys has signed it"
        raise BadNote(message)
    return text


def parse_checkpoint(text: str) -> Checkpoint:
    """Read a checkpoint's text; further lines are passed over. Raise BadNote."""
    lines = text.split("\n")
    if len(lines) <= len(("origin", "size", "root")):
        message = "a checkpoint is three lines: origin, size, root"
        raise BadNote(message)
    origin, size, root = lines[0], lines[1], _decode(lines[2])
    if not origin or not _size.fullmatch(size) or len(root) != HASH_BYTES:
        message = "the checkpoint's size or root is none"
        raise BadNote(message)
    return Checkpoint(origin, int(size), root)
