"""Hashes of the tree (RFC 6962 section 2.1) and salted commitments (RFC 9901)."""

import hashlib
import secrets
from binascii import b2a_base64
from collections.abc import Sequence
from dataclasses import dataclass

from commentarchive.ledger.merkle.canonical import Value, encode, encode_strings

EMPTY_ROOT = hashlib.sha256(b"").digest()
_URL_SAFE = bytes.maketrans(b"+/", b"-_")


def digest(text: str) -> bytes:
    """Hash a text as it stands: SHA-256 of its UTF-8, 32 bytes."""
    return hashlib.sha256(text.encode()).digest()


def leaf_hash(data: bytes) -> bytes:
    """Hash a leaf: SHA-256(0x00 || data), 32 bytes."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash an inner node: SHA-256(0x01 || left || right), 32 bytes."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def hash_pairs(row: Sequence[bytes]) -> list[bytes]:
    """Hash each pair of neighbours in an even row of 32-byte hashes."""
    joined = b"".join(row)
    return [
        hashlib.sha256(b"\x01" + joined[at : at + 64]).digest()
        for at in range(0, len(joined), 64)
    ]


def base64url(data: bytes) -> str:
    """Encode without padding (RFC 4648 section 5)."""
    encoded = b2a_base64(data, newline=False).translate(_URL_SAFE)
    return encoded.rstrip(b"=").decode("ascii")


def new_salt() -> str:
    """Make 256 random bits as 43 characters of base64url."""
    return base64url(secrets.token_bytes(32))


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """A committed value with what opens it: `[salt, name, value]`, encoded."""

    encoded: str
    commitment: str


def _commitment(encoded: str) -> str:
    return base64url(hashlib.sha256(encoded.encode("ascii")).digest())


def disclose(name: str, value: Value, *, salt: str | None = None) -> Disclosure:
    """Commit to one value, as an SD-JWT object property (RFC 9901 section 4.2.1).

    An absent value is committed as null with a salt of its own, so that its
    absence cannot be seen either.
    """
    encoded = base64url(encode([salt or new_salt(), name, value]))
    return Disclosure(encoded=encoded, commitment=_commitment(encoded))


def disclose_text(text: str, salt: str) -> str:
    """Give what opens the commitment to a comment's text: `[salt, "text", text]`."""
    return base64url(encode_strings([salt, "text", text]))


def commit_text(text: str, salt: str) -> str:
    """Commit to a comment's text, of any length: 43 characters of base64url."""
    return _commitment(disclose_text(text, salt))


def commit_article(title: str, text: str, salt: str) -> str:
    """Commit to an article's title and text together."""
    return _commitment(base64url(encode_strings([salt, "article", title, text])))
