"""A record that was put back from a backup: it does not grow until that is settled.

More of it may have been published than the backup holds. Whatever were appended to it
would stand in the place of an entry that others have, and the signature on it would
split the record in two. So nothing is appended or signed while the mark stands; it
lies beside the key, since it is the signer who must not forget.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from django.conf import settings
from django.db import OperationalError

from commentarchive.ledger import on_disk
from commentarchive.ledger.key_files import write_private

_settling: ContextVar[bool] = ContextVar("settling", default=False)


class RecordHeld(OperationalError):
    """The record may not grow just now; the message says why.

    Of the database's own errors, since whoever writes has to expect those.
    """


def _path() -> Path:
    key: Path = settings.LEDGER_KEY_FILE
    return key.with_name(f"{key.name}.held")


def hold(reason: str) -> None:
    """Let nothing be appended or signed, for a reason in words."""
    on_disk.make_folder(_path().parent)
    write_private(_path(), reason)


def reason() -> str:
    """Return why the record may not grow; "" where it may."""
    try:
        return _path().read_text("utf-8", "replace") or "it is held"
    except FileNotFoundError:
        return ""


def let_go() -> None:
    """Let the record grow again."""
    on_disk.remove(_path())


def refuse_while_held() -> None:
    """Raise RecordHeld while the record may not grow."""
    if not _settling.get() and (why := reason()):
        raise RecordHeld(why)


@contextmanager
def settling() -> Iterator[None]:
    """Let this thread append what settles the matter, though the record is held."""
    token = _settling.set(True)
    try:
        yield
    finally:
        _settling.reset(token)
