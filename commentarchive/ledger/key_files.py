"""Private keys in files of their own, which nobody else can read."""

import os
import secrets
import tempfile
from pathlib import Path

from commentarchive.ledger import on_disk
from commentarchive.ledger.merkle.notes import ED25519, BadNote, SigningKey, check_name


class BadKey(Exception):
    """The key cannot be read, made or trusted; the message says why."""


def load_key(path: Path, name: str, kind: int = ED25519) -> SigningKey:
    """Load a key, creating it under a name at first use, mode 600. Raise BadKey."""
    try:
        if not path.exists():
            on_disk.make_folder(path.parent)
            signer = SigningKey(check_name(name), secrets.token_bytes(32), kind)
            write_private(path, signer.write())
        if path.stat().st_mode & 0o077:
            message = f"{path}: others can read the key; chmod 600 it"
            raise BadKey(message)
        return SigningKey.parse(path.read_text(), kind)
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path}: the key cannot be read or made ({error})"
        raise BadKey(message) from error
    except BadNote as error:
        message = f"{path}: this is not a record's key ({error})"
        raise BadKey(message) from error


def write_private(path: Path, text: str) -> None:
    """Write a file in one step, mode 600, and flush it to disk before returning."""
    descriptor, draft = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(descriptor, "w") as new:
            new.write(text)
            new.flush()
            os.fsync(new.fileno())
        on_disk.rename(Path(draft), path)
    except OSError:
        # On a full disk each try would leave another draft.
        Path(draft).unlink(missing_ok=True)
        raise
