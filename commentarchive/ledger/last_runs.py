"""When what runs at night ran last, and with which code: a file that others read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from commentarchive.ledger.key_files import write_private


@dataclass(frozen=True, slots=True)
class LastRun:
    """When a command ended last, and with which code."""

    at: datetime
    code: int


def last_run(name: str) -> LastRun | None:
    """Return when a command was run last; None where that is not known."""
    try:
        noted = _noted()[name]
        return LastRun(datetime.fromisoformat(noted["at"]), int(noted["code"]))
    except (KeyError, TypeError, ValueError):
        return None


def note_run(name: str, run: LastRun) -> None:
    """Note that a command was run. Raise OSError."""
    noted = {**_noted(), name: {"at": run.at.isoformat(), "code": run.code}}
    write_private(_path(), json.dumps(noted))


def _noted() -> Mapping[str, Mapping[str, str]]:
    try:
        noted = json.loads(_path().read_text())
    except (OSError, ValueError):
        return {}
    return noted if isinstance(noted, dict) else {}


def _path() -> Path:
    path: Path = settings.VAR_DIR / "last-runs.json"
    return path
