"""Why nothing is signed just now, and since when: a small file that pages read.

It has one length from its first writing on and is written over in place, so that it
can be written on a full disk too.
"""

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

LENGTH = 4096
LONGEST_REASON = 600
UNREADABLE = "what the signer noted cannot be read"


@dataclass(frozen=True, slots=True)
class Trouble:
    """What keeps the record from being signed, and since when."""

    reason: str
    since: datetime


def trouble() -> Trouble | None:
    """Return what keeps the record from being signed; None while nothing does."""
    try:
        text = _path().read_text()
    except FileNotFoundError:
        return None
    try:
        noted = json.loads(text)
        reason, since = str(noted["reason"]), datetime.fromisoformat(noted["since"])
    except (ValueError, KeyError, TypeError):
        changed = datetime.fromtimestamp(_path().stat().st_mtime, UTC)
        return Trouble(UNREADABLE, changed)
    return Trouble(reason, since) if reason else None


def note_trouble(reason: str) -> None:
    """Note what is wrong, as of now or since it began."""
    known = trouble()
    since = known.since if known else timezone.now()
    for folder in (settings.LEDGER_KEY_FILE.parent, settings.VAR_DIR):
        # Readers are shown the reason, but not where things lie on this server.
        reason = reason.replace(f"{folder}/", "")
    _write(reason[:LONGEST_REASON], since)


def note_success() -> None:
    """Note that the record is signed again."""
    if not _path().exists() or trouble() is not None:
        _write("", timezone.now())


def _write(reason: str, since: datetime) -> None:
    text = json.dumps({"reason": reason, "since": since.isoformat()})
    # Whoever calls this has said on its terminal what is wrong, if that is to be said.
    with suppress(OSError):
        file = os.open(_path(), os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.pwrite(file, text.encode()[:LENGTH].ljust(LENGTH), 0)
        finally:
            os.close(file)


def _path() -> Path:
    path: Path = settings.VAR_DIR / "signer.json"
    return path
