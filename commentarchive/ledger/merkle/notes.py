"""Signed notes and checkpoints (C2SP signed-note, tlog-checkpoint, tlog-cosignature).

A note is a text that ends in a line end, an empty line, and signature lines
`— NAME BASE64(key id || signature)`. A checkpoint's text is three lines: origin, size
and root. Unknown signatures are passed over, as the specification asks. A log signs the
text itself with Ed25519; a witness signs it together with the time (cosignature/v1).
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

ED25519, COSIGNATURE = 1, 4
KEY_BYTES, ID_BYTES, HASH_BYTES, TIME_BYTES = 32, 4, 32, 8
_PRIVATE = "PRIVATE+KEY+"
_DASH = "— "
_size = re.compile("0|[1-9][0-9]{0,18}")


class BadNote(ValueError):
    """The text is not a note, key or checkpoint, or no known key has signed it."""


def _decode(text: str) -> bytes:
    """Decode base64, in its one canonical form only. Raise BadNote."""
    # The text is never quoted in a message: it may be a private key.
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        message = "its base64 is damaged"
        raise BadNote(message) from error
    if base64.b64encode(data).decode() != text:
        message = "its base64 is not as it is written"
        raise BadNote(message)
    return data


def key_id(name: str, public: bytes, kind: int = ED25519) -> bytes:
    """Return the 4 bytes by which signatures name a key: a hash of name, kind, key."""
    data = name.encode() + b"\n" + bytes([kind]) + public
    return hashlib.sha256(data).digest()[:ID_BYTES]


def check_name(name: str) -> str:
    """Return a key's name, or raise BadNote if it is empty or has blanks or a plus."""
    if not name or "+" in name or any(char.isspace() for char in name):
        message = f"{name!r} cannot name a key: a name may hold neither blanks nor +"
        raise BadNote(message)
    return name


def _read_key(text: str, kind: int) -> tuple[str, str, bytes]:
    """Split `NAME+ID+BASE64(kind || key)`; the base64 may hold a plus itself."""
    try:
        name, known, key = text.strip().split("+", 2)
    except ValueError as error:
        message = "a key is NAME+ID+KEY"
        raise BadNote(message) from error
    data = _decode(key)
    if data[:1] != bytes([kind]) or len(data) != 1 + KEY_BYTES:
        message = "it holds no Ed25519 key of the kind that is needed"
        raise BadNote(message)
    return check_name(name), known, data[1:]


def timed(text: str, moment: int) -> str:
    """Return what a witness signs: the time (seconds, UTC), then a note's text."""
    return f"cosignature/v1\ntime {moment}\n{text}"


@dataclass(frozen=True, slots=True)
class VerifyingKey:
    """A public key, its name and kind, as a vkey writes them."""

    name: str
    public: bytes
    kind: int = ED25519

    @property
    def id(self) -> bytes:
        """Return the 4 bytes by which signatures name the key."""
        return key_id(self.name, self.public, self.kind)

    @property
    def vkey(self) -> str:
        """Return the key as text: `NAME+ID+BASE64(kind || public key)`."""
        key = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{key}"

    @classmethod
    def parse(cls, vkey: str, kind: int = ED25519) -> Self:
        """Parse a vkey of one kind. Raise BadNote."""
        name, known, public = _read_key(vkey, kind)
        verifier = cls(name, public, kind)
        if verifier.id.hex() != known:
            message = "the vkey's id does not belong to its key"
            raise BadNote(message)
        return verifier

    def accepts(self, text: str, signature: bytes) -> bool:
        """Return whether a signature of a note's text was made with this key."""
        if self.kind == COSIGNATURE:
            moment, signature = signature[:TIME_BYTES], signature[TIME_BYTES:]
            text = timed(text, int.from_bytes(moment))
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(
                signature, text.encode()
            )
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True, repr=False)
class SigningKey:
    """A private key, its name and kind."""

    name: str
    seed: bytes
    kind: int = ED25519

    @classmethod
    def parse(cls, text: str, kind: int = ED25519) -> Self:
        """Parse a key in the format of Go's note package. Raise BadNote."""
        if not text.startswith(_PRIVATE):
            message = f"a key begins with {_PRIVATE}"
            raise BadNote(message)
        name, known, seed = _read_key(text.removeprefix(_PRIVATE), kind)
        signer = cls(name, seed, kind)
        if signer.verifier.id.hex() != known:
            message = "its id does not belong to it"
            raise BadNote(message)
        return signer

    @property
    def verifier(self) -> VerifyingKey:
        """Return the public half."""
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        return VerifyingKey(
            self.name, private.public_key().public_bytes_raw(), self.kind
        )

    def write(self) -> str:
        """Return the key as `parse` reads it."""
        key = base64.b64encode(bytes([self.kind]) + self.seed).decode()
        return f"{_PRIVATE}{self.name}+{self.verifier.id.hex()}+{key}\n"

    def sign(self, text: str) -> str:
        """Return a text with its signature. The text has to end in a line end."""
        return f"{text}\n{self._line(text)}"

    def cosign(self, text: str, moment: int) -> str:
        """Return a witness's line for a checkpoint's text, at a time in seconds."""
        return self._line(timed(text, moment), moment.to_bytes(TIME_BYTES))

    def _line(self, message: str, before: bytes = b"") -> str:
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        signature = before + private.sign(message.encode())
        data = base64.b64encode(self.verifier.id + signature).decode()
        return f"{_DASH}{self.name} {data}\n"


@dataclass(frozen=True, slots=True)
class TreeHead:
    """The content of a checkpoint: a log's origin, size, and root (32 bytes)."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """Return the lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def split_note(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """Split a note into its text and (name, id + signature) pairs. Raise BadNote."""
    text, found, lines = note.rpartition("\n\n")
    if not found or not lines.endswith("\n") or not text:
        message = "it is not a note: there is no empty line before signatures"
        raise BadNote(message)
    signatures = []
    for line in lines.removesuffix("\n").split("\n"):
        name, blank, data = line.removeprefix(_DASH).partition(" ")
        signature = _decode(data)
        if not line.startswith(_DASH) or not blank or len(signature) <= ID_BYTES:
            message = "a line after the empty one is not a signature"
            raise BadNote(message)
        signatures.append((name, signature))
    return text + "\n", signatures


def open_note(note: str, verifiers: Iterable[VerifyingKey]) -> str:
    """Return a note's text, signed by at least one known key. Raise BadNote.

    Signatures of unknown keys are ignored, a false one of a known key is not.
    """
    text, signatures = split_note(note)
    known = {(each.name, each.id): each for each in verifiers}
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


def parse_checkpoint(text: str) -> TreeHead:
    """Parse a checkpoint's text, ignoring extension lines. Raise BadNote."""
    lines = text.split("\n")
    if len(lines) <= len(("origin", "size", "root")):
        message = "a checkpoint is three lines: origin, size, root"
        raise BadNote(message)
    origin, size, root = lines[0], lines[1], _decode(lines[2])
    if not origin or not _size.fullmatch(size) or len(root) != HASH_BYTES:
        message = "the checkpoint's size or root is not valid"
        raise BadNote(message)
    return TreeHead(origin, int(size), root)
