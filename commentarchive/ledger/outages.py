"""What of the machine keeps the archive from working for a while, in a sentence."""

import errno
import shutil
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError

from commentarchive.ledger.held import RecordHeld

FULL = "the disk of this server is full"
BUSY = "the database is busy with other work"
AWAY = "the database cannot be reached"
UNWRITABLE = "the database can only be read"
STUCK = "the disk of this server cannot be read or written"
DAMAGED = "the database is damaged, and has to be put back from a backup"
BARRED = "this server may not write its own files"
HELD = "the archive was put back from a backup, and its record may not grow yet"

# Free bytes below which SQLite cannot make the file that its processes share.
LEAST = 64 << 10
# As SQLite words them, in every version of it.
_SQLITE = {
    "disk is full": FULL,
    "is locked": BUSY,
    "disk I/O error": STUCK,
    "readonly database": UNWRITABLE,
    "unable to open database": STUCK,
    "file is not a database": DAMAGED,
    "disk image is malformed": DAMAGED,
}
# The beginnings of PostgreSQL's codes, the longer ones first.
_POSTGRESQL = {
    "53100": FULL,
    "55P03": BUSY,
    "57014": BUSY,
    "25006": UNWRITABLE,
    "XX001": DAMAGED,
    "XX002": DAMAGED,
    "40": BUSY,
    "53": BUSY,
    "58": STUCK,
    "57": AWAY,
    "08": AWAY,
}
_SYSTEM = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EIO: STUCK,
    errno.EROFS: STUCK,
}


def outage(error: BaseException) -> str:
    """Return what of the machine failed; "" where it is not the machine's fault."""
    if isinstance(error, RecordHeld):
        return HELD
    if isinstance(error, InterfaceError):
        return AWAY
    if isinstance(error, DatabaseError):
        found = _of_sqlite(error)
        if found == STUCK and _is_full():
            # SQLite says no more than that it cannot make its files.
            return FULL
        return found or _of_postgresql(error)
    if isinstance(error, OSError):
        return _SYSTEM.get(error.errno or 0, "") or _of_own_files(error)
    return ""


def _is_full() -> bool:
    try:
        return shutil.disk_usage(settings.VAR_DIR).free < LEAST
    except OSError:
        return False


def _of_own_files(error: OSError) -> str:
    """Return that one of the archive's own files is barred; "" of any other.

    What somebody puts into the inbox is his.
    """
    if not isinstance(error, PermissionError) or not isinstance(error.filename, str):
        return ""
    path = Path(error.filename)
    is_ours = path.is_relative_to(settings.VAR_DIR)
    is_put_there = path.is_relative_to(settings.VAR_DIR / "inbox")
    return BARRED if is_ours and not is_put_there else ""


def _of_sqlite(error: DatabaseError) -> str:
    text = str(error)
    return next((found for words, found in _SQLITE.items() if words in text), "")


def _of_postgresql(error: DatabaseError) -> str:
    if type(error.__cause__).__module__.partition(".")[0] != "psycopg":
        return ""
    code = getattr(error.__cause__, "sqlstate", None)
    if code is None:
        # No answer at all has no code; a wrong use of the driver is another class.
        return AWAY if type(error).__name__ == "OperationalError" else ""
    return next(
        (found for start, found in _POSTGRESQL.items() if code.startswith(start)), ""
    )


def may_be_recorded(error: BaseException) -> bool:
    """Return whether what was asked for may have been done in spite of the error.

    A connection that is lost while it commits does not tell. What SQLite refuses to
    commit is not done.
    """
    if outage(error) != AWAY:
        return False
    frame = error.__traceback__
    while frame is not None:
        if frame.tb_frame.f_code.co_name == "_commit":
            return True
        frame = frame.tb_next
    return False
