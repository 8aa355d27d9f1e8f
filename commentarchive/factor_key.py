"""Secrets of second factors, sealed by a key that is not in the database.

Whoever has the database or a backup of it alone can make no codes. A sealed secret is
`sealed:1:` and the number of its key, then base64 of twelve random bytes and of what
AES-256-GCM makes of the secret. The key is made at first use. Where it is lost, so are
the apps and recovery codes that were set up under it; passkeys need none.
"""

import base64
import binascii
import hashlib
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from commentarchive import env

MARK = "sealed:1"
_NONCE = 12


class Unreadable(Exception):
    """A secret cannot be read by the key that is here, or was never sealed."""


def key_file() -> Path:
    """Return where the key is kept."""
    path: Path = settings.VAR_DIR / "keys" / "factors"
    return path


def is_there() -> bool:
    """Return whether a key was made or put here."""
    return key_file().exists()


def seal(secret: str) -> str:
    """Seal a secret; make the key where there is none. Raise ImproperlyConfigured."""
    key = _key()
    nonce = os.urandom(_NONCE)
    sealed = AESGCM(key).encrypt(nonce, secret.encode(), _number_of(key).encode())
    packed = base64.b64encode(nonce + sealed).decode()
    return f"{MARK}:{_number_of(key)}:{packed}"


def open_sealed(sealed: str) -> str:
    """Return a secret as it was. Raise Unreadable."""
    mark, _colon, packed = sealed.rpartition(":")
    if not is_there():
        message = f"{key_file()} is not there, by which second factors are sealed"
        raise Unreadable(message)
    key = _key()
    number = _number_of(key)
    if mark != f"{MARK}:{number}":
        message = f"it was not sealed by {key_file()}"
        raise Unreadable(message)
    try:
        data = base64.b64decode(packed, validate=True)
        opened = AESGCM(key).decrypt(data[:_NONCE], data[_NONCE:], number.encode())
    except (binascii.Error, ValueError, InvalidTag) as error:
        message = "it was changed after it was sealed"
        raise Unreadable(message) from error
    return opened.decode()


def is_readable(sealed: str) -> bool:
    """Return whether a secret can be opened here."""
    try:
        open_sealed(sealed)
    except Unreadable:
        return False
    return True


def is_sealed(secret: str) -> bool:
    """Return whether a secret was sealed, by this key or another one."""
    return secret.startswith(f"{MARK}:")


def _key() -> bytes:
    """Return 32 bytes, of the file's text (`env.kept_secret`)."""
    return hashlib.sha256(env.kept_secret(key_file()).encode()).digest()


def _number_of(key: bytes) -> str:
    """Return the first hex digits of the key's SHA-256, by which it is recognised."""
    return hashlib.sha256(b"commentarchive factor key" + key).hexdigest()[:8]
