"""The passphrase of a backup: from a file, the environment or the keyboard."""

import getpass
import os
from pathlib import Path

ENVIRONMENT = "BACKUP_PASSPHRASE"
# What is shorter is tried out in an afternoon.
SHORTEST = 12


class BadPassphrase(Exception):
    """There is no passphrase, or none that can be used; the message says why."""


def read_passphrase(file: Path | None, *, is_asked: bool, is_new: bool) -> str | None:
    """Return the passphrase, None where none is wanted. Raise BadPassphrase or OSError.

    The file's first line comes before the environment, and that before a question,
    which is put twice where the passphrase is new.
    """
    if file is not None:
        found = file.read_text("utf-8").partition("\n")[0].strip()
    elif ENVIRONMENT in os.environ:
        found = os.environ[ENVIRONMENT]
    elif is_asked:
        found = _ask(is_new=is_new)
    else:
        return None
    if is_new and len(found) < SHORTEST:
        message = f"the passphrase has fewer than {SHORTEST} characters"
        raise BadPassphrase(message)
    return found


def _ask(*, is_new: bool) -> str:
    try:
        found = getpass.getpass("Passphrase of the backup: ")
        if is_new and getpass.getpass("Once more: ") != found:
            message = "the two differ"
            raise BadPassphrase(message)
    except EOFError as error:
        message = "nobody is there to be asked: use --passphrase-file"
        raise BadPassphrase(message) from error
    return found
