"""Secrets by which whoever sent something looks up what became of it."""

import base64
import hmac
from hashlib import sha256

from django.utils.crypto import salted_hmac


def secret_of(salt: str, key: str) -> str:
    """Return the secret of a form: 128 bits that only this installation can tell.

    The same form sent again has the same secret.
    """
    made = salted_hmac(salt, key, algorithm="sha256").digest()[:16]
    return base64.b32encode(made).decode().rstrip("=").lower()


def digest_of(secret: str) -> bytes:
    """Return what is kept of a secret: its SHA-256."""
    return sha256(secret.encode()).digest()


def opens(digest: bytes | memoryview | None, secret: str) -> bool:
    """Return whether a secret is the one of a digest, compared in constant time."""
    expected = bytes(digest) if digest is not None else bytes(sha256().digest_size)
    return hmac.compare_digest(digest_of(bare(secret)), expected)


def bare(words: str) -> str:
    """Return a reference or secret as it is kept: without blanks, hyphens, capitals."""
    return "".join(words.split()).replace("-", "").lower()
