"""Checks: what is kept is private and whole, and searches find nothing hidden."""

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import (
    CheckMessage,
    Error,
    Tags,
    Warning,  # noqa: A004  # Django's name
    register,
)

from commentarchive.archive_command import OURS
from commentarchive.backup import place
from commentarchive.search import triggers

NAMED = 3
OTHERS = stat.S_IRWXG | stat.S_IRWXO


@register(OURS)
def check_modes(**_: Any) -> list[CheckMessage]:
    """Name what lies in `VAR_DIR` and is open to other users of the machine."""
    found = list(open_to_others(settings.VAR_DIR))
    if not found:
        return []
    named = ", ".join(map(str, found[:NAMED]))
    more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
    return [
        Warning(
            f"Other users of this machine can reach {named}{more}: files should have "
            "mode 600 and folders 700.",
            hint=f"chmod -R go= {settings.VAR_DIR}",
            id="commentarchive.W001",
        )
    ]


@register(OURS)
def check_restored_whole(**_: Any) -> list[CheckMessage]:
    """Refuse to work with half a backup."""
    if not place.is_unfinished():
        return []
    return [
        Error(
            "A backup was put back here in part only.",
            hint="Run manage.py restore again: it removes that part first.",
            id="commentarchive.E002",
        )
    ]


@register(Tags.database)
def check_search_triggers(
    *, databases: Sequence[str] | None = None, **_: Any
) -> list[CheckMessage]:
    """Return an error for each trigger that is missing and hides words in searches."""
    return triggers.WHAT_IS_SEARCHED.faults(databases or [])


def open_to_others(folder: Path) -> Iterator[Path]:
    """Yield a folder and whatever in it anybody but its owner can reach.

    What lies in a closed folder is closed, but would not stay so in a copy of it.
    """
    for path in _all_below(folder):
        mode = path.lstat().st_mode
        # A link has no mode of its own.
        if not stat.S_ISLNK(mode) and mode & OTHERS:
            yield path


def _all_below(folder: Path) -> Iterator[Path]:
    yield folder
    for where, folders, files in os.walk(folder):
        for name in sorted((*folders, *files)):
            yield Path(where, name)
