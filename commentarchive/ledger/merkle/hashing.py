"""Hashes of the tree (RFC 6962 section 2.1) and salted commitments (RFC 9901)."""

import hashlib
import secrets
from binascii import b2a_base64
from collections.abc import Sequence
from dataclasses import dataclass

from commentarchive.ledger.merkle.canonical import (
    Value,
    encode,
    encode_strings,
    encode_text_after,
)

EMPTY_ROOT = hashlib.sha256(b"").digest()
_URL_SAFE = bytes.maketrans(b"+/", b"-_")


def digest(text: str) -> bytes:
    """Return the SHA-256 of a text's UTF-8, 32 bytes."""
    return hashlib.sha256(text.encode()).digest()


def leaf_hash(data: bytes) -> bytes:
    """Return a leaf's hash: SHA-256(0x00 || data), 32 bytes."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return an inner node's hash: SHA-256(0x01 || left || right), 32 bytes."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def hash_pairs(row: Sequence[bytes]) -> list[bytes]:
    """Return the nodes above a row of 32-byte hashes of even length."""
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
    """Return 256 random bits as 43 characters of base64url."""
    return base64url(secrets.token_bytes(32))


# A salt's last character stands for four bits only: 42 of six make up the rest of 256.
_SIX_BITS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_" * 4
_FOUR_BITS = _SIX_BITS[:64:4] * 16


def new_salts(count: int) -> list[str]:
    """Draw `count` salts at once, each as `new_salt` returns it."""
    text = secrets.token_bytes(42 * count).translate(_SIX_BITS).decode("ascii")
    last = secrets.token_bytes(count).translate(_FOUR_BITS).decode("ascii")
    return [
        text[start : start + 42] + last[number]
        for number, start in enumerate(range(0, 42 * count, 42))
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """A commitment and the disclosure that opens it: `[salt, name, value]`, encoded."""

    encoded: str
    commitment: str


def _commitment(encoded: str) -> str:
    return base64url(hashlib.sha256(encoded.encode("ascii")).digest())


def disclose(name: str, value: Value, *, salt: str | None = None) -> Disclosure:
    """Commit to one value, as an SD-JWT object property (RFC 9901 section 4.2.1).

    An absent value is committed as null with a salt of its own, so that nobody can
    see from outside whether there is one.
    """
    encoded = base64url(encode([salt or new_salt(), name, value]))
    return Disclosure(encoded=encoded, commitment=_commitment(encoded))


def disclose_text(text: str, salt: str) -> str:
    """Return the disclosure of a comment's text: `[salt, "text", text]`, encoded."""
    return base64url(encode_strings([salt, "text", text]))


def commit_text(text: str, salt: str) -> str:
    """Commit to a comment's text, of any length: 43 characters of base64url."""
    return _commitment(disclose_text(text, salt))


def commit_texts(texts: Sequence[str], salts: Sequence[str]) -> list[str]:
    """Commit to many texts, each as `commit_text` does, in two thirds of the time.

    A salt is base64url, so that nothing in it has to be escaped.
    """
    commitments = []
    sha256 = hashlib.sha256
    for text, salt in zip(texts, salts, strict=True):
        disclosed = encode_text_after(b'["' + salt.encode() + b'","text",', text)
        encoded = b2a_base64(disclosed, newline=False).translate(_URL_SAFE)
        hashed = sha256(encoded.rstrip(b"=")).digest()
        commitments.append(b2a_base64(hashed, newline=False)[:43])
    joined = b"".join(commitments).translate(_URL_SAFE).decode("ascii")
    return [joined[start : start + 43] for start in range(0, len(joined), 43)]


def commit_article(title: str, text: str, salt: str) -> str:
    """Commit to an article's title and text together."""
    return _commitment(base64url(encode_strings([salt, "article", title, text])))
