"""What of the machine keeps the archive from working for a while, in a sentence."""

import errno

from django.db import DatabaseError, InterfaceError

FULL = "the disk of this server is full"
BUSY = "the database is busy with other work"
AWAY = "the database cannot be reached"
UNWRITABLE = "the database can only be read"
STUCK = "the disk of this server cannot be read or written"

# As SQLite words them, in every version of it.
_SQLITE = {
    "disk is full": FULL,
    "is locked": BUSY,
    "disk I/O error": STUCK,
    "readonly database": STUCK,
    "unable to open database": STUCK,
}
# The beginnings of PostgreSQL's codes, the longer ones first.
_POSTGRESQL = {
    "53100": FULL,
    "55P03": BUSY,
    "57014": BUSY,
    "25006": UNWRITABLE,
    "XX001": STUCK,
    "XX002": STUCK,
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
    if isinstance(error, InterfaceError):
        return AWAY
    if isinstance(error, DatabaseError):
        return _of_sqlite(error) or _of_postgresql(error)
    if isinstance(error, OSError):
        return _SYSTEM.get(error.errno or 0, "")
    return ""


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
